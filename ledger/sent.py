"""The transactions that belong in a client file: journal items, or their shares."""

from odoo.tools import SQL

from .analytics import shares
from .lines import lines, present
from .scope import Scope


def sent(cr, scope: Scope, where: SQL) -> SQL:
    """SELECT of what is sent of the items that meet ``where``: see ``lines.lines``.

    With analytics, the analytic lines are read first, in the transaction at hand.
    """
    if not scope.analytic_plans:
        return lines(scope, where)
    return lines(scope, where, shares(cr, scope, where))


def compared(cr, scope: Scope, where: SQL) -> tuple[SQL, SQL]:
    """What is sent of the items that meet ``where``, for who compares.

    :return: SELECT with ``move_id``, ``line_id``, ``part`` and ``digest``, to be used
        once each; and of ``line_id`` and ``part`` alone, which costs less
    """
    split = shares(cr, scope, where) if scope.analytic_plans else None
    return lines(scope, where, split, once=False), present(scope, where, split)


def entry_digests(cr, scope: Scope, move_ids: tuple[int, ...]) -> dict[int, int]:
    """One digest per entry, over all its items that are sent."""
    if not move_ids:
        return {}
    cr.execute(
        SQL(
            """SELECT move_id, hashtextextended(
                    string_agg(digest::text, ',' ORDER BY line_id, part), 0)
            FROM (%s) item GROUP BY move_id""",
            sent(cr, scope, SQL("line.move_id IN %s", move_ids)),
        )
    )
    return dict(cr.fetchall())
