"""What the dashboard shows of a client file, looked up where a worker has time.

Six figures on both sides, and how many items Silverfin is behind. They are kept on the
position, so that the dashboard reads no books. Nobody waits for them, and nothing is
asked of Silverfin.

``silverfin.position.overview`` is ``{start, end, figures, items, left_out, at,
seconds}``: the financial year's days, ``{name: [books, acknowledged]}`` as texts, how
many items Silverfin has, the closing entries, when it was looked at (UTC) and for how
long. A look that fails leaves all of it as it was.
"""

import logging
import time
from datetime import timedelta
from decimal import Decimal

from psycopg2.extras import Json

from odoo import fields
from odoo.tools import SQL

from ..ledger import lines
from ..ledger.accounts import number_of
from ..ledger.month_sums import MonthSums, month_sums
from ..ledger.scope import Scope
from ..ledger.sent import compared
from ..ledger.six_figures import Kind, kinds, six_figures
from ..ledger.years import DAY, FinancialYear
from . import acknowledged, live, lock
from .compare.sides import acknowledged_sums
from .rows import read_columns, set_columns
from .schedule import PUSHES
from .transaction import commit

_logger = logging.getLogger(__name__)

PAUSE = timedelta(hours=1)
"""Between two looks at one client file."""
SHARE = 200
"""A look that took long is repeated after so many times as long, at least."""
JUST_NOW = timedelta(minutes=1)
"""After a synchronisation nobody needs to compare."""
SPAN = 300_000
"""Ids of journal items that are compared in one statement."""


def refresh_due(env, ends_at: float) -> bool:
    """Look at the client files whose time has come, at one at least. Never raises.

    :param ends_at: ``time.monotonic()`` after which no further look begins
    :return: whether it had the lock of one: another worker may have found it taken
    """
    had = False
    try:
        tried: list[int] = []
        while link_id := _next_link(env, tried):
            tried.append(link_id)
            link = env["silverfin.link"].browse(link_id)
            with lock.hold(env.registry, lock.LINK, link_id) as held:
                had = had or bool(held)
                is_seen = held and _refresh(env, link)
            if is_seen:
                live.tell(env, link)
            if time.monotonic() >= ends_at:
                break
    except Exception:
        env.cr.rollback()
        _logger.exception("The dashboard's figures could not be looked up")
    return had


def _next_link(env, tried: list[int]) -> int | None:
    """The client file that was looked at longest ago, if that is too long."""
    env.cr.execute(
        SQL(
            """SELECT link.id FROM silverfin_link link
            JOIN silverfin_position position ON position.id = link.position_id
            WHERE position.state NOT IN ('pending', 'removed')
                AND position.last_sync_at IS NOT NULL AND link.id <> ALL(%(tried)s)
                AND (position.overview_at IS NULL
                    OR position.overview_at <= position.last_sync_at
                    OR position.overview_at < %(now)s - GREATEST(%(pause)s, %(share)s
                        * COALESCE((position.overview->>'seconds')::float, 0)
                        * interval '1 second'))
                AND NOT EXISTS (
                    SELECT FROM silverfin_run run
                    WHERE run.link_id = link.id AND run.kind IN %(pushes)s
                        AND run.state IN ('queued', 'running'))
            ORDER BY position.overview_at NULLS FIRST LIMIT 1""",
            tried=tried,
            now=fields.Datetime.now(),
            pause=PAUSE,
            share=SHARE,
            pushes=PUSHES,
        )
    )
    row = env.cr.fetchone()
    commit(env)
    return row and row[0]


def _refresh(env, link) -> bool:
    """Look, and keep what was found; the next look is due later whatever happens.

    :return: False where the client file is gone
    """
    if not link.exists():
        return False
    position_id = link.sudo().position_id.id
    values = {}
    try:
        values = _look(env, link, position_id)
    except Exception:
        env.cr.rollback()
        _logger.exception("Client file %s: no figures for the dashboard", link.id)
    now = fields.Datetime.now()
    set_columns(
        env.cr,
        "silverfin_position",
        position_id,
        {**values, "overview_at": now},
    )
    commit(env)
    return True


