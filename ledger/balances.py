"""Trial balances out of the books, to the cent."""

from datetime import date
from decimal import Decimal

from odoo.tools import SQL

from .accounts import nature
from .lines import is_sent
from .scope import Scope


def trial_balance(
    cr, scope: Scope, year_start: date, end: date, first: date
) -> dict[str, Decimal]:
    """Balance per account number at ``end``, in company currency, debit positive.

    Income and expense count from ``year_start``; what they held in the years before
    stands on the retained-earnings account, where one is chosen. ``first`` is the
    first day that counts at all (older typing errors are set aside).
    Accounts whose balance is zero are left out; numberless ones have the key "".
    """
    cr.execute(
        SQL(
            """SELECT COALESCE(CASE
                    WHEN nominal AND date < %(year_start)s THEN (
                        SELECT %(number)s FROM account_account account
                        WHERE account.id = %(retained)s)
                    ELSE number END, '') AS target,
                sum(value)::text
            FROM (
                SELECT %(number)s AS number, %(day)s AS date,
                    %(nature)s IN ('income', 'expense') AS nominal,
                    round(line.balance, %(decimals)s) AS value
                FROM account_move_line line
                JOIN account_account account ON account.id = %(account_id)s
                WHERE %(is_sent)s AND %(day)s BETWEEN %(first)s AND %(end)s
                OFFSET 0
            ) item
            GROUP BY target HAVING sum(value) <> 0""",
            year_start=year_start,
            end=end,
            first=first,
            number=scope.number(),
            day=scope.day(),
            account_id=scope.account_id(),
            retained=scope.retained_earnings_id,
            nature=nature(scope),
            decimals=scope.decimals,
            is_sent=is_sent(scope),
        )
    )
    return {number: Decimal(value) for number, value in cr.fetchall()}
