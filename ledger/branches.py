"""What was settled between the books of a client file and those of a branch outside."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.tools import SQL

from .scope import Scope


@dataclass(frozen=True)
class SettledOutside:
    """A part of an account's balance that no open item explains."""

    number: str
    company_id: int
    """The other company."""
    balance: Decimal
    """What stays on the account in these books, debit positive."""


def settled_outside(cr, scope: Scope) -> list[SettledOutside]:
    """What items here were settled by items of another company, by account.

    An invoice here that is paid at the head office is no longer open, but its amount
    stays on the customer's account here, and the payment on the one there.
    """
    cr.execute(
        SQL(
            """SELECT COALESCE(%(number)s, account.id::text), item.other_id,
                sum(round(item.balance, %(decimals)s))::text
            FROM (
                SELECT debit.account_id, credit.company_id AS other_id,
                    partial.amount AS balance
                FROM account_partial_reconcile partial
                JOIN account_move_line debit ON debit.id = partial.debit_move_id
                JOIN account_move_line credit ON credit.id = partial.credit_move_id
                WHERE debit.company_id IN %(companies)s
                    AND credit.company_id NOT IN %(companies)s
                UNION ALL
                SELECT credit.account_id, debit.company_id, -partial.amount
                FROM account_partial_reconcile partial
                JOIN account_move_line debit ON debit.id = partial.debit_move_id
                JOIN account_move_line credit ON credit.id = partial.credit_move_id
                WHERE credit.company_id IN %(companies)s
                    AND debit.company_id NOT IN %(companies)s
            ) item
            JOIN account_account account ON account.id = item.account_id
            GROUP BY account.id, item.other_id
            HAVING sum(round(item.balance, %(decimals)s)) <> 0
            ORDER BY 1, 2""",
            number=scope.number(),
            decimals=scope.decimals,
            companies=scope.company_ids,
        )
    )
    return [
        SettledOutside(number, company_id, Decimal(balance))
        for number, company_id, balance in cr.fetchall()
    ]
