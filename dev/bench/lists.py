"""The journal entries of large books, opened as the web client does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .report import Figure, at_least, at_most

if TYPE_CHECKING:
    from .measures import Bench

ENTRIES = 100_000
CHANGED, ASIDE, HELD = 100, 40, 30
UNSENT = 20_000
FILTERS = ("sent", "waiting", "aside", "held")
QUERIES = 40
"""More than the same list without the column and the filters."""
LONGEST = 3.0
"""Seconds that a person waits for a page of a filter without wondering."""


def lists(bench: Bench) -> list[Figure]:
    """Lists of entries with the module's column and filters, and without."""
    books = bench.large()
    with books.worker() as worker:
        worker.sync()
    books.settle()
    books.change(CHANGED)
    books.set_aside(ASIDE, "rejected")
    books.set_aside(HELD, "held")
    after = books.lists()
    books.not_yet_sent(UNSENT)
    during = books.lists()
    figures = [
        Figure("entries in the list", f"{after['entries']:,}"),
        at_least("  times 100,000", after["entries"] / ENTRIES, 1),
    ]
    for when, found in (("", after), (f", {UNSENT:,} not sent yet", during)):
        figures += _views(when, found["views"])
    for number, action in after["action"].items():
        what = f"action on {int(number):,} entries"
        figures.append(
            Figure(what, f"{action['seconds']:.2f} s, {action['queries']} queries")
        )
    return figures


def _views(when: str, views: dict) -> list[Figure]:
    figures = []
    pairs = [
        ("list with the column", "list"),
        ("invoices with the column", "invoices"),
        *((f"filter {name}", "posted") for name in FILTERS),
        *((f"filter {name} by journal", "posted by journal") for name in FILTERS),
    ]
    for name, beside in pairs:
        ours, theirs = views[name], views[beside]
        figures += [
            Figure(
                f"{name}{when}",
                f"{ours['seconds']:.3f} s, {ours['queries']} queries, "
                f"{ours['found']:,} found; {beside} {theirs['seconds']:.3f} s, "
                f"{theirs['queries']} queries, {theirs['found']:,} found",
            ),
            Figure("  times", f"{ours['seconds'] / theirs['seconds']:.2f} x"),
            at_most("  seconds", ours["seconds"], LONGEST, " s"),
            at_most("  more queries", ours["queries"] - theirs["queries"], QUERIES, ""),
        ]
    return figures
