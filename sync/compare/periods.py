"""Which of Silverfin's periods are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ... import silverfin_api as api
from ...ledger.years import DAY, FinancialYear

YEARS_BACK = 2
"""Financial years before the open one that are compared where nobody asks for all."""


@dataclass(frozen=True)
class Period:
    """The end of a period, and the financial year in which Silverfin counts it."""

    id: str
    end: date
    year: FinancialYear


class Chosen(NamedTuple):
    """What is compared."""

    periods: list[Period]
    """Oldest first."""
    before: Period | None
    """The last one before them: what they open with."""
    earlier: int
    """How many end before the first day that is sent: another source's."""


def of_silverfin(found: Iterable[api.Period]) -> list[Period]:
    """The periods that Silverfin names, oldest first."""
    return sorted(
        (
            Period(
                period.id, period.end, FinancialYear(period.year_start, period.year_end)
            )
            for period in found
        ),
        key=lambda period: period.end,
    )


def of_books(years: list[FinancialYear], last: date | None) -> list[Period]:
    """Where Silverfin cannot be asked: the months up to the last item, and year ends.

    :param last: the day of the last item
    """
    return [
        Period("", end, year)
        for year in years
        for end in _month_ends(year)
        if end == year.end or (last and end < last) or _is_month_of(end, last)
    ]


def _month_ends(year: FinancialYear) -> Iterable[date]:
    day = year.start
    while day <= year.end:
        following = (day.replace(day=1) + 31 * DAY).replace(day=1)
        yield min(following - DAY, year.end)
        day = following


def _is_month_of(end: date, last: date | None) -> bool:
    return bool(last) and (end.year, end.month) == (last.year, last.month)


def choose(
    periods: list[Period], first: date | None, today: date, *, everything: bool
) -> Chosen:
    """Those of the open and the last years, or of all.

    :param periods: oldest first
    :param first: the first day that is sent
    """
    ours = [period for period in periods if not first or period.end >= first]
    earlier = len(periods) - len(ours)
    years = sorted({period.year for period in ours}, key=lambda year: year.start)
    if not everything:
        begun = [year for year in years if year.start <= today]
        years = years[max(0, len(begun) - 1 - YEARS_BACK) :]
    chosen = [period for period in ours if period.year in years]
    older = [period for period in ours if period.year not in years]
    return Chosen(chosen, older[-1] if older else None, earlier)


def cuts(periods: Iterable[Period], years: Iterable[FinancialYear]) -> list[date]:
    """The days that part the months of all these periods and years."""
    days = {period.end + DAY for period in periods}
    days |= {period.year.start for period in periods}
    days |= {year.start for year in years}
    return sorted(days)
