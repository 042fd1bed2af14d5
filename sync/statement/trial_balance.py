"""Account by account in Odoo and in Silverfin, at the last period of each year."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import groupby

from ..compare.causes import RETAINED, Chart, Parts, difference
from ..compare.kept import Compared, Line
from ..compare.outcome import Found

ZERO = Decimal(0)


def trial_balances(
    before: list[Compared], found: Found, chart: Chart, names: dict[str, str]
) -> list[dict]:
    """Per financial year of Silverfin ``{start, end, last, rows}``.

    A row is ``{account, name, books, there, difference, causes}``; ``books`` and
    ``there`` are each ``[opening, movement, balance]``. Silverfin shows balances only:
    its opening is what the year before closed with there, its movement the rest.

    :param before: the period before the first, where there is one
    :param names: of the accounts, by number
    """
    years = []
    closing = _there(before[-1], found.adjusted) if before else {}
    shifted: dict[str, Decimal] = {}
    pairs = zip(found.periods, found.parts, strict=True)
    for _year, of_year in groupby(pairs, key=lambda pair: pair[0].year):
        shifted_before, shifted = shifted, _retained_elsewhere(of_year[0][1])
        opening = _opening(closing, chart)
        for number, amount in shifted.items():
            opening[number] += amount
        for number, amount in _opening(shifted_before, chart).items():
            opening[number] -= amount
        last, parts = of_year[-1]
        years.append(_year_of(last, opening, parts, names, found.adjusted))
        closing = _there(last, found.adjusted)
    return years


def _there(period: Compared, adjusted: bool) -> dict[str, Decimal]:
    return {
        line.number: line.there - (line.adjusted if adjusted else ZERO)
        for line in period.lines.values()
    }


def _opening(closing: dict[str, Decimal], chart: Chart) -> dict[str, Decimal]:
    opening: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for number, value in closing.items():
        opening[chart.retained if number in chart.nominal else number] += value
    return opening


def _retained_elsewhere(parts: dict[str, Parts]) -> dict[str, Decimal]:
    """What Silverfin put on another account of the family than ``_opening`` does."""
    return {
        number: causes[RETAINED]
        for number, causes in parts.items()
        if RETAINED in causes
    }


def _year_of(
    period: Compared,
    opening: dict[str, Decimal],
    parts: dict[str, Parts],
    names: dict[str, str],
    adjusted: bool,
) -> dict:
    return {
        "start": period.year.start.isoformat(),
        "end": period.year.end.isoformat(),
        "last": period.end.isoformat(),
        "rows": [
            _row(
                line,
                opening.get(line.number, ZERO),
                parts.get(line.number, {}),
                names.get(line.number) or period.names.get(line.number, ""),
                adjusted,
            )
            for line in period.lines.values()
        ],
    }


def _row(line: Line, opening: Decimal, parts: Parts, name: str, adjusted: bool) -> dict:
    there = line.there - (line.adjusted if adjusted else ZERO)
    return {
        "account": line.number,
        "name": name,
        "books": [str(line.opening), str(line.movement), str(line.books)],
        "there": [str(opening), str(there - opening), str(there)],
        "difference": str(difference(parts)),
        "causes": [[cause, str(amount)] for cause, amount in parts.items()],
    }
