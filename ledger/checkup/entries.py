"""Entries that do not count yet, or not where somebody meant them to."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..lines import is_sent
from ..scope import Scope


class Entries(NamedTuple):
    """How many entries, and how much."""

    count: int
    value: Decimal
    """The sum of their debit sides."""


def drafts(cr, scope: Scope, upto: date) -> Entries:
    """Draft entries dated up to a day, those with amounts."""
    return _sums(
        cr,
        SQL(
            """move.company_id IN %s AND move.state = 'draft' AND move.date <= %s
            AND line.display_type
                NOT IN ('line_section', 'line_subsection', 'line_note')
            AND round(line.balance, %s) <> 0""",
            scope.company_ids,
            upto,
            scope.decimals,
        ),
        scope,
    )


def dated_after(cr, scope: Scope, day: date) -> Entries:
    """Posted entries dated after a day, and not impossibly late."""
    return _sums(
        cr,
        SQL(
            """move.date > %s AND move.date <= %s AND move.company_id IN %s
            AND move.state = 'posted' AND %s""",
            day,
            scope.latest,
            scope.company_ids,
            is_sent(scope),
        ),
        scope,
    )


def impossibly_dated(cr, scope: Scope) -> Entries:
    """Posted entries whose date must be a typing error."""
    return _sums(
        cr,
        SQL(
            """(move.date < %s OR move.date > %s) AND move.company_id IN %s
            AND move.state = 'posted' AND %s""",
            scope.earliest,
            scope.latest,
            scope.company_ids,
            is_sent(scope),
        ),
        scope,
    )


def _sums(cr, where: SQL, scope: Scope) -> Entries:
    cr.execute(
        SQL(
            """SELECT count(DISTINCT move.id)::int,
                COALESCE(sum(greatest(round(line.balance, %s), 0)), 0)::text
            FROM account_move move
            JOIN account_move_line line ON line.move_id = move.id
            JOIN account_account account ON account.id = line.account_id
            WHERE %s""",
            scope.decimals,
            where,
        )
    )
    count, value = cr.fetchone()
    return Entries(count, Decimal(value))


def last_day(cr, scope: Scope, upto: date) -> date | None:
    """The day of the last posted entry up to a day."""
    cr.execute(
        SQL(
            """SELECT max(date) FROM account_move
            WHERE company_id IN %s AND state = 'posted' AND date <= %s""",
            scope.company_ids,
            upto,
        )
    )
    return cr.fetchone()[0]