def _look(env, link, position_id: int) -> dict:
    at, began = fields.Datetime.now(), time.monotonic()
    scope = link._silverfin_scope(())
    year = _year(link)
    retained = number_of(env.cr, scope, scope.retained_earnings_id) or ""
    figures = _figures(env.cr, link.id, scope, year, retained) if year else {}
    commit(env)
    state, synced, since = read_columns(
        env.cr,
        "silverfin_position",
        position_id,
        ("state", "last_sync_at", "equal_since"),
    )
    aside = _aside(env.cr, link.id)
    # a synchronisation has just compared all of it
    is_fresh = fields.Datetime.now() - synced < JUST_NOW
    behind = 0 if is_fresh and state == "in_sync" else _behind(env, link, scope, aside)
    is_equal = (
        state == "in_sync"
        and not behind
        and not aside
        and all(books == there for books, there in figures.values())
    )
    return {
        "overview": Json(
            {
                "start": year and year.start.isoformat(),
                "end": year and year.end.isoformat(),
                "figures": {
                    name: [str(books), str(there)]
                    for name, (books, there) in figures.items()
                },
                "items": _items(env.cr, link.id),
                "left_out": list(scope.left_out_move_ids),
                "at": fields.Datetime.to_string(at),
                "seconds": round(time.monotonic() - began, 3),
            }
        ),
        "behind": behind,
        "equal_since": (since or synced) if is_equal else None,
    }


def _year(link) -> FinancialYear | None:
    """The financial year of today, else the last one before it, else the first."""
    today = fields.Date.context_today(link)
    years = link._silverfin_years()
    return next((year for year in reversed(years) if year.start <= today), None) or (
        years[0] if years else None
    )


def _figures(
    cr, link_id: int, scope: Scope, year: FinancialYear, retained: str
) -> dict[str, tuple[Decimal, Decimal]]:
    """(in the books, as Silverfin acknowledged it), each summed in one pass."""
    cuts = [year.start, year.end + DAY]
    known = kinds(cr, scope)
    books = MonthSums(cuts, month_sums(cr, scope, cuts, retained))
    there = MonthSums(cuts, acknowledged_sums(cr, link_id, cuts))
    # an account that Odoo no longer has under this number
    for number in there.numbers() - known.keys():
        nominal = number in there.numbers(nominal=True)
        known[number] = Kind(nominal, asset=False, account_type="", tax=False)
    here = six_figures(books, year, retained, known)
    other = six_figures(there, year, retained, known)
    return {name: (here[name], other[name]) for name in here}


def _aside(cr, link_id: int) -> list[int]:
    """Entries that are set aside or held: they are told of apart."""
    cr.execute(
        SQL("SELECT entry_key FROM silverfin_rejection WHERE link_id = %s", link_id)
    )
    return [entry_key for (entry_key,) in cr.fetchall()]


def _behind(env, link, scope: Scope, aside: list[int]) -> int:
    """How many items the next synchronisation would send or remove.

    Each span in a transaction of its own: a long one would be in the way of an upgrade.
    """
    cr = env.cr
    last = max(lines.last_id(cr), acknowledged.last_id(cr, link.id))
    found = 0
    for after in range(0, last, SPAN):
        upto = after + SPAN
        rows, _ids = compared(
            cr, scope, SQL("line.id > %s AND line.id <= %s", after, upto)
        )
        known = SQL(
            """SELECT line_id, part, digest FROM silverfin_transaction
            WHERE link_id = %s AND line_id > %s AND line_id <= %s
                AND COALESCE(move_id, 0) <> ALL(%s)""",
            link.id,
            after,
            upto,
            aside,
        )
        cr.execute(
            SQL(
                """SELECT count(*) FILTER (
                        WHERE known.digest IS DISTINCT FROM item.digest),
                    (SELECT count(*) FROM (%(known)s) known) - count(known.line_id)
                FROM (%(rows)s) item
                LEFT JOIN (%(known)s) known
                    ON known.line_id = item.line_id AND known.part = item.part
                WHERE item.move_id <> ALL(%(aside)s)""",
                known=known,
                rows=rows,
                aside=aside,
            )
        )
        different, gone = cr.fetchone()
        found += different + max(gone, 0)
        commit(env)
    return found


def _items(cr, link_id: int) -> int:
    cr.execute(
        SQL("SELECT count(*) FROM silverfin_transaction WHERE link_id = %s", link_id)
    )
    return cr.fetchone()[0]
