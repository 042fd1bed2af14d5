"""What the cron's workers do: take a due run, take its lock, give it one turn.

Nothing here raises: an exception out of a cron job that made progress is repeated at
once, without a pause.
"""

import logging
import math
import time
from contextlib import nullcontext, suppress
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.api import Environment
from odoo.tools import SQL

from .. import silverfin_api as api
from . import (
    api_test,
    aside,
    closed,
    companies,
    live,
    lock,
    overview,
    schedule,
    trouble,
    webhooks,
)
from .carried import carried_rests
from .dimensions import without_dimension
from .failures import NeedsAttention, Outcome, TakenOver, outcome
from .left_out import off_balance_left_out
from .push import push
from .rows import set_columns
from .schedule import PUSHES
from .transaction import CONFLICTS, commit, commit_or_repeat
from .turn import Cancelled, Turn, TurnOver
from .verify import verify

_logger = logging.getLogger(__name__)

TURN_SECONDS = 10
"""How long a turn lasts where nobody chose otherwise: as long as Odoo's own jobs."""
LONGEST_PAUSE = timedelta(minutes=20)
"""Between two turns of a run: after a longer one, nobody worked on it meanwhile."""


def work(env) -> None:
    """Work off what is queued and due until the turn's time is up. Never raises.

    What Odoo's scheduler says is left of its 10 seconds is what it goes on for when a
    job reports work left; we never do, so the turn's length is ours to choose, below
    the server's limit (``silverfin.setting``). Outside of it there is no end.
    """
    began = time.monotonic()
    try:
        schedule.settle_stopped(env)
        env["silverfin.connection"]._suspend_copies()
        webhooks.leave(env)
        schedule.queue_due(env)
        # runs whose lock another worker had. Whoever gives back a lock looks at them
        # anew: others found it taken meanwhile, and rely on that
        busy: set[int] = set()
        seconds = env["silverfin.setting"]._chosen_turn() or TURN_SECONDS
        is_job = env["ir.cron"]._commit_progress(remaining=0) != math.inf
        job_ends_at = began + seconds if is_job else math.inf
        while time.monotonic() < job_ends_at and (run_id := _next_run(env, busy)):
            ends_at = min(time.monotonic() + seconds, job_ends_at)
            if _turn(env, run_id, ends_at):
                busy.clear()
            else:
                busy.add(run_id)
            env["ir.cron"]._commit_progress(1, remaining=0)
        if not _next_run(env, busy) and overview.refresh_due(env, job_ends_at):
            busy.clear()
        if is_job and _next_run(env, busy):
            # in a slot of its own: other due jobs run first
            env["silverfin.run"]._wake()
        commit(env)
    except Exception:
        _logger.exception("A worker stopped; what is queued goes on in a minute")
        _go_on_later(env)


def _go_on_later(env) -> None:
    """Wake a worker in a minute: the triggers of this one are used up."""
    with suppress(psycopg2.Error):
        env.cr.rollback()
    with suppress(psycopg2.Error), env.registry.cursor() as cr:
        own = Environment(cr, env.uid, {})
        own["silverfin.run"]._wake(at=fields.Datetime.now() + timedelta(minutes=1))


def _next_run(env, busy: set[int]) -> int | None:
    """The due run that waited longest, of a connection that is connected."""
    env.cr.execute(
        SQL(
            """SELECT run.id FROM silverfin_run run
            LEFT JOIN silverfin_connection connection
                ON connection.id = run.connection_id
            WHERE run.state IN ('queued', 'running') AND run.due_at <= %s
                AND (connection.state = 'connected' OR run.connection_id IS NULL)
                AND run.id <> ALL(%s)
                -- half a synchronisation would look like a difference
                AND NOT (run.kind = 'verify' AND EXISTS (
                    SELECT 1 FROM silverfin_run push
                    WHERE push.link_id = run.link_id AND push.kind IN %s
                        AND push.state IN ('queued', 'running')))
            ORDER BY run.turn_at NULLS FIRST, run.id LIMIT 1""",
            fields.Datetime.now(),
            list(busy),
            PUSHES,
        )
    )
    row = env.cr.fetchone()
    commit(env)
    return row and row[0]


