"""What lies before the start date, as one opening per account.

Of receivable and payable accounts the items that were open go one by one
(``opening_items``): here is what is left of the account beside them, usually nothing.
What stands on income and expense is retained earnings. With a negative ``line_id``, the
account's id, a row has the columns that ``lines.lines`` gives.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .accounts import TRADE, nature
from .lines import is_sent
from .opening_items import PART
from .scope import Scope


class Sum(NamedTuple):
    """What an account holds before the start date."""

    account_id: int
    """The account it counts on."""
    count: int
    value: Decimal
    rest: Decimal
    """The value less that of the items that go one by one."""


def sums(cr, scope: Scope) -> list[Sum]:
    """One row per account that has items before the start date, in one pass."""
    cr.execute(
        SQL(
            """SELECT CASE WHEN nominal THEN %(retained)s ELSE account_id END AS target,
                sum(count)::int, sum(value)::text, sum(value - opened)::text
            FROM (
                SELECT account.id AS account_id, count(*) AS count,
                    %(retained)s <> 0 AND %(nature)s IN ('income', 'expense')
                        AS nominal,
                    sum(round(line.balance, %(decimals)s)) AS value,
                    CASE WHEN account.account_type IN %(trade)s
                        THEN sum(round(line.amount_residual, %(decimals)s))
                            + COALESCE(min(later.value), 0)
                        ELSE 0 END AS opened
                FROM account_move_line line
                JOIN account_account account ON account.id = line.account_id
                LEFT JOIN (%(later)s) later ON later.account_id = account.id
                WHERE %(is_sent)s AND %(is_before)s
                GROUP BY account.id
            ) item
            GROUP BY target ORDER BY target""",
            retained=scope.retained_earnings_id,
            nature=nature(scope),
            decimals=scope.decimals,
            trade=TRADE,
            later=_matched_later(scope),
            is_sent=is_sent(scope),
            is_before=scope.is_before(),
        )
    )
    return [
        Sum(account_id, count, Decimal(value), Decimal(rest))
        for account_id, count, value, rest in cr.fetchall()
    ]


def _matched_later(scope: Scope) -> SQL:
    """Per account: what of its items was matched on the start date or later."""
    return SQL(
        """SELECT account.id AS account_id,
            sum(CASE WHEN line.id = partial.debit_move_id THEN partial.amount
                ELSE -partial.amount END) AS value
        FROM account_partial_reconcile partial
        JOIN account_move_line line
            ON line.id IN (partial.debit_move_id, partial.credit_move_id)
        JOIN account_account account ON account.id = line.account_id
        WHERE partial.max_date >= %s AND %s AND %s
        GROUP BY account.id""",
        scope.start,
        is_sent(scope),
        scope.is_before(),
    )


def openings(scope: Scope, found: list[Sum], description: str) -> SQL:
    """SELECT of an opening for each account where something is left."""
    rest = [(row.account_id, row.rest) for row in found if row.rest]
    return SQL(
        """SELECT -account.id AS line_id, %(part)s AS part, -account.id AS move_id,
            account.id AS account_id, %(start)s::date AS date,
            %(number)s AS account_number, rest.value, %(description)s AS description,
            '' AS relation, NULL::numeric AS open_value, NULL AS open_category,
            array_fill(''::text, ARRAY[%(labels)s]) AS extra,
            hashtextextended(ROW(%(version)s, %(start)s::date, %(number)s, rest.value,
                %(description)s)::text, 0) AS digest
        FROM unnest(%(ids)s::int4[], %(values)s::text[]::numeric[])
            AS rest(account_id, value)
        JOIN account_account account ON account.id = rest.account_id""",
        part=PART,
        start=scope.start,
        number=scope.number(),
        description=description,
        labels=len(scope.extra_fields),
        version=scope.version,
        ids=[account_id for account_id, _value in rest],
        values=[str(value) for _account_id, value in rest],
    )
