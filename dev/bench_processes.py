"""`dev/run bench_processes.py [NAME …]`: the long proofs on real processes.

Each is a test that `make test` runs in a small version, or not at all: one of
dev/processes, or (with its folder) one on a database of Odoo, or a program of dev.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from devlib.paths import DEV, REPOSITORY


@dataclass(frozen=True)
class Proof:
    """`variables` are added to the environment."""

    what: str
    test: str
    variables: dict[str, str] = field(default_factory=dict)


PROOFS = {
    "killed": Proof(
        "the server, its sessions in PostgreSQL and PostgreSQL's processes killed at "
        "random moments of a synchronisation, under changing books, 50 rounds",
        "test_kill_at_random.py",
        # in a cluster of its own, which recovers from its log each time
        {"SILVERFIN_ROUNDS": "50", "ACCOUNT_SILVERFIN_APART": "killed"},
    ),
    "companies": Proof(
        "two servers with two workers each over twenty companies",
        "test_twenty_companies.py",
        {"SILVERFIN_SLOW": "1"},
    ),
    "fairness": Proof(
        "another job runs while a first load of 700,000 lines is going on",
        "test_long_load.py",
        {"SILVERFIN_SLOW": "1"},
    ),
    "model": Proof(
        "books changed at random and requests that go wrong at random, equal after "
        "each synchronisation, 60 sequences",
        "tests/test_model.py",
        {"SILVERFIN_ROUNDS": "60"},
    ),
    "ledgers": Proof(
        "a made ledger of five years on ten charts, compared account by account and "
        "month by month",
        "ledgers.py",
    ),
}


def prove(name: str) -> bool:
    """Run one proof and say how it ended."""
    proof = PROOFS[name]
    print(f"\n== {name}: {proof.what}", flush=True)
    started = time.monotonic()
    command = [str(DEV / "run"), "python", "-m", "pytest", "-q", "-s", "--tb=short"]
    command.append(str(DEV / "processes" / proof.test))
    if not Path(proof.test).name.startswith("test_"):
        command = [str(DEV / "run"), proof.test]
    elif "/" in proof.test:
        command = [str(DEV / "test"), proof.test]
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **proof.variables},
        check=False,
    )
    verdict = "FAILED" if done.returncode else "proved"
    print(f"{name}: {verdict} in {time.monotonic() - started:.0f} s", flush=True)
    return not done.returncode


def main(names: list[str]) -> int:
    """All proofs, or those that are named."""
    unknown = set(names) - PROOFS.keys()
    if unknown:
        sys.exit(f"the proofs are: {', '.join(PROOFS)}")
    return 0 if all([prove(name) for name in names or PROOFS]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
