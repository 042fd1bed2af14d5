"""A batch on its way: recorded, sent, acknowledged; found again after a crash.

``silverfin.position.in_flight`` holds, from before the request until its answer is
acknowledged: ``base`` (the sync point we know), ``at`` (epoch seconds), ``kind``
(``submit``, ``reset`` or ``trial``), ``run`` and, for a submit, ``items``, ``gone`` and
``upto`` (how far the run's windows are dealt with once it is acknowledged), for a reset
``first`` (the first day that is wiped, null: everything), for a trial what
:mod:`.trial` says. ``before`` holds ``items`` and ``gone`` of what Silverfin has, but
is not remembered yet. ``is_over``: no request is on its way, but what the record names
may be there.

:func:`send` comes back while its request is on its way, so that the next window is read
meanwhile; one transaction then acknowledges it and records the next. What was accepted
is remembered while the next is on its way: nothing of Silverfin's time is lost by it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg2

from .. import silverfin_api as api
from ..ledger.accounts import AccountRow, read_accounts
from ..silverfin_api import wire
from . import acknowledged, aside, closed, trial
from .batch import Batch
from .failures import NeedsAttention, TakenOver
from .items import Item
from .point import known_again, land, move_point
from .problems import said
from .transaction import commit, commit_or_repeat
from .turn import Cancelled, Turn

MOST_NAMELESS_REFUSALS = 20
"""In a row: then something else than the entries is wrong."""


@dataclass
class Flight:
    """A batch that is on its way, or (with ``new_point``) accepted."""

    batch: Batch
    keys: dict[str, str]
    """What a record says of it."""
    accounts: list[AccountRow]
    """Sent along."""
    account_keys: set[tuple[int, str | None]]
    """Of its items: Silverfin knows these accounts once it accepts the batch."""
    content: wire.Content | None
    """Until it is sent."""
    base: str | None = None
    """Silverfin's sync point before it."""
    pending: api.Pending[str] | None = None
    rows: str | None = None
    """Of its new items, as they will be remembered."""
    before: "Flight | None" = None
    """Accepted, and still to be remembered."""
    new_point: str | None = None


def send(turn: Turn, batch: Batch) -> None:
    """Send a batch once the one before is acknowledged; come back meanwhile.

    Entries that Silverfin refuses are set aside. Whatever comes of this batch is said
    by the next call, or by :func:`settle`.

    :raise SilverfinError: not accepted, or (UnknownOutcome) nobody knows: then the
        in-flight record stays for :func:`..recover.recover`
    """
    while True:
        # also the further parts of an entry that is longer than a request
        batch = batch.without(turn.refused)
        if not batch.items and not batch.gone:
            _keep_progress(turn, batch)
            turn.teller.tell(turn)
            return
        flight = _ready(turn, batch)
        before = turn.flight
        if _landed(turn):
            break
    _take_off(turn, flight, before)
    turn.teller.tell(turn)


def settle(turn: Turn) -> None:
    """Wait for the batch that is on its way, if there is one, and acknowledge it."""
    while flight := turn.flight:
        if _landed(turn):
            _acknowledge(turn, flight)


def abandon(turn: Turn) -> None:
    """Settle after an error, which is what the caller goes on with.

    No request may be on its way once the lock is given back.
    """
    flight = turn.flight
    if flight:
        flight.pending.wait()
        # what this raises is found again by the record that stays
        with suppress(api.SilverfinError, TakenOver, psycopg2.Error):
            settle(turn)


def _landed(turn: Turn) -> bool:
    """Wait for the answer; False where it was a refusal, which is then dealt with."""
    if not turn.flight:
        return True
    _remember_before(turn, turn.flight)
    flight, turn.flight = turn.flight, None
    try:
        flight.new_point = flight.pending.result()
    except api.UnknownOutcome:
        raise
    except api.Rejected as refusal:
        land(turn)
        _without_refused(turn, flight, refusal)
        return False
    except api.SilverfinError:
        # all or nothing: this was nothing
        _nothing_of(turn, flight.batch)
        raise
    return True


def _nothing_of(turn: Turn, batch: Batch) -> None:
    """This request did nothing; what a try before it did is as uncertain as it was."""
    if not batch.is_repeat:
        land(turn)
        return
    (base,) = turn.position("sync_point")
    record = _uncertain(batch.keys(), batch.upto)
    if batch.uncertain:
        record["before"] = batch.uncertain
    commit_or_repeat(turn.env, lambda: move_point(turn, base, base, record))


def _uncertain(keys: dict[str, str], upto: int | None = None) -> dict:
    """The record of what may be there, where no request is on its way."""
    return {"kind": "submit", **keys, "upto": upto, "is_over": True}


