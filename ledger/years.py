"""Financial years of a company."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from odoo.tools import SQL, date_utils

from .accounts import nature
from .lines import is_sent
from .scope import Scope

DAY = timedelta(days=1)
LONGEST = timedelta(days=730)
"""Not reached by any year: Silverfin takes less than two years."""


@dataclass(frozen=True)
class FinancialYear:
    """A financial year, both days included."""

    start: date
    end: date


@dataclass(frozen=True)
class YearResult:
    """What a year does to the retained-earnings account, debit positive."""

    year: FinancialYear
    result: Decimal
    """Income, expense and appropriation of the year: a profit is negative."""
    retained: Decimal
    """What was booked on the retained-earnings account itself in the year."""


def financial_years(
    company, first: date, last: date, known: Iterable[FinancialYear] = ()
) -> list[FinancialYear]:
    """The years that reach from ``first`` to ``last``, oldest first.

    Odoo's own helper knows the company's year end, and modules with fiscal-year
    records extend it.

    :param known: years that stand as they are, in order and without a gap; those
        outside ``first`` to ``last`` are left out
    """
    years = list(known)
    if not years:
        years = [_year_of(company, first, date.min, date.max)]
    while years[0].start > first:
        end = years[0].start - DAY
        years.insert(0, _year_of(company, end, date.min, end))
    while years[-1].end < last:
        start = years[-1].end + DAY
        years.append(_year_of(company, start, start, date.max))
    return [year for year in years if year.end >= first and year.start <= last]


def with_usual_years(
    company, years: list[FinancialYear], first: date, last: date
) -> list[FinancialYear]:
    """The years that touch ``first`` to ``last``, oldest first.

    A gap between two of them is filled where the company's usual years fit into it, day
    by day; any other gap stays.
    """
    near = sorted(
        (year for year in years if year.end >= first and year.start <= last),
        key=lambda year: (year.start, year.end),
    )
    found = near[:1]
    for year in near[1:]:
        found += _usual_years(company, found[-1].end + DAY, year.start - DAY)
        found.append(year)
    return found


def _usual_years(company, first: date, last: date) -> list[FinancialYear]:
    """The usual years from one day to another; none where they do not fit."""
    found: list[FinancialYear] = []
    start = first
    while start <= last:
        year = FinancialYear(
            *date_utils.get_fiscal_year(
                start,
                day=company.fiscalyear_last_day,
                month=int(company.fiscalyear_last_month),
            )
        )
        if year.start != start or year.end > last:
            return []
        found.append(year)
        start = year.end + DAY
    return found


def _year_of(company, day: date, earliest: date, latest: date) -> FinancialYear:
    """Odoo's year of a day, cut where a neighbour already stands."""
    dates = company.compute_fiscalyear_dates(day)
    return FinancialYear(
        max(dates["date_from"], earliest), min(dates["date_to"], latest)
    )


def year_results(cr, scope: Scope, years: list[FinancialYear]) -> list[YearResult]:
    """What each year does to the retained-earnings account, in one pass."""
    if not years:
        return []
    cr.execute(
        SQL(
            """SELECT year, sum(value) FILTER (WHERE nominal)::text,
                sum(value) FILTER (WHERE account_id = %(retained)s)::text
            FROM (
                SELECT width_bucket(%(day)s, %(starts)s::date[]) AS year,
                    account.id AS account_id,
                    round(line.balance, %(decimals)s) AS value,
                    %(nature)s IN ('income', 'expense') AS nominal
                FROM account_move_line line
                JOIN account_account account ON account.id = %(account_id)s
                WHERE %(is_sent)s AND %(day)s BETWEEN %(first)s AND %(last)s
                OFFSET 0
            ) item
            GROUP BY year""",
            retained=scope.retained_earnings_id,
            starts=[year.start for year in years],
            decimals=scope.decimals,
            nature=nature(scope),
            is_sent=is_sent(scope),
            day=scope.day(),
            account_id=scope.account_id(),
            first=years[0].start,
            last=years[-1].end,
        )
    )
    # amounts come as text: psycopg2 is set to floats in Odoo
    sums = {
        year: (Decimal(result or 0), Decimal(retained or 0))
        for year, result, retained in cr.fetchall()
    }
    return [
        YearResult(year, *sums.get(number, (Decimal(0), Decimal(0))))
        for number, year in enumerate(years, start=1)
    ]
