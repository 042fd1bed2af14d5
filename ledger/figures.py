"""What of an entry makes a balance: account, day and amount, and who touched it."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .scope import Scope
from .sent import sent


class Touch(NamedTuple):
    """Who changed an entry last, as far as Odoo knows."""

    user: str
    at: datetime


def figures(cr, scope: Scope, move_ids: tuple[int, ...]) -> SQL:
    """SELECT of what is sent of entries, without openings.

    Columns: ``move_id``, ``number``, ``date``, ``value``. Texts, and what is open, do
    not count: they make no balance.
    """
    return SQL(
        """SELECT move_id, account_number AS number, date, value
        FROM (%s) item WHERE part >= 0""",
        sent(cr, scope, SQL("line.move_id IN %s", move_ids or (0,))),
    )


def touches(cr, move_ids: list[int]) -> dict[int, Touch]:
    """The last hand on each entry: its own, one of its items', or a tracked change."""
    cr.execute(
        SQL(
            """SELECT DISTINCT ON (touch.move_id) touch.move_id, partner.name, touch.at
            FROM (
                SELECT id AS move_id, write_uid AS uid, write_date AS at
                FROM account_move WHERE id = ANY(%(ids)s)
                UNION ALL
                SELECT move_id, write_uid, write_date
                FROM account_move_line WHERE move_id = ANY(%(ids)s)
                UNION ALL
                SELECT message.res_id, message.create_uid, message.date
                FROM mail_message message
                WHERE message.model = 'account.move' AND message.res_id = ANY(%(ids)s)
                    AND EXISTS (SELECT FROM mail_tracking_value value
                        WHERE value.mail_message_id = message.id)
            ) touch
            JOIN res_users person ON person.id = touch.uid
            JOIN res_partner partner ON partner.id = person.partner_id
            ORDER BY touch.move_id, touch.at DESC""",
            ids=move_ids,
        )
    )
    return {move_id: Touch(name, at) for move_id, name, at in cr.fetchall()}


def names(cr, move_ids: list[int]) -> dict[int, str]:
    """The number of each entry that still exists."""
    cr.execute(
        SQL(
            """SELECT id, COALESCE(NULLIF(name, ''), '#' || id)
            FROM account_move WHERE id = ANY(%s)""",
            move_ids,
        )
    )
    return dict(cr.fetchall())


class Amount(NamedTuple):
    """An account of an entry on one day, as Silverfin has it and as the books have."""

    number: str
    date: date
    old: Decimal
    new: Decimal
