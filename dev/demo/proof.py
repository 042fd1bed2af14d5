"""The trial balance by Odoo's rules, from plain sums, against that of Silverfin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .database import Books
from .silverfin import Silverfin

ZERO = Decimal(0)


@dataclass(frozen=True)
class Comparison:
    """How many balances were compared, at which days, and those that differ."""

    accounts: int
    year_ends: list[date]
    differences: list[str]


def compare(
    books: Books, silverfin: Silverfin, client_file: int, retained: str
) -> Comparison:
    """Every account at the end of every financial year, and the number of items.

    :param retained: number of the account that takes the result of the years before
    """
    compared, differences = 0, []
    years = financial_years(books)
    for start, end in years:
        ours = trial_balance(books, start, end, retained)
        theirs = silverfin.balance(client_file, end)
        numbers = sorted(ours.keys() | theirs.keys())
        compared += len(numbers)
        for number in numbers:
            here, there = ours.get(number, ZERO), theirs.get(number, ZERO)
            if here != there:
                differences.append(
                    f"{number} at {end}: {here} in Odoo, {there} in Silverfin"
                )
    here, there = len(books.items()), silverfin.items(client_file)
    if here != there:
        differences.append(f"journal items: {here} in Odoo, {there} in Silverfin")
    return Comparison(compared, [end for _start, end in years], differences)


def trial_balance(
    books: Books, start: date, end: date, retained: str
) -> dict[str, Decimal]:
    """The balances at ``end``, zeros left out.

    Odoo's rule: income, expense and the accounts of the undistributed result begin
    each year at zero; what they held before is the retained earnings.
    """
    balances: dict[str, Decimal] = defaultdict(Decimal)
    for row in books.sums():
        if row["date"] > end.isoformat():
            continue
        begins_at_zero = row["number"] != retained and (
            row["type"].startswith(("income", "expense"))
            or row["type"] == "equity_unaffected"
        )
        is_earlier = row["date"] < start.isoformat()
        number = retained if begins_at_zero and is_earlier else row["number"]
        balances[number] += row["total"]
    return {number: value for number, value in balances.items() if value}


def financial_years(books: Books) -> list[tuple[date, date]]:
    """First and last day of each year from the first item to the last."""
    days = [date.fromisoformat(row["date"]) for row in books.sums()]
    if not days:
        return []
    month, day = books.year_end()
    years = []
    year = min(days).year - 1
    while not years or years[-1][1] < max(days):
        start = _end(year, month, day) + timedelta(days=1)
        end = _end(year + 1, month, day)
        if end >= min(days):
            years.append((start, end))
        year += 1
    return years


def _end(year: int, month: int, day: int) -> date:
    """The last day of a financial year, in a year whose February may have 29."""
    if (month, day) == (2, 28):
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, day)
