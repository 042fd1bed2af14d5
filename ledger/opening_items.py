"""Items from before the start date that were open on it: each goes as an opening.

Without a start date nothing of this is in the statements.
"""

from odoo.tools import SQL

from .accounts import TRADE
from .held import held
from .scope import Scope

PART = -1
"""The part of an opening, where a journal item is 0 and its shares count from 1."""


def opening_items(scope: Scope) -> SQL:
    """A join that gives ``older.value``: what was open of ``line`` on the start date.

    NULL for other items. Odoo keeps what is open now; what was matched with something
    dated on the start date or later was still open then.
    """
    return SQL(
        """LEFT JOIN LATERAL (
            SELECT round(line.amount_residual
                + COALESCE((SELECT sum(partial.amount)
                    FROM account_partial_reconcile partial
                    WHERE partial.debit_move_id = line.id
                        AND partial.max_date >= %(start)s), 0)
                - COALESCE((SELECT sum(partial.amount)
                    FROM account_partial_reconcile partial
                    WHERE partial.credit_move_id = line.id
                        AND partial.max_date >= %(start)s), 0), %(decimals)s) AS value
            WHERE %(is_before)s AND account.account_type IN %(trade)s
            OFFSET 0
        ) older ON TRUE""",
        start=scope.start,
        decimals=scope.decimals,
        is_before=scope.is_before(),
        trade=TRADE,
    )


def is_wanted(scope: Scope) -> SQL:
    """Condition: from the start date on, or open on it."""
    if not scope.start:
        return SQL("TRUE")
    return SQL("(NOT %s OR older.value <> 0)", scope.is_before())


def part(scope: Scope) -> SQL:
    """The part that an item is sent as."""
    if not scope.start:
        return SQL("0")
    return SQL("CASE WHEN %s THEN %s ELSE 0 END", scope.is_before(), PART)


def placed(
    scope: Scope, expressions: tuple[tuple[str, SQL], ...]
) -> tuple[tuple[str, SQL], ...]:
    """The expressions, with the day on which an item counts, its opening value, and
    the number under which its account goes."""
    return tuple((name, _placed(scope, name, value)) for name, value in expressions)


def _placed(scope: Scope, name: str, expression: SQL) -> SQL:
    if name == "account_number":
        return held(scope.held_numbers, expression)
    if name == "date" and scope.opening_move_ids:
        expression = SQL(
            "CASE WHEN line.move_id IN %s THEN %s ELSE %s END",
            scope.opening_move_ids,
            scope.day(),
            expression,
        )
    opening = {"date": SQL("%s", scope.start), "value": SQL("older.value")}
    if not scope.start or name not in opening:
        return expression
    return SQL(
        "CASE WHEN %s THEN %s ELSE %s END",
        scope.is_before(),
        opening[name],
        expression,
    )
