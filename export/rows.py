"""The rows of a file: journal items of a period, or one total per account.

Layout: what Silverfin's import asks for (contract, section 6): account number, name and
type, one signed amount, a date; the columns behind them are free. Every SELECT here has
the columns :data:`COLUMNS`, then ``part``, ``move_id`` and ``line_id`` to order by.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..ledger.accounts import nature
from ..ledger.lines import is_sent, lines
from ..ledger.scope import Scope

COLUMNS = {
    "day": "date",
    "number": "text",
    "name": "text",
    "nature": "text",
    "value": "amount",
    "description": "text",
    "relation": "text",
    "journal": "text",
    "entry": "text",
}
"""What a column holds, by name, in order. ``nature`` is ``asset``, ``liability``,
``equity``, ``income`` or ``expense``; ``value`` is in company currency, debit positive.
"""
ORDER = SQL("day, part, number, move_id, line_id")


class Sums(NamedTuple):
    """What a file of these rows holds."""

    count: int
    total: Decimal
    numberless: list[str]
    """Accounts without a code for this company, three at most."""


def items(scope: Scope, first: date, last: date, language: str) -> SQL:
    """The journal items of a period, as they are sent.

    :param language: Odoo's code of the language of account names
    """
    return SQL(
        """SELECT item.date AS day, item.account_number AS number, %(name)s AS name,
            %(nature)s AS nature, item.value, item.description, item.relation,
            journal.code AS journal, move.name AS entry,
            1 AS part, item.move_id, item.line_id
        FROM (%(lines)s) item
        JOIN account_account account ON account.id = item.account_id
        JOIN account_move move ON move.id = item.move_id
        JOIN account_journal journal ON journal.id = move.journal_id""",
        name=_name(language),
        nature=nature(scope),
        lines=lines(scope, _within(scope, first, last)),
    )


def balances(
    scope: Scope,
    amounts: dict[str, Decimal],
    day: date,
    language: str,
    description: str = "",
) -> SQL:
    """One row per account number with what it holds on a day."""
    return SQL(
        """SELECT %(day)s::date AS day, total.number, %(name)s AS name,
            %(nature)s AS nature, total.value, %(description)s AS description,
            '' AS relation, '' AS journal, '' AS entry,
            0 AS part, 0 AS move_id, 0 AS line_id
        FROM unnest(%(numbers)s::text[], %(values)s::numeric[])
            AS total(number, value)
        JOIN account_account account ON %(number)s = total.number""",
        day=day,
        name=_name(language),
        nature=nature(scope),
        description=description,
        numbers=list(amounts),
        values=list(amounts.values()),
        number=scope.number(),
    )


def sums(cr, scope: Scope, first: date, last: date) -> Sums:
    """How many items the period has and what they make, without reading texts."""
    cr.execute(
        SQL(
            """SELECT count(*), sum(round(line.balance, %(decimals)s))::text,
                (array_agg(DISTINCT account.name->>'en_US')
                    FILTER (WHERE %(number)s IS NULL))[1:3]
            FROM account_move_line line
            JOIN account_account account ON account.id = %(account_id)s
            WHERE %(is_sent)s AND %(within)s""",
            decimals=scope.decimals,
            number=scope.number(),
            account_id=scope.account_id(),
            is_sent=is_sent(scope),
            within=_within(scope, first, last),
        )
    )
    count, total, numberless = cr.fetchone()
    return Sums(count, Decimal(total or 0), numberless or [])


def _within(scope: Scope, first: date, last: date) -> SQL:
    return SQL("%s BETWEEN %s AND %s", scope.day(), first, last)


def _name(language: str) -> SQL:
    return SQL("COALESCE(account.name->>%s, account.name->>'en_US')", language)
