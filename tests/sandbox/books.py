"""Balances: what Silverfin makes of the transactions it holds, year by year.

Assets, liabilities and equity accumulate; income and expense start each financial
year at zero. What a year takes over from the one before is said by its own settings:
``compute_opening_balances`` carries assets, liabilities and equity forward, and
``compute_retained_earnings`` puts the result of the year before on the
retained-earnings account. With a flag off nothing of that kind comes in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .ledger import ZERO
from .state import NOMINAL_TYPES, ClientFile, Year

DAY = timedelta(days=1)


def years_of(file: ClientFile) -> list[Year]:
    """The financial years, oldest first: those of the settings, and around them as
    many years of twelve months as the data needs (assumed: those compute both)."""
    years = list(file.years)
    span = file.ledger.first_and_last()
    if not years:
        if span is None:
            return []
        first = date(span[0].year, 1, 1)
        years = [Year(first, _year_later(first) - DAY, True, True)]
    if span is None:
        return years
    while years[0].start > span[0]:
        start = _year_earlier(years[0].start)
        years.insert(0, Year(start, years[0].start - DAY, True, True))
    while years[-1].end < span[1]:
        start = years[-1].end + DAY
        years.append(Year(start, _year_later(start) - DAY, True, True))
    return years


def balances(file: ClientFile, on: date) -> dict[str, Decimal]:
    """The balance of every account with data at the end of a day.

    Adjustments are not in it. An account is there when the year has transactions on
    it up to that day, or when an opening came in.
    """
    years = [year for year in years_of(file) if year.start <= on]
    moved = _movements(file, years, on)
    closing: dict[str, Decimal] = {}
    result = ZERO
    for year, movements in zip(years, moved, strict=True):
        opening = _opening(file, year, closing, result)
        closing = dict(opening)
        for number, amount in movements.items():
            closing[number] = closing.get(number, ZERO) + amount
        result = sum(
            (v for n, v in closing.items() if _is_nominal(file, n)), start=ZERO
        )
    return dict(sorted(closing.items()))


def _opening(
    file: ClientFile, year: Year, closing: dict[str, Decimal], result: Decimal
) -> dict[str, Decimal]:
    opening: dict[str, Decimal] = {}
    if year.compute_opening_balances:
        opening = {
            number: value
            for number, value in closing.items()
            if value and not _is_nominal(file, number)
        }
    retained = file.retained_earnings_account
    if year.compute_retained_earnings and retained and result:
        opening[retained] = opening.get(retained, ZERO) + result
    return opening


def _movements(
    file: ClientFile, years: list[Year], on: date
) -> list[dict[str, Decimal]]:
    starts = [year.start for year in years]
    moved: list[dict[str, Decimal]] = [{} for _year in years]
    for number, days in file.ledger.sums():
        for day, (amount, _lines) in days.items():
            if day <= on:
                of_year = moved[bisect_right(starts, day) - 1]
                of_year[number] = of_year.get(number, ZERO) + amount
    return moved


def _is_nominal(file: ClientFile, number: str) -> bool:
    account = file.accounts.get(number)
    return account is not None and account.type in NOMINAL_TYPES


def period_ends(file: ClientFile) -> Iterator[tuple[date, Year]]:
    """The ends of the reporting periods with their year, oldest first.

    Every year has its end; "monthly" and "quarterly" files have those in between up to
    the last transaction, a "yearly" file the month of the last transaction (assumed).
    """
    years = years_of(file)
    span = file.ledger.first_and_last()
    last = span[1] if span else None
    step = {"monthly": 1, "quarterly": 3}.get(file.reporting)
    for year in years:
        ends = {year.end}
        if last is not None:
            ends |= set(_between(year, step, last) if step else ())
            if year.start <= last <= year.end:
                ends.add(min(_month_end(last), year.end))
        for end in sorted(ends):
            yield end, year


def _between(year: Year, step: int, last: date) -> Iterator[date]:
    start = year.start
    while True:
        months = start.month - 1 + step
        start = date(start.year + months // 12, months % 12 + 1, 1)
        if start > year.end or start > _month_end(last) + DAY:
            return
        yield start - DAY


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY


def _year_later(day: date) -> date:
    return _shifted(day, 1)


def _year_earlier(day: date) -> date:
    return _shifted(day, -1)


def _shifted(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February has no sister in that year.
        return day.replace(year=day.year + years, day=28)
