"""Changes in closed years: found before they go, listed, and held where that is wanted.

An entry counts as changed where the amounts of an account on a day are others than
those that Silverfin acknowledged; texts and what is open go as ever. All of an entry
goes, or nothing of it, removals too. What is found is kept in
``silverfin.closed.change``.

A first load, and what goes again after a reset, is no change: ``loading_from`` of the
client file's position says from which day on all is loaded.
"""

from datetime import date, timedelta

from odoo import fields
from odoo.tools import SQL

from ..ledger.scope import Scope
from . import acknowledged, closed_list
from .closed_compare import compare, opening_changes, target
from .closed_list import OPEN
from .items import Item
from .schedule import PUSHES
from .turn import Turn

DAY = timedelta(days=1)
WINDOW = 1000
"""Entries looked at in one statement."""
MOST_NAMED = 20
"""Entries that a sentence names."""
EVERYTHING = date.min
"""As ``loading_from``: everything is loaded."""


def until(turn: Turn) -> date | None:
    """The last closed day, for what goes now; None: nothing is closed."""
    return _closed(turn.link.closed_until, *turn.position("loading_from"))


def _closed(closed: date | None, loading: date | None) -> date | None:
    if not closed or not loading or loading > closed:
        return closed or None
    return loading - DAY if loading > EVERYTHING else None


def loads(turn: Turn, first: date | None = None) -> None:
    """From now on all that is dated from this day on (None: everything) is loaded.

    In the transaction at hand. What was held of it goes along: Silverfin has nothing
    left that could stay.
    """
    (before,) = turn.position("loading_from")
    first = first or EVERYTHING
    turn.set_position(
        loading_from=min(before, first) if before else first,
        # the dashboard: it is not equal now, whatever it was before
        equal_since=None,
    )
    turn.env.cr.execute(
        SQL(
            """UPDATE silverfin_closed_change SET state = 'pending', reason = %s
            WHERE link_id = %s AND state = 'held' AND entry_key IN (
                SELECT entry_key FROM silverfin_closed_change
                WHERE link_id = %s AND state = 'held' AND date >= %s)""",
            turn.env._("Sent along when the client file was started again."),
            turn.link.id,
            turn.link.id,
            first,
        )
    )
    closed_list.drop_rejections(turn)


def loaded(turn: Turn) -> None:
    """All that was to be loaded is there; in the transaction at hand.

    Not yet where another run has begun to: it loads what this one did not.
    """
    turn.env.cr.execute(
        SQL(
            """UPDATE silverfin_position SET loading_from = NULL
            WHERE id = %s AND NOT EXISTS (
                SELECT FROM silverfin_run run
                WHERE run.link_id = %s AND run.id <> %s AND run.kind IN %s
                    AND run.state IN ('queued', 'running') AND run.phase <> 'start')""",
            turn.position_id,
            turn.link.id,
            turn.run_id,
            PUSHES,
        )
    )


# === What may go === #


def sendable(turn: Turn, entries: list[list[Item]]) -> list[list[Item]]:
    """The entries that may go now; the others are held. New changes are listed."""
    closed = until(turn)
    if not closed or not entries:
        return entries
    held = _judge(turn, [entry[0].move_id for entry in entries], closed)
    openings = _held_openings(turn, closed)
    result = []
    for entry in entries:
        if entry[0].move_id in held:
            continue
        kept = [
            item
            for item in entry
            if item.part >= 0 or item.account_number not in openings
        ]
        if kept:
            result.append(kept)
    return result


