"""Account numbers that a reader knows and the books no longer have."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from odoo.tools import SQL

from .scope import Scope


class Recoded(NamedTuple):
    """Items that move from one account number to another."""

    account_id: int
    old: str
    new: str
    """Empty where the account has no number any more."""
    items: int
    closed: int
    """Of these, dated in years that are closed."""
    is_whole: bool
    """The account takes all of the old number, and nothing of it has another one."""


def vanished(cr, scope: Scope, numbers: Iterable[str]) -> list[str]:
    """Those of the numbers that no account has now."""
    cr.execute(
        SQL(
            """SELECT number FROM unnest(%(numbers)s::text[]) number
            WHERE number NOT IN (
                SELECT %(own)s FROM account_account account WHERE %(own)s IS NOT NULL)
            ORDER BY number""",
            numbers=sorted(numbers),
            own=scope.number(),
        )
    )
    return [number for (number,) in cr.fetchall()]


def recoded(
    cr, scope: Scope, known: SQL, numbers: list[str], closed_until: date | None
) -> list[Recoded]:
    """Where the items stand now that a reader has under these numbers.

    :param known: SELECT of ``line_id`` (an opening: the account's, negative),
        ``number`` and ``date`` of all that the reader has
    :param closed_until: the last day that is closed
    """
    cr.execute(
        SQL(
            """WITH moved AS (
                SELECT CASE WHEN known.line_id < 0 THEN -known.line_id
                        ELSE %(account_id)s END AS account_id,
                    known.number, count(DISTINCT known.line_id)::int AS items,
                    count(DISTINCT known.line_id)
                        FILTER (WHERE known.date <= %(closed)s)::int AS closed
                FROM (%(known)s) known
                LEFT JOIN account_move_line line ON line.id = known.line_id
                WHERE known.number = ANY(%(numbers)s)
                GROUP BY 1, 2
            )
            SELECT account.id, moved.number, COALESCE(%(number)s, ''), moved.items,
                moved.closed,
                count(*) OVER (PARTITION BY moved.number) = 1 AND NOT EXISTS (
                    SELECT FROM (%(known)s) known
                    JOIN account_move_line line ON line.id = known.line_id
                    WHERE line.account_id = account.id AND %(account_id)s = account.id
                        AND known.number <> moved.number)
            FROM moved JOIN account_account account ON account.id = moved.account_id
            ORDER BY 2, 3, 1""",
            number=scope.number(),
            account_id=scope.account_id(),
            closed=closed_until,
            known=known,
            numbers=numbers,
        )
    )
    return [Recoded(*row) for row in cr.fetchall()]
