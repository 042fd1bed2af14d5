"""Off-balance accounts: what is left out where nobody asks for them."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .lines import is_sent
from .scope import Scope


class OffBalance(NamedTuple):
    """An off-balance account with items."""

    account_id: int
    number: str
    """Empty where the account has none."""
    balance: Decimal
    """Of all its items, debit positive."""
    items: int


def off_balance(cr, scope: Scope) -> list[OffBalance]:
    """The off-balance accounts with items, by number, whether sent or not."""
    cr.execute(
        SQL(
            """SELECT account.id, COALESCE(%(number)s, ''),
                sum(round(line.balance, %(decimals)s))::text, count(*)::int
            FROM account_account account
            JOIN account_move_line line ON line.account_id = account.id
            WHERE account.account_type = 'off_balance' AND %(is_sent)s
                AND line.date BETWEEN %(earliest)s AND %(latest)s
            GROUP BY account.id ORDER BY 2, 1""",
            number=scope.number(),
            decimals=scope.decimals,
            is_sent=is_sent(replace(scope, off_balance=True)),
            earliest=scope.earliest,
            latest=scope.latest,
        )
    )
    # amounts come as text: psycopg2 is set to floats in Odoo
    return [
        OffBalance(account_id, number, Decimal(balance), items)
        for account_id, number, balance, items in cr.fetchall()
    ]
