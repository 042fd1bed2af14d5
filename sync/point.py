"""The sync point and the in-flight record: one row, moved by compare-and-set."""

import time

from psycopg2.extras import Json

from odoo.tools import SQL

from .failures import TakenOver
from .transaction import commit_or_repeat
from .turn import Turn


def land(turn: Turn) -> None:
    """Forget the in-flight record: nothing of it was accepted."""
    commit_or_repeat(turn.env, lambda: turn.set_position(in_flight=None))


def move_point(
    turn: Turn, base: str | None, new_point: str | None, record: dict | None = None
) -> None:
    """Compare-and-set the sync point, in the transaction at hand.

    :param record: what is about to be sent from the new point, or still is
    :raise TakenOver: another worker moved it
    """
    if record:
        new = {"at": time.time(), "run": turn.run_id}
        record = {**new, **record, "base": new_point}
    turn.env.cr.execute(
        SQL(
            """UPDATE silverfin_position SET sync_point = %s, in_flight = %s
            WHERE id = %s AND sync_point IS NOT DISTINCT FROM %s""",
            new_point,
            Json(record) if record else None,
            turn.position_id,
            base,
        )
    )
    if not turn.env.cr.rowcount:
        raise TakenOver


def known_again(turn: Turn, point: str | None) -> None:
    """What the in-flight record calls ``before`` is remembered, in this transaction.

    :param point: the sync point that it made
    :raise TakenOver: another worker moved it
    """
    turn.env.cr.execute(
        SQL(
            """UPDATE silverfin_position SET in_flight = in_flight - 'before'
            WHERE id = %s AND sync_point IS NOT DISTINCT FROM %s""",
            turn.position_id,
            point,
        )
    )
    if not turn.env.cr.rowcount:
        raise TakenOver
