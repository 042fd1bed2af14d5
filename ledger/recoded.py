"""Account numbers that a reader knows and the books no longer have."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL

from .scope import Scope


class Recoded(NamedTuple):
    """Items that move from one account number to another."""

    old: str
    new: str
    """Empty where the account has no number any more."""
    items: int
    closed: int
    """Of these, dated in years that are closed."""


def vanished(cr, scope: Scope, numbers: list[str]) -> list[str]:
    """Those of the numbers that no account has now."""
    cr.execute(
        SQL(
            """SELECT number FROM unnest(%s::text[]) number
            WHERE number NOT IN (
                SELECT account.code_store->>%s FROM account_account account
                WHERE account.code_store->>%s IS NOT NULL)
            ORDER BY number""",
            numbers,
            str(scope.root_id),
            str(scope.root_id),
        )
    )
    return [number for (number,) in cr.fetchall()]


def recoded(cr, scope: Scope, known: SQL, closed_until: date | None) -> list[Recoded]:
    """Where the items stand now that a reader has under vanished numbers.

    :param known: SELECT of ``line_id``, ``number`` and ``date`` as the reader has them
    :param closed_until: the last day that is closed
    """
    cr.execute(
        SQL(
            """SELECT known.number, COALESCE(%(number)s, ''), count(*)::int,
                (count(*) FILTER (WHERE known.date <= %(closed)s))::int
            FROM (%(known)s) known
            JOIN account_move_line line ON line.id = known.line_id
            JOIN account_account account ON account.id = line.account_id
            GROUP BY 1, 2 ORDER BY 1, 2""",
            number=scope.number(),
            closed=closed_until,
            known=known,
        )
    )
    return [Recoded(*row) for row in cr.fetchall()]