def _turn(env, run_id: int, ends_at: float) -> bool:
    """Give a run one turn.

    :return: False where another worker is at this client file or connection
    """
    run = env["silverfin.run"].browse(run_id).exists()
    if not run:
        return True
    if run.link_id:
        key = (lock.LINK, run.link_id.id)
    else:
        # 0: tests, which have no connection
        key = (lock.CONNECTION, run.connection_id.id or 0)
    commit(env)
    with lock.hold(env.registry, *key) as held:
        if not held:
            return False
        try:
            if not _start(run):
                return True
            if run.link_id:
                live.tell(env, run.link_id)
            run = _in_language(run)
            before = _place(run)
            with _client(run) as client:
                commit(env)
                message = _WORK[run.kind](run, client, held, ends_at)
        except TurnOver:
            env.cr.rollback()
        except (lock.LockLost, TakenOver) as reason:
            env.cr.rollback()
            _logger.warning("Run %s: another worker took over (%r)", run_id, reason)
        except Cancelled:
            env.cr.rollback()
            _logger.info("Run %s was cancelled", run_id)
            schedule.settle_stopped(env)
        except (api.SilverfinError, NeedsAttention) as error:
            env.cr.rollback()
            _logger.info("Run %s: %s: %s", run_id, type(error).__name__, error)
            _forget_attempts(run, before, error)
            _fail(run, error)
        except CONFLICTS as error:
            env.cr.rollback()
            _logger.info("Run %s: %s", run_id, type(error).__name__)
            _fail(run, api.RetryLater("Another worker was writing.", retry_after=1.0))
        except Exception as error:
            env.cr.rollback()
            if run.exists():
                _logger.exception("Run %s failed", run_id)
            _fail(run, error)
        else:
            if run.exists():
                _finish(run, message)
        link = run.exists().link_id
        commit(env)
        if link:
            live.tell(env, link)
        return True


def _client(run):
    """Who speaks to Silverfin; None in a run that does not."""
    return run.connection_id._client() if run.connection_id else nullcontext()


def _in_language(run):
    """The run in the language of the person who reads its message."""
    user = run.link_id.user_id or run.user_id
    return run.with_context(lang=user.lang or run.env.user.lang)


def _start(run) -> bool:
    """Mark the run as running; False where it is no longer open."""
    run.env.cr.execute(
        SQL(
            """UPDATE silverfin_run SET state = 'running', turn_at = %(now)s,
                started_at = COALESCE(started_at, %(now)s),
                idle_seconds = COALESCE(idle_seconds, 0) + CASE
                    WHEN started_at IS NOT NULL AND %(now)s - turn_at > %(pause)s
                    THEN extract(epoch FROM %(now)s - turn_at)::int ELSE 0 END
            WHERE id = %(id)s AND state IN ('queued', 'running')""",
            now=fields.Datetime.now(),
            pause=LONGEST_PAUSE,
            id=run.id,
        )
    )
    if not run.env.cr.rowcount:
        commit(run.env)
        return False
    if run.kind in PUSHES:
        _set_position(run, state="syncing")
    commit(run.env)
    return True


def _place(run) -> tuple:
    """How far the run is: another place is reached only when something was done."""
    run.env.cr.execute(
        SQL(
            """SELECT phase, last_id, batches, md5(partial_result::text)
            FROM silverfin_run WHERE id = %s""",
            run.id,
        )
    )
    place = run.env.cr.fetchone()
    commit(run.env)
    return place


def _forget_attempts(run, before: tuple, error: Exception) -> None:
    """Failed tries in a row are counted: what was done in between ends the row.

    Not where Silverfin's state is not the one that we know of: two who send to one
    client file get on all the time, both of them.
    """
    if isinstance(error, api.Resynchronise) or _place(run) == before:
        return

    def write():
        _update(run, {"attempts": 0})

    commit_or_repeat(run.env, write)
    run.invalidate_recordset(["attempts"])


def _push(run, client, held, ends_at) -> str:
    turn = Turn.begin(run.env, run, client, held, ends_at)
    push(turn, run.kind)
    turn.set(rejected=aside.count(turn), held=closed.count(turn))
    told = (off_balance_left_out, carried_rests, without_dimension)
    notes = [*turn.notes, *closed.sentences(turn), *(tell(run) for tell in told)]
    return " ".join(filter(None, notes))


def _verify(run, client, held, ends_at) -> str:
    turn = Turn.begin(run.env, run, client, held, ends_at)
    return verify(turn)


def _references(run, client, _held, _ends_at) -> str:
    return companies.push_references(run.env, run.connection_id, client)