def _ready(turn: Turn, batch: Batch) -> Flight:
    """All that can be made before the answer to the batch before is known."""
    account_keys, accounts = _accounts_to_send(turn, batch.items)
    commit(turn.env)
    content = wire.submit_content(
        _actions(batch),
        [
            api.Account(account.number, account.names, account.nature)
            for account in accounts
        ],
        [label for label, _sql in turn.scope.extra_fields],
    )
    return Flight(batch, batch.keys(), accounts, account_keys, content)


def _take_off(turn: Turn, flight: Flight, before: Flight | None) -> None:
    """Acknowledge the batch before, record this one, and start its request."""
    batch = flight.batch
    try:
        turn.may_request(got_on=before is not None)
    except Exception:
        if before:
            _acknowledge(turn, before)
        raise
    base = before.new_point if before else turn.position("sync_point")[0]
    record = {"kind": "submit", **flight.keys, "upto": batch.upto}
    if before or batch.uncertain:
        record["before"] = before.keys if before else batch.uncertain
    if not _acknowledge(turn, before, base, record):
        raise Cancelled
    content, flight.content = flight.content, None
    try:
        flight.pending = turn.client.begin_submit(
            turn.client_file, wire.point_to_send(base), content
        )
    except api.SilverfinError:
        # there was no token: nothing left
        if before:
            _remember_late(turn, before)
        _nothing_of(turn, batch)
        raise
    flight.base, flight.before = base, before
    turn.flight = flight
    _remember_before(turn, flight)
    flight.rows = acknowledged.new_rows(turn.link.id, turn.run_id, batch.items)


def _remember_before(turn: Turn, flight: Flight) -> None:
    """Remember what was accepted before this one; its record says it until then.

    Where that fails the flight keeps it: nothing else may be written first.
    """
    if flight.before:
        _remember_late(turn, flight.before)
        flight.before = None


def _remember_late(turn: Turn, flight: Flight) -> None:
    def write():
        known_again(turn, flight.new_point)
        _remember(turn, flight)

    _write(turn, flight, write)


def _acknowledge(
    turn: Turn,
    flight: Flight | None,
    base: str | None = None,
    record: dict | None = None,
) -> bool:
    """What was accepted, how far the run is, and what is about to be sent: at once.

    With a record of the next batch it is not remembered yet: the record says what.

    :param base: the sync point that the record builds on
    :param record: of the next batch
    :return: whether the run goes on; if not, the record was not written
    """
    goes_on = True

    def write():
        nonlocal goes_on
        goes_on = _write_progress(turn, flight)
        next_record = record if goes_on else None
        if flight:
            left = flight.batch.uncertain
            move_point(
                turn,
                flight.base,
                flight.new_point,
                next_record or (left and _uncertain(left)),
            )
            if not next_record:
                _remember(turn, flight)
        elif next_record:
            move_point(turn, base, base, next_record)

    _write(turn, flight, write)
    if flight:
        turn.known_accounts |= {row.number: row.digest for row in flight.accounts}
        turn.checked_accounts |= flight.account_keys
        turn.got_on = True
        turn.nameless_refusals = 0
    return goes_on


def _write(turn: Turn, flight: Flight | None, write: Callable[[], None]) -> None:
    """Write and commit something that may remember a batch."""
    try:
        commit_or_repeat(turn.env, write)
    except psycopg2.errors.UniqueViolation:
        # an item that was read twice: somebody moved it to another entry meanwhile
        turn.env.cr.rollback()
        flight.rows = ""
        flight.batch.items = [
            item._replace(is_new=False) for item in flight.batch.items
        ]
        commit_or_repeat(turn.env, write)


def _write_progress(turn: Turn, flight: Flight | None) -> bool:
    """Count what was accepted; whether the run is still to go on."""
    if not flight:
        return turn.is_running()
    batch = flight.batch
    return turn.progress(
        last_id=batch.upto,
        batches=1,
        upserted=len(batch.items),
        changed=sum(not item.is_new for item in batch.items),
        deleted=len(batch.gone),
    )


def _remember(turn: Turn, flight: Flight) -> None:
    batch = flight.batch
    acknowledged.remember_items(
        turn.env.cr, turn.link.id, turn.run_id, batch.items, flight.rows
    )
    acknowledged.forget_items(turn.env.cr, turn.link.id, batch.gone)
    acknowledged.remember_accounts(turn.env.cr, turn.link.id, flight.accounts)
    if not batch.is_later_part:
        aside.accepted(turn, batch.move_ids())


def _keep_progress(turn: Turn, batch: Batch) -> None:
    if batch.upto is None:
        return
    if turn.flight:
        # nothing is dealt with before what is on its way
        turn.flight.batch.upto = batch.upto
    else:
        turn.set(last_id=batch.upto)
        commit(turn.env)


