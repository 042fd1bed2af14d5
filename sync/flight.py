"""A batch on its way: recorded, sent, acknowledged; found again after a crash.

``silverfin.position.in_flight`` holds, from before the request until its answer is
acknowledged: ``base`` (the sync point we know), ``at`` (epoch seconds), ``kind``
(``submit`` or ``reset``), ``run`` and, for a submit, ``items``, ``gone`` and ``upto``
(how far the run's windows are dealt with once it is acknowledged).
"""

import time

from psycopg2.extras import Json

from odoo.tools import SQL

from .. import silverfin_api as api
from ..ledger.accounts import AccountRow, read_accounts
from ..silverfin_api import wire
from . import acknowledged, aside
from .batch import Batch
from .failures import TakenOver
from .items import Item
from .transaction import commit, commit_or_repeat
from .turn import Turn

MOST_NAMELESS_REFUSALS = 20
"""In a row: then something else than the entries is wrong."""


def send(turn: Turn, batch: Batch) -> None:
    """Send a batch and acknowledge it; entries that Silverfin refuses are set aside.

    :raise SilverfinError: not accepted, or (UnknownOutcome) nobody knows: then the
        in-flight record stays for :func:`..recover.recover`
    """
    # also the further parts of an entry that is longer than a request
    batch = batch.without(turn.refused)
    if not batch.items and not batch.gone:
        _keep_progress(turn, batch)
        return
    try:
        _send_once(turn, batch)
    except api.Rejected as refusal:
        _without_refused(turn, batch, refusal)


def _send_once(turn: Turn, batch: Batch) -> None:
    turn.request()
    (base,) = turn.position("sync_point")
    accounts = _accounts_to_send(turn, batch.items)
    point = wire.point_to_send(base)
    _take_off(
        turn,
        base,
        kind="submit",
        items=[(item.line_id, item.part) for item in batch.items],
        gone=batch.gone,
        upto=batch.upto,
    )
    try:
        new_point = turn.client.submit(
            turn.link.client_file_number,
            sync_point=point,
            actions=[_upsert(item) for item in batch.items]
            + [api.Delete(wire.transaction_id(*gone)) for gone in batch.gone],
            accounts=[
                api.Account(account.number, account.names, account.nature)
                for account in accounts
            ],
            extra_field_labels=[label for label, _sql in turn.scope.extra_fields],
        )
    except api.UnknownOutcome:
        raise
    except api.SilverfinError:
        # all or nothing: this was nothing
        land(turn)
        raise

    def write():
        move_point(turn, base, new_point)
        acknowledged.remember_items(turn.env.cr, turn.link.id, turn.run_id, batch.items)
        acknowledged.forget_items(turn.env.cr, turn.link.id, batch.gone)
        acknowledged.remember_accounts(turn.env.cr, turn.link.id, accounts)
        if not batch.is_later_part:
            aside.accepted(turn, batch.move_ids())
        turn.count(
            batches=1,
            upserted=len(batch.items),
            changed=sum(not item.is_new for item in batch.items),
            deleted=len(batch.gone),
        )
        if batch.upto is not None:
            turn.set(last_id=batch.upto)

    commit_or_repeat(turn.env, write)
    turn.known_accounts |= {account.number: account.digest for account in accounts}
    turn.got_on = True
    turn.nameless_refusals = 0


def _keep_progress(turn: Turn, batch: Batch) -> None:
    if batch.upto is not None:
        turn.set(last_id=batch.upto)
        commit(turn.env)


def _without_refused(turn: Turn, batch: Batch, refusal: api.Rejected) -> None:
    """Set aside what was refused, send the rest."""
    named = {}
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
        named = {move_ids[0]: (None, refusal.message)}
    if not named:
        if not move_ids or batch.gone:
            # a removal cannot be set aside: the person must know
            raise refusal
        for half in batch.halves():
            send(turn, half)
        return
    if batch.is_later_part:
        # never half an entry there: what went before goes away again. Before the entry
        # is set aside: after a crash in between it is tried, and refused, once more
        gone = acknowledged.known_items_of(turn.env.cr, turn.link.id, move_ids[0])
        for start in range(0, len(gone), turn.limits.max_actions):
            send(turn, Batch(gone=gone[start : start + turn.limits.max_actions]))
    for move_id, (line_id, reason) in named.items():
        aside.refused(turn, move_id, line_id, reason)
    turn.refused |= named.keys()
    commit(turn.env)
    send(turn, batch)


def _accounts_to_send(turn: Turn, items: list[Item]) -> list[AccountRow]:
    """The accounts of these items that Silverfin does not have as they are now."""
    rows = read_accounts(
        turn.env.cr, turn.scope, tuple({item.account_id for item in items})
    )
    # one number may stand on two accounts when branches were merged: send it once
    return list(
        {
            row.number: row
            for row in rows
            if row.number and turn.known_accounts.get(row.number) != row.digest
        }.values()
    )


def _upsert(item: Item) -> api.Upsert:
    return api.Upsert(
        id=wire.transaction_id(item.line_id, item.part),
        date=item.date,
        account_number=item.account_number,
        value=item.value,
        description=item.description,
        relation=item.relation,
        open_value=item.open_value,
        open_category=item.open_category,
        dimensions=(),
        extra_fields=item.extra,
    )


def reset(turn: Turn) -> None:
    """Have Silverfin wipe what we sent; the run then sends everything.

    Where that fails the in-flight record stays, whatever the error: a reset may be
    repeated, and the next turn does.
    """
    turn.request()
    (base,) = turn.position("sync_point")
    _take_off(turn, base, kind="reset")
    turn.client.reset(turn.link.client_file_number)
    new_point = turn.client.company_info(turn.link.client_file_number).sync_point

    def write():
        move_point(turn, base, new_point)
        acknowledged.forget_all(turn.env.cr, turn.link.id)
        # whatever ends this turn: the run goes on behind the reset, not before it
        turn.set(phase="wiped", last_id=0)

    commit_or_repeat(turn.env, write)
    turn.known_accounts.clear()
    turn.got_on = True


def _take_off(turn: Turn, base: str, **record) -> None:
    """Commit what is about to be sent."""
    record |= {"base": base, "at": time.time(), "run": turn.run_id}

    def write():
        turn.env.cr.execute(
            SQL(
                """UPDATE silverfin_position SET in_flight = %s
                WHERE id = %s AND sync_point IS NOT DISTINCT FROM %s""",
                Json(record),
                turn.position_id,
                base,
            )
        )
        if not turn.env.cr.rowcount:
            raise TakenOver

    commit_or_repeat(turn.env, write)


def land(turn: Turn) -> None:
    """Forget the in-flight record: nothing of it was accepted."""
    commit_or_repeat(turn.env, lambda: turn.set_position(in_flight=None))


def move_point(turn: Turn, base: str | None, new_point: str) -> None:
    """Compare-and-set the sync point, in the transaction at hand.

    :raise TakenOver: another worker moved it
    """
    turn.env.cr.execute(
        SQL(
            """UPDATE silverfin_position SET sync_point = %s, in_flight = NULL
            WHERE id = %s AND sync_point IS NOT DISTINCT FROM %s""",
            new_point,
            turn.position_id,
            base,
        )
    )
    if not turn.env.cr.rowcount:
        raise TakenOver
