"""The command line of the bench."""

from __future__ import annotations

import os

import bench_processes
from devlib import prepare, say

from . import measures
from .report import table

PROOFS = {"proofs": bench_processes.main}
"""What takes long and is no figure: by name, a program that gives an exit status."""


def main(arguments: list[str]) -> int:
    """Measure and prove what is named, or all; 1 where something is not reached.

    ``--lines=70000`` makes the large books smaller, to try a measure out.
    """
    sizes = [text for text in arguments if text.startswith("--lines=")]
    arguments = [text for text in arguments if text not in sizes]
    lines = int(sizes[-1].partition("=")[2]) if sizes else measures.LARGE
    known = [*measures.MEASURES, *PROOFS]
    names = known if arguments in ([], ["all"]) else arguments
    if unknown := [name for name in names if name not in known]:
        say(f"Not known: {', '.join(unknown)}. There are: all, {', '.join(known)}.")
        return 2
    failed = 0
    measured = [name for name in names if name in measures.MEASURES]
    if measured:
        environment = prepare()
        os.environ.update(environment.shell_variables)
        figures = measures.take(environment, measured, lines)
        say(f"\n{table(figures)}")
        failed += any(not figure.reached for figure in figures)
    for name in names:
        if name in PROOFS:
            failed += bool(PROOFS[name]([]))
    return 1 if failed else 0