def _without_refused(turn: Turn, flight: Flight, refusal: api.Rejected) -> None:
    """Set aside what was refused, send the rest."""
    batch = flight.batch
    named: dict[int, tuple[int | None, str]] = {}
    for error in refusal.errors:
        if error.index is not None and error.index < len(batch.items):
            item = batch.items[error.index]
            named.setdefault(item.move_id, (item.line_id, error.message))
    move_ids = batch.move_ids()
    if not named and len(move_ids) == 1 and not batch.gone:
        turn.nameless_refusals += 1
        if turn.nameless_refusals > MOST_NAMELESS_REFUSALS:
            # it is not the entries: do not set the whole books aside one by one
            raise refusal
        named = {move_ids[0]: (None, said(turn.env, refusal))}
    if not named:
        if not move_ids or batch.gone:
            # a removal cannot be set aside: the person must know
            raise refusal
        for half in batch.halves():
            send(turn, half)
        return
    for move_id, (line_id, reason) in named.items():
        if line_id is None:
            line_id = trial.refused_line(turn, batch.items, flight.accounts)
        if move_id < 0:
            raise _refused_opening(turn, -move_id, reason)
        aside.refused(turn, move_id, line_id, reason)
    turn.refused |= named.keys()
    commit(turn.env)
    for move_id in named:
        if batch.is_later_part or aside.is_half(turn, move_id):
            take_away(turn, move_id)
    send(turn, batch)


def take_away(turn: Turn, move_id: int) -> None:
    """Never half an entry there: what was taken of one that is set aside goes again.

    Where the turn or the worker ends before all of it went, the run's end does it.
    """
    gone = acknowledged.known_items_of(turn.env.cr, turn.link.id, move_id)
    for start in range(0, len(gone), turn.limits.max_actions):
        send(turn, Batch(gone=gone[start : start + turn.limits.max_actions]))
    settle(turn)


def _refused_opening(turn: Turn, account_id: int, reason: str) -> NeedsAttention:
    """An opening is no entry that could be set aside: only a person can go on."""
    account = turn.env["account.account"].browse(account_id)
    return NeedsAttention(
        turn.env._(
            "Silverfin refused the opening of the account “%(account)s”: %(reason)s",
            account=account.name,
            reason=reason,
        )
    )


def _accounts_to_send(
    turn: Turn, items: list[Item]
) -> tuple[set[tuple[int, str | None]], list[AccountRow]]:
    """The accounts of these items, and those that Silverfin does not have as they are.

    An account is looked up once in a turn; one that changes later is found at the end
    of the run.
    """
    keys = {(item.account_id, item.account_number) for item in items}
    keys -= turn.checked_accounts
    known = turn.known_accounts
    if turn.flight:
        keys -= turn.flight.account_keys
        known = known | {row.number: row.digest for row in turn.flight.accounts}
    ids = tuple({account_id for account_id, _number in keys})
    # one number may stand on two accounts when branches were merged: send it once
    rows = {
        row.number: row
        for row in read_accounts(turn.env.cr, turn.scope, ids)
        if row.number and known.get(row.number) != row.digest
    }
    return keys, list(rows.values())


def _actions(batch: Batch) -> list[api.Written | api.Delete]:
    deletes = [api.Delete(wire.transaction_id(*gone)) for gone in batch.gone]
    return [api.Written(item.action) for item in batch.items] + deletes


def reset(turn: Turn, first: date | None = None) -> None:
    """Have Silverfin wipe what we sent; the run then sends it again.

    Where that fails the in-flight record stays, whatever the error: a reset may be
    repeated, and the next turn does.

    :param first: what is dated from this day on; None: everything
    """
    turn.request()
    (base,) = turn.position("sync_point")
    record = {"kind": "reset", "first": first and first.isoformat()}
    commit_or_repeat(turn.env, lambda: move_point(turn, base, base, record))
    after = first and first - timedelta(days=1)
    turn.client.reset(turn.client_file, after_date=after)
    new_point = turn.client.company_info(turn.client_file).sync_point

    def write():
        move_point(turn, base, new_point)
        if first:
            acknowledged.forget_from(turn.env.cr, turn.link.id, first)
        else:
            acknowledged.forget_all(turn.env.cr, turn.link.id)
        closed.loads(turn, first)
        # nobody says whether a reset keeps the years
        turn.set_position(settings_sent=None)
        # whatever ends this turn: the run goes on behind the reset, not before it
        turn.set(phase="wiped", last_id=0)

    commit_or_repeat(turn.env, write)
    turn.known_accounts = acknowledged.known_accounts(turn.env.cr, turn.link.id)
    turn.checked_accounts.clear()
    turn.got_on = True
