"""Financial years of a company."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class FinancialYear:
    """A financial year, both days included."""

    start: date
    end: date


def financial_years(company, first: date, last: date) -> list[FinancialYear]:
    """The years that reach from ``first`` to ``last``, oldest first.

    Odoo's own helper knows the company's year end (and modules with fiscal-year
    records extend it).
    """
    years = []
    day = first
    while True:
        dates = company.compute_fiscalyear_dates(day)
        years.append(FinancialYear(dates["date_from"], dates["date_to"]))
        if dates["date_to"] >= last:
            return years
        day = dates["date_to"] + timedelta(days=1)