def _companies(run, client, _held, _ends_at) -> str:
    sentence = companies.refresh_companies(run.env, run.connection_id, client)
    webhooks.keep_registered(run.env, run.connection_id, client)
    return sentence


_WORK = {
    "sync": _push,
    "full": _push,
    "reset": _push,
    "verify": _verify,
    "references": _references,
    "companies": _companies,
    "test": api_test.test,
}


def _finish(run, message: str) -> None:
    def write():
        run.invalidate_recordset()
        values = {
            "state": "partial" if run.rejected else "done",
            "ended_at": fields.Datetime.now(),
            "attempts": 0,
            "message": message or _sent_sentence(run),
        }
        if run.kind in PUSHES:
            values["message"] = f"{_sent_sentence(run)} {message}".strip()
            is_first = not run.link_id.last_sync_at or run.kind != "sync"
            _set_position(
                run,
                state="attention" if run.rejected else "in_sync",
                message=_aside_sentence(run),
                last_sync_at=fields.Datetime.now(),
                next_sync_at=schedule.next_night(run.link_id),
            )
            if is_first:
                run._ask("verify", link=run.link_id, trigger="schedule")
        _update(run, values)

    commit_or_repeat(run.env, write)
    trouble.finished(run, run.kind in PUSHES)


def _sent_sentence(run) -> str:
    # numbers behind their words: right for each number, in each language
    return run.env._(
        "Items sent: %(sent)s (changed: %(changed)s), removed: %(removed)s. "
        "Entries set aside: %(aside)s.",
        sent=run.upserted,
        changed=run.changed,
        removed=run.deleted,
        aside=run.rejected,
    )


def _aside_sentence(run) -> str | None:
    sentences = []
    if run.rejected:
        sentences.append(
            run.env._(
                "Entries set aside: %s. What is set aside is not, or not as it is "
                "now, in Silverfin. Open the list to see why.",
                run.rejected,
            )
        )
    if run.held:
        sentences.append(closed.held_sentence(run.env, run.held))
    return " ".join(sentences) or None


def _fail(run, error: Exception) -> None:
    """Say what happened; try again later where that helps."""
    env = run.env
    if not run.exists():
        commit(env)
        _logger.info("Run %s: it was deleted, with what it was for", run.id)
        return
    if isinstance(error, api.Reconnect | api.Misconfigured) and _wait(run):
        return
    # an earlier turn may have counted what this one's cache does not know
    run.invalidate_recordset()
    try:
        result = outcome(
            env, error, (run.attempts or 0) + 1, of_client_file=bool(run.link_id)
        )
    except Exception:
        result = Outcome(
            env._(
                "Something unexpected happened (%s); the server's log has the details. "
                "Nothing is lost: what was not sent goes with the next "
                "synchronisation.",
                type(error).__name__,
            ),
            None,
        )

    def write():
        run.invalidate_recordset()
        values = {"message": result.sentence, "attempts": (run.attempts or 0) + 1}
        if result.wait is None:
            values |= {"state": "failed", "ended_at": fields.Datetime.now()}
            if run.link_id:
                _set_position(
                    run,
                    state="removed" if result.removed else "attention",
                    message=result.sentence,
                )
        else:
            due_at = fields.Datetime.now() + timedelta(seconds=result.wait)
            values["due_at"] = due_at
            run._wake(at=due_at)
        _update(run, values)

    commit_or_repeat(env, write)
    if result.wait is None:
        trouble.failed(run, result.sentence, run.kind in PUSHES)


def _wait(run) -> bool:
    """Put the run back where its connection is not connected any more.

    It goes on by itself once somebody connected; the connection has told its
    responsible, once for all its client files.
    """
    connection = run.connection_id
    if not connection:
        return False
    connection.invalidate_recordset(["state", "state_reason"])
    is_connected = connection.state == "connected"
    reason = connection.state_reason or None
    commit(run.env)
    if is_connected:
        return False

    def write():
        run.invalidate_recordset(["state"])
        if run.state != "running":
            return
        _update(run, {"state": "queued", "message": reason})
        if run.kind in PUSHES:
            _set_position(run, state="attention", message=reason)

    commit_or_repeat(run.env, write)
    return True


def _update(run, values: dict) -> None:
    set_columns(run.env.cr, "silverfin_run", run.id, values)


def _set_position(run, **values) -> None:
    position_id = run.link_id.sudo().position_id.id
    set_columns(run.env.cr, "silverfin_position", position_id, values)
