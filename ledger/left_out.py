"""What of the books is not sent, by number and sum: drafts, entries set aside …"""

from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .scope import Scope

REAL = SQL("line.display_type NOT IN ('line_section', 'line_subsection', 'line_note')")


class LeftOut(NamedTuple):
    """Entries, items, and the sum of their debits in company currency."""

    entries: int
    items: int
    debit: Decimal


def drafts(cr, scope: Scope) -> LeftOut:
    """Entries that are not posted."""
    return _of(cr, scope, SQL("line.parent_state = 'draft' AND %s", REAL))


def cancelled(cr, scope: Scope) -> LeftOut:
    """Entries that were cancelled."""
    return _of(cr, scope, SQL("line.parent_state = 'cancel' AND %s", REAL))


def without_value(cr, scope: Scope) -> LeftOut:
    """Posted items of no amount."""
    return _of(
        cr,
        scope,
        SQL(
            "line.parent_state = 'posted' AND %s AND round(line.balance, %s) = 0",
            REAL,
            scope.decimals,
        ),
    )


def entries(cr, scope: Scope, move_ids: tuple[int, ...]) -> LeftOut:
    """These entries, whole."""
    where = SQL("line.move_id = ANY(%s) AND %s", list(move_ids), REAL)
    return _of(cr, scope, where)


def _of(cr, scope: Scope, where: SQL) -> LeftOut:
    cr.execute(
        SQL(
            """SELECT count(DISTINCT line.move_id), count(*),
                COALESCE(sum(GREATEST(round(line.balance, %s), 0)), 0)::text
            FROM account_move_line line WHERE line.company_id IN %s AND %s""",
            scope.decimals,
            scope.company_ids,
            where,
        )
    )
    number, items, debit = cr.fetchone()
    return LeftOut(number, items, Decimal(debit))
