"""A run that sends: years, entries, removals, renamed accounts."""

from odoo.tools import SQL

from ..ledger import accounts as ledger_accounts
from ..ledger import lines
from . import aside, flight
from .batch import Batch, Filler, by_entry
from .company_settings import send_settings
from .items import changed, gone
from .recover import recover
from .transaction import commit
from .turn import Turn

WINDOW = 2000
"""Entries, or known items, looked at in one statement."""


def push(turn: Turn, kind: str) -> None:
    """Make the client file equal to the books; goes on where the last turn ended.

    :param kind: ``sync``, ``full`` (what Silverfin has goes again) or ``reset``
        (Silverfin wipes what it has from us first)
    """
    if _look(turn):
        _tell_someone_else_moved(turn)
    phase, last_id = _progress(turn)
    if phase == "reset" or (phase == "start" and kind == "reset"):
        flight.reset(turn)
        phase = "wiped"
    if phase in ("start", "wiped"):
        send_settings(turn)
        turn.set(total=lines.count_entries(turn.env.cr, turn.scope))
        phase, last_id = _next_phase(turn, "entries")
    if phase == "entries":
        _push_entries(turn, last_id, everything=kind == "full")
        phase, last_id = _next_phase(turn, "gone")
    if phase == "gone":
        _push_gone(turn, last_id)
        phase, last_id = _next_phase(turn, "accounts")
    _push_accounts(turn)
    aside.drop_solved(turn)
    commit(turn.env)


def _progress(turn: Turn) -> tuple[str, int]:
    turn.env.cr.execute(
        SQL("SELECT phase, last_id FROM silverfin_run WHERE id = %s", turn.run_id)
    )
    phase, last_id = turn.env.cr.fetchone()
    return phase, last_id or 0


def _next_phase(turn: Turn, phase: str) -> tuple[str, int]:
    turn.set(phase=phase, last_id=0)
    commit(turn.env)
    return phase, 0


def _look(turn: Turn) -> bool:
    """Deal with what was on its way, then see whether someone else moved."""
    turn.request()
    info = turn.client.company_info(turn.link.client_file_number)
    if recover(turn, info):
        turn.request()
        info = turn.client.company_info(turn.link.client_file_number)
    (ours,) = turn.position("sync_point")
    if info.sync_point == ours:
        return False
    flight.move_point(turn, ours, info.sync_point)
    commit(turn.env)
    # the first time there is none of ours yet
    return ours is not None


def _tell_someone_else_moved(turn: Turn) -> None:
    turn.set(phase="reset")
    turn.link._message_log(
        body=turn.env._(
            "The synchronised data of this client file was changed in Silverfin by "
            "someone else: a reset there, or another copy of this database. It is "
            "removed there and sent again from the books."
        )
    )
    commit(turn.env)


def _push_entries(turn: Turn, last_id: int, *, everything: bool) -> None:
    cr, scope, link_id = turn.env.cr, turn.scope, turn.link.id
    filler = Filler(turn.limits.max_actions)
    processed = lines.count_entries(cr, scope, upto=last_id)
    while True:
        end, count = lines.next_entries(cr, scope, last_id, WINDOW)
        if end is None:
            break
        window = SQL("line.move_id > %s AND line.move_id <= %s", last_id, end)
        items = changed(cr, scope, link_id, window, everything=everything)
        entries = aside.sendable(turn, list(by_entry(items)))
        processed += count
        turn.set(processed=processed)
        commit(turn.env)
        for entry in entries:
            for batch in filler.add(entry):
                flight.send(turn, batch)
        if filler.is_empty:
            flight.send(turn, Batch(upto=end))
        last_id = end
    for batch in filler.rest():
        flight.send(turn, batch)


def _push_gone(turn: Turn, last_id: int) -> None:
    cr, scope, link_id = turn.env.cr, turn.scope, turn.link.id
    while True:
        missing, end = gone(cr, scope, link_id, last_id, WINDOW)
        if end is None:
            break
        for start in range(0, len(missing), turn.limits.max_actions):
            part = missing[start : start + turn.limits.max_actions]
            is_last = start + len(part) >= len(missing)
            flight.send(turn, Batch(gone=part, upto=end if is_last else None))
        if not missing:
            flight.send(turn, Batch(upto=end))
        last_id = end


def _push_accounts(turn: Turn) -> None:
    """Accounts that Odoo renamed or retyped, though none of their items changed.

    Nothing says that a request may have no action, so each goes along with one of
    its items, repeated.
    """
    cr, scope = turn.env.cr, turn.scope
    cr.execute(
        SQL(
            """SELECT DISTINCT ON (account.number) known.line_id
            FROM (%s) account
            JOIN silverfin_account old ON old.link_id = %s
                AND old.number = account.number AND old.digest <> account.digest
            JOIN silverfin_transaction known ON known.link_id = old.link_id
                AND known.account_number = account.number
            JOIN account_move_line line ON line.id = known.line_id
                AND line.account_id = account.account_id
            ORDER BY account.number, known.line_id""",
            ledger_accounts.accounts(
                scope, SQL("jsonb_exists(account.code_store, %s)", str(scope.root_id))
            ),
            turn.link.id,
        )
    )
    line_ids = tuple(line_id for (line_id,) in cr.fetchall())
    if not line_ids:
        return
    items = changed(
        cr, scope, turn.link.id, SQL("line.id IN %s", line_ids), everything=True
    )
    entries = aside.sendable(turn, [[item] for item in items])
    filler = Filler(turn.limits.max_actions)
    batches = [batch for entry in entries for batch in filler.add(entry)]
    for batch in [*batches, *filler.rest()]:
        # one item of an entry says nothing about the entry's place in the windows
        flight.send(turn, Batch(batch.items, is_later_part=False))
