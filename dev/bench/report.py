"""What was measured against what was asked, as a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`target` "" is a figure that nothing was asked of."""

    what: str
    measured: str
    target: str = ""
    reached: bool = True


def at_least(what: str, value: float, least: float, unit: str = " x") -> Figure:
    """More is better."""
    return Figure(
        what, f"{value:.2f}{unit}", f"at least {least:g}{unit}", value >= least
    )


def at_most(what: str, value: float, most: float, unit: str = " x") -> Figure:
    """Less is better."""
    return Figure(what, f"{value:.2f}{unit}", f"at most {most:g}{unit}", value <= most)


def table(figures: list[Figure]) -> str:
    """The figures, one a line, as reStructuredText reads them in a literal block."""
    rows = [("", "measured", "asked", "")]
    rows += [
        (
            figure.what,
            figure.measured,
            figure.target,
            ("reached" if figure.reached else "NOT REACHED") if figure.target else "",
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
