"""What is printed at the end: a table, then what is wrong."""

from __future__ import annotations

from .syncing import Result

HEAD = (
    "",
    "sync",
    "entries",
    "sent",
    "changed",
    "removed",
    "aside",
    "requests",
    "seconds",
    "balances",
    "differ",
    "Verify",
)
COUNTED = (
    "balances: those that this program compares, at the end of each financial year. "
    "Verify\nin Odoo compares more of them: at the end of every period that Silverfin "
    "has."
)
TEXTS = {0, 1, len(HEAD) - 1}
MOST = 10


def table(results: list[Result]) -> str:
    """One line per company and round; numbers to the right."""
    rows = [HEAD, *map(_row, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in TEXTS else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.company,
        result.round,
        f"{result.entries:,}",
        f"{result.sent:,}",
        f"{result.changed:,}",
        f"{result.removed:,}",
        f"{result.aside:,}",
        f"{result.requests:,}",
        f"{result.seconds:.1f}",
        f"{result.comparison.accounts:,}",
        f"{len(result.comparison.differences):,}",
        "equal" if result.is_equal else "NOT EQUAL",
    )


def problems(results: list[Result]) -> list[str]:
    """A sentence for everything that is not as it should be."""
    found = []
    for result in results:
        where = f"{result.company}, {result.round} sync"
        if not result.comparison.accounts:
            found.append(f"{where}: there was no balance to compare")
        found += [f"{where}: {line}" for line in result.comparison.differences[:MOST]]
        if not result.is_equal:
            said = result.verify or "it did not read Silverfin's balances"
            found.append(f"{where}: Verify is not equal: {said}")
        if result.aside:
            found.append(f"{where}: {result.aside} entries are set aside")
    return found