def removable(turn: Turn, gone: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The items that may be removed there now; what is held stays."""
    closed = until(turn)
    if not closed or not gone:
        return gone
    found = acknowledged.known(turn.env.cr, turn.link.id, gone)
    held: set[int] = set()
    ids = sorted({move_id for (_id, part), (move_id, _n) in found.items() if part >= 0})
    for start in range(0, len(ids), WINDOW):
        held |= _judge(turn, ids[start : start + WINDOW], closed)
    openings = _held_openings(turn, closed)
    return [
        key
        for key in gone
        if key in found
        and (found[key][1] not in openings if key[1] < 0 else found[key][0] not in held)
    ]


def removable_again(turn: Turn, gone: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """As :func:`removable`, of a request of which nobody knows whether it arrived.

    What was never acknowledged may be there all the same, as new: that goes.
    """
    known = acknowledged.known(turn.env.cr, turn.link.id, gone)
    return [
        *(key for key in gone if key not in known),
        *removable(turn, [key for key in gone if key in known]),
    ]


def openings(
    turn: Turn, wanted: list[Item], gone: list[tuple[int, int]]
) -> tuple[list[Item], list[tuple[int, int]]]:
    """What may go of the openings of a start date."""
    closed = until(turn)
    held = _held_openings(turn, closed) if closed else set()
    if not held:
        return wanted, gone
    return (
        [item for item in wanted if item.account_number not in held],
        removable(turn, gone),
    )


def _judge(turn: Turn, move_ids: list[int], closed: date) -> set[int]:
    """The entries that may not go; changes are listed."""
    found = {}
    for move_id, amounts in compare(
        turn.env.cr, turn.scope, turn.link.id, move_ids
    ).items():
        changed = [amount for amount in amounts if amount.old != amount.new]
        if any(amount.date <= closed for amount in changed):
            found[move_id] = (changed, target(amounts))
    return closed_list.keep(turn, found, closed)


def _held_openings(turn: Turn, closed: date) -> set[str]:
    """Accounts whose opening on the start date may not change.

    An opening stands for the days before it. Only an account's whole opening makes a
    balance: which of its items are open then goes as ever.
    """
    start = turn.scope.start
    if not start or start - DAY > closed:
        return set()
    if turn.held_openings is None:
        found = opening_changes(turn.env.cr, turn.scope, turn.link.id)
        held = closed_list.keep(turn, found, closed)
        turn.held_openings = {amount.number for key in held for amount in found[key][0]}
    return turn.held_openings


# === Before a run === #


def would_hold(link, scope: Scope, move_ids: list[int]) -> tuple[list[int], list[str]]:
    """Which of these entries, and of all openings, a run would hold; nothing is kept.

    :return: entries, and account numbers
    """
    loading = link.sudo().position_id.loading_from
    closed = _closed(link.closed_until, loading)
    if not closed or link.closed_policy != "hold":
        return [], []
    cr = link.env.cr
    held: list[int] = []
    for start in range(0, len(move_ids), WINDOW):
        some = move_ids[start : start + WINDOW]
        for move_id, amounts in compare(cr, scope, link.id, some).items():
            changed = [amount for amount in amounts if amount.old != amount.new]
            if any(amount.date <= closed for amount in changed):
                held.append(move_id)
    numbers: dict[int, str] = {}
    if scope.start and scope.start - DAY <= closed:
        numbers = {
            key: amounts[0].number
            for key, (amounts, _target) in opening_changes(cr, scope, link.id).items()
        }
    # what was released meanwhile and changed again is not told apart here
    let_go = link.env["silverfin.closed.change"].search(
        [
            ("link_id", "=", link.id),
            ("entry_key", "in", [*held, *numbers]),
            ("state", "in", ("released", "pending")),
        ]
    )
    goes = set(let_go.mapped("entry_key"))
    return (
        [move_id for move_id in held if move_id not in goes],
        [number for key, number in numbers.items() if key not in goes],
    )


# === The end of a run === #


def settle(turn: Turn) -> None:
    """What went is sent; what is as Silverfin has it is no longer held."""
    cr = turn.env.cr
    cr.execute(
        SQL(
            """SELECT DISTINCT entry_key FROM silverfin_closed_change
            WHERE link_id = %s AND state IN %s ORDER BY entry_key""",
            turn.link.id,
            OPEN,
        )
    )
    keys = [key for (key,) in cr.fetchall()]
    differ = (
        set(opening_changes(turn.env.cr, turn.scope, turn.link.id))
        if min(keys, default=0) < 0
        else set()
    )
    for start in range(0, len(keys), WINDOW):
        some = keys[start : start + WINDOW]
        differ |= {
            move_id
            for move_id, amounts in compare(cr, turn.scope, turn.link.id, some).items()
            if any(amount.old != amount.new for amount in amounts)
        }
    equal = tuple(key for key in keys if key not in differ)
    if equal:
        cr.execute(
            SQL(
                """UPDATE silverfin_closed_change
                SET state = 'sent', sent_at = %s, run_id = %s
                WHERE link_id = %s AND entry_key IN %s
                    AND state IN ('released', 'pending')
                RETURNING entry_name""",
                fields.Datetime.now(),
                turn.run_id,
                turn.link.id,
                equal,
            )
        )
        _log_sent(turn, list(dict.fromkeys(name for (name,) in cr.fetchall())))
        # held, and put back as it was: nothing happened
        closed_list.forget(turn, equal)
    closed_list.drop_rejections(turn)


def _log_sent(turn: Turn, sent: list[str]) -> None:
    if sent:
        turn.link._message_log(
            body=turn.env._(
                "Entries changed in closed years, and sent: %(entries)s.",
                entries=", ".join(sent[:MOST_NAMED])
                + (" …" if len(sent) > MOST_NAMED else ""),
            )
        )


def count(turn: Turn) -> int:
    """How many entries and openings are held."""
    turn.env.cr.execute(
        SQL(
            """SELECT count(*) FROM silverfin_rejection
            WHERE link_id = %s AND kind = 'held'""",
            turn.link.id,
        )
    )
    return turn.env.cr.fetchone()[0]


def sentences(turn: Turn) -> list[str]:
    """What the run's message says of closed years."""
    turn.env.cr.execute(
        SQL(
            """SELECT count(DISTINCT entry_key) FROM silverfin_closed_change
            WHERE link_id = %s AND run_id = %s AND state = 'sent'""",
            turn.link.id,
            turn.run_id,
        )
    )
    (sent,) = turn.env.cr.fetchone()
    held = count(turn)
    found = []
    if sent:
        found.append(
            turn.env._(
                "Entries changed in closed years, and sent: %(entries)s.", entries=sent
            )
        )
    if held:
        found.append(held_sentence(turn.env, held))
    return found


def held_sentence(env, held: int) -> str:
    """How many entries wait for a release."""
    return env._(
        "Entries held, as they were changed in closed years: %s. They go once somebody "
        "releases them.",
        held,
    )
