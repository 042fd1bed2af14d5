"""Accounts that carry balances forward though Odoo starts them at zero each year.

A rest on such an account is part of a year's result, until somebody has it sent as
equity: so each rest is named, with the year.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .lines import is_sent
from .retained import is_filled_up
from .scope import Scope
from .years import FinancialYear

CODES = {
    # balances brought forward, of accounts, receivables and payables, and their sum
    "DE": ("9000", "9001", "9008", "9009", "9089", "9090"),
}
"""Per country those that Odoo's own charts type as income, without filling zeros."""


class Rest(NamedTuple):
    """What a year leaves on an account."""

    account_id: int
    number: str
    year: FinancialYear | None
    """None: what lies before the start date."""
    rest: Decimal
    """Of this year alone, debit positive."""
    carried: Decimal
    """With the years before: what the account would open the next year with."""


def is_proposed(country: str | None, number: str | None) -> bool:
    """Whether a chart of this country has the number as one that carries forward.

    :param number: of whatever length
    """
    codes = CODES.get(country or "", ())
    return any(is_filled_up(number or "", code) for code in codes)


def rests(
    cr, scope: Scope, years: list[FinancialYear], account_ids: Iterable[int]
) -> list[Rest]:
    """What each year leaves on these accounts, by account and year; no zeros."""
    ids = tuple(account_ids)
    if not ids or not years:
        return []
    cr.execute(
        SQL(
            """SELECT account_id, number, year, sum(value)::text FROM (
                SELECT account.id AS account_id, COALESCE(%(number)s, '') AS number,
                    width_bucket(%(day)s, %(starts)s::date[]) AS year,
                    round(line.balance, %(decimals)s) AS value
                FROM account_move_line line
                JOIN account_account account ON account.id = %(account_id)s
                WHERE line.account_id IN %(ids)s AND account.id IN %(ids)s
                    AND %(is_sent)s AND %(day)s BETWEEN %(first)s AND %(last)s
            ) item
            GROUP BY 1, 2, 3 HAVING sum(value) <> 0 ORDER BY 2, 1, 3""",
            number=scope.number(),
            day=scope.day(),
            starts=[year.start for year in years],
            decimals=scope.decimals,
            account_id=scope.account_id(),
            ids=ids,
            is_sent=is_sent(scope),
            first=scope.earliest,
            last=years[-1].end,
        )
    )
    found: list[Rest] = []
    for account_id, number, year, value in cr.fetchall():
        # amounts come as text: psycopg2 is set to floats in Odoo
        rest = carried = Decimal(value)
        if found and found[-1].account_id == account_id:
            carried += found[-1].carried
        when = years[year - 1] if year else None
        found.append(Rest(account_id, number, when, rest, carried))
    return found
