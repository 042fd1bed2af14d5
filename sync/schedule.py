"""What is due by itself: client files at night, Silverfin's list each hour, the proof
each week."""

from datetime import datetime, timedelta

import pytz

from odoo import fields
from odoo.tools import SQL

from . import lock
from .rows import set_columns
from .transaction import commit

NIGHT_BEGINS, NIGHT_MINUTES = 1, 240
POLL = timedelta(hours=1)
PROOF = timedelta(days=7)
PUSHES = ("sync", "full", "reset")
"""Kinds of runs that send items."""


def queue_due(env) -> None:
    """Ask the runs whose time has come, in the transaction at hand.

    Workers are woken together: one does it, else each would fail on what another asks.
    """
    env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s)", lock.DUE))
    if not env.cr.fetchone()[0]:
        return
    now = fields.Datetime.now()
    links = env["silverfin.link"].search(
        [
            ("next_sync_at", "<=", now),
            ("state", "not in", ("pending", "removed")),
            ("connection_id.state", "=", "connected"),
        ]
    )
    for link in links:
        env["silverfin.run"]._ask("sync", link=link, trigger="schedule")
        set_columns(
            env.cr,
            "silverfin_position",
            link.sudo().position_id.id,
            {"next_sync_at": next_night(link)},
        )
    env.cr.execute(
        SQL(
            """SELECT connection.id FROM silverfin_connection connection
            WHERE connection.state = 'connected' AND NOT EXISTS (
                SELECT 1 FROM silverfin_run run
                WHERE run.connection_id = connection.id AND run.kind = 'companies'
                    AND (run.state IN ('queued', 'running') OR run.ended_at > %s))""",
            now - POLL,
        )
    )
    for (connection_id,) in env.cr.fetchall():
        env["silverfin.run"]._ask(
            "companies",
            connection=env["silverfin.connection"].browse(connection_id),
            trigger="schedule",
        )
    _queue_proofs(env, now)


def _queue_proofs(env, now: datetime) -> None:
    """A comparison a week, whatever the last one came to."""
    env.cr.execute(
        SQL(
            """SELECT link.id FROM silverfin_link link
            JOIN silverfin_position position ON position.id = link.position_id
            JOIN silverfin_connection connection ON connection.id = link.connection_id
            WHERE connection.state = 'connected'
                AND position.state NOT IN ('pending', 'removed')
                AND position.last_sync_at IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM silverfin_run run
                    WHERE run.link_id = link.id AND run.kind = 'verify'
                        AND (run.state IN ('queued', 'running')
                            OR run.ended_at > %s))""",
            now - PROOF,
        )
    )
    for (link_id,) in env.cr.fetchall():
        env["silverfin.run"]._ask(
            "verify", link=env["silverfin.link"].browse(link_id), trigger="schedule"
        )


def settle_stopped(env) -> None:
    """Client files whose synchronisation was cancelled do not synchronise any more."""
    links = env["silverfin.link"].search([("state", "=", "syncing")])
    for link in links:
        if link.run_ids.filtered(
            lambda run: run.kind in PUSHES and run.state in ("queued", "running")
        ):
            continue
        link = link.with_context(lang=link.user_id.lang or env.user.lang)
        set_columns(
            env.cr,
            "silverfin_position",
            link.sudo().position_id.id,
            {
                "state": "attention" if link.last_sync_at else "ready",
                "message": link.env._(
                    "The last synchronisation was cancelled: not everything is in "
                    "Silverfin. Press “Sync to Silverfin” to go on."
                ),
            },
        )
    env.invalidate_all(flush=False)
    commit(env)


def time_zone(link) -> str:
    """Name of the company's time zone; without one, its responsible's."""
    return link.company_id.partner_id.tz or link.user_id.tz or "UTC"


def next_night(link) -> datetime:
    """When the next nightly synchronisation is due, in UTC.

    In the company's night, spread over it: not every client file at one moment.
    """
    zone = pytz.timezone(time_zone(link))
    local = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
    minute = link.id * 37 % NIGHT_MINUTES
    night = local.replace(
        hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0, tzinfo=None
    ) + timedelta(minutes=minute)
    if night <= local.replace(tzinfo=None):
        night += timedelta(days=1)
    return zone.localize(night).astimezone(pytz.utc).replace(tzinfo=None)
