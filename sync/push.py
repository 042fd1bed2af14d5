"""A run that sends: years, entries, removals, renamed accounts."""

from itertools import chain

from odoo.tools import SQL

from ..ledger import accounts as ledger_accounts
from ..ledger import lines
from . import acknowledged, aside, closed, flight
from .ahead import windows
from .batch import Batch, Filler, by_entry
from .company_settings import send_settings
from .first import check_first
from .items import Item, changed, differences, gone
from .openings import push_openings
from .point import move_point
from .recoded import tell_recoded
from .recover import recover
from .transaction import commit
from .turn import Turn

WINDOW = 2000
"""Entries whose items are read in one statement, to be sent."""
WINDOW_REQUESTS = 4
"""The same where requests are small: so many times what one may hold."""
ENTRIES_PER_SPAN = 100_000
"""Whose items are compared in one statement, if all lie as close as on average."""
SPAN = 300_000
"""Ids of journal items in such a span, at least."""
ANALYTIC_SPAN = 50_000
"""The same with analytics, always: the worker itself reads the analytic lines."""
MOST_DIFFERENCES = 20_000
"""Entries, or removals, in one span: from here on all entries are read in order."""
WORK_MEM = "32MB"
"""For the statements that compare a span: sorting on disk takes twice as long."""


def push(turn: Turn, kind: str) -> None:
    """Make the client file equal to the books; goes on where the last turn ended.

    :param kind: ``sync``, ``full`` (what Silverfin has goes again) or ``reset``
        (Silverfin wipes what it has from us first)
    """
    try:
        _push(turn, kind)
    except Exception:
        turn.env.cr.rollback()
        flight.abandon(turn)
        raise


def _push(turn: Turn, kind: str) -> None:
    tell_recoded(turn)
    _look(turn)
    phase, last_id = _progress(turn)
    if phase == "reset":
        flight.reset(turn)
        phase = "wiped"
    elif phase == "start" and kind == "reset":
        flight.reset(turn, *turn.columns("reset_from"))
        phase = "wiped"
    if phase in ("start", "wiped"):
        check_first(turn, kind if phase == "start" else "reset")
        send_settings(turn)
        turn.set(total=lines.count_entries(turn.env.cr, turn.scope))
        # entry by entry where all is to go; else the few that differ are looked for
        is_first = not acknowledged.has_items(turn.env.cr, turn.link.id)
        if is_first:
            closed.loads(turn)
        whole = kind == "full" or is_first
        phase, last_id = _next_phase(turn, "entries" if whole else "compare")
    if phase == "compare":
        whole = not _push_differences(turn, last_id)
        phase, last_id = _next_phase(turn, "entries" if whole else "accounts")
    if phase == "entries":
        _push_entries(turn, last_id, everything=kind == "full")
        phase, last_id = _next_phase(turn, "gone")
    if phase == "gone":
        _push_gone(turn, last_id)
        phase, last_id = _next_phase(turn, "accounts")
    for move_id in aside.halves(turn):
        flight.take_away(turn, move_id)
    push_openings(turn)
    _push_accounts(turn)
    aside.drop_solved(turn)
    closed.settle(turn)
    closed.loaded(turn)
    commit(turn.env)


def _progress(turn: Turn) -> tuple[str, int]:
    phase, last_id = turn.columns("phase", "last_id")
    return phase, last_id or 0


def _next_phase(turn: Turn, phase: str) -> tuple[str, int]:
    flight.settle(turn)
    turn.set(phase=phase, last_id=0)
    commit(turn.env)
    return phase, 0


def _look(turn: Turn) -> None:
    """Deal with what was on its way, then see whether someone else moved."""
    turn.request()
    info = turn.client.company_info(turn.client_file)
    if recover(turn, info):
        turn.request()
        info = turn.client.company_info(turn.client_file)
    (ours,) = turn.position("sync_point")
    if info.sync_point == ours:
        return
    move_point(turn, ours, info.sync_point)
    if ours is not None:
        # else it is the first time: there is none of ours yet
        _tell_someone_else_moved(turn)
    commit(turn.env)


def _tell_someone_else_moved(turn: Turn) -> None:
    """In the transaction that takes the other's point: a crash must not part them."""
    turn.set(phase="reset")
    turn.link._message_log(
        body=turn.env._(
            "The synchronised data of this client file was changed in Silverfin by "
            "someone else: a reset there, or another copy of this database. It is "
            "removed there and sent again from the books."
        )
    )


def _push_entries(turn: Turn, last_id: int, *, everything: bool) -> None:
    """All entries in the order of their ids, in windows."""
    filler = Filler(turn.limits.max_actions)
    processed = None
    limit = min(WINDOW, WINDOW_REQUESTS * turn.limits.max_actions)
    with windows(turn, last_id, limit, everything=everything) as found:
        for window in found:
            entries = aside.sendable(turn, list(by_entry(window.items)))
            commit(turn.env)
            for entry in entries:
                for batch in filler.add(entry):
                    flight.send(turn, batch)
            if processed is None:
                # counted while the first request is on its way
                cr, scope = turn.env.cr, turn.scope
                processed = lines.count_entries(cr, scope, upto=window.end)
            else:
                processed += window.count
            turn.set(processed=processed)
            commit(turn.env)
            if filler.is_empty:
                flight.send(turn, Batch(upto=window.end))
    for batch in filler.rest():
        flight.send(turn, batch)


def _push_differences(turn: Turn, last_id: int) -> bool:
    """The entries that differ, in spans of journal items' ids.

    :return: False where there are so many that all is to be gone through instead
    """
    cr, scope, link_id = turn.env.cr, turn.scope, turn.link.id
    end = max(lines.last_id(cr), acknowledged.last_id(cr, link_id))
    total = turn.columns("total")[0] or 0
    span = _span(turn, end)
    while last_id < end:
        upto = min(last_id + span, end)
        cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        found = differences(cr, scope, link_id, last_id, upto, MOST_DIFFERENCES)
        turn.set(processed=total * upto // end)
        commit(turn.env)
        if max(map(len, found)) >= MOST_DIFFERENCES:
            return False
        _push_span(turn, found.move_ids, found.gone, upto)
        last_id = upto
    return True


def _span(turn: Turn, end: int) -> int:
    """How many ids of journal items to compare in one statement.

    The fewer of them are this client file's, the more: each statement has a price of
    its own, which grows with the books of all companies.
    """
    if turn.scope.analytic_plans:
        return ANALYTIC_SPAN
    entries = turn.columns("total")[0] or 1
    return max(SPAN, end * ENTRIES_PER_SPAN // entries)


def _push_span(
    turn: Turn, move_ids: list[int], missing: list[tuple[int, int]], upto: int
) -> None:
    cr, link_id, most = turn.env.cr, turn.link.id, turn.limits.max_actions
    filler = Filler(most)
    # new items of an entry may lie in another span: they go before the old ones
    known = acknowledged.known(cr, link_id, missing)
    move_ids = sorted({*move_ids, *(move_id for move_id, _number in known.values())})
    # judged as their entries are: before anything of these goes
    missing = closed.removable(turn, missing)
    commit(turn.env)
    for start in range(0, len(move_ids), WINDOW):
        some = SQL("line.move_id IN %s", tuple(move_ids[start : start + WINDOW]))
        items = changed(cr, turn.scope, link_id, some)
        entries = aside.sendable(turn, list(by_entry(items)))
        commit(turn.env)
        for batch in chain.from_iterable(map(filler.add, entries)):
            batch.upto = None
            flight.send(turn, batch)
    for batch in filler.rest():
        batch.upto = None
        flight.send(turn, batch)
    _remove(turn, missing)
    # an entry may reach into the next span: it must not be found, and sent, once more
    flight.settle(turn)
    flight.send(turn, Batch(upto=upto))


def _remove(turn: Turn, missing: list[tuple[int, int]]) -> None:
    """Remove what the books have no more; but nothing alone of what is set aside."""
    if missing:
        # what becomes of the items that are on their way decides
        flight.settle(turn)
        missing = aside.removable(turn, missing)
        commit(turn.env)
    most = turn.limits.max_actions
    for start in range(0, len(missing), most):
        flight.send(turn, Batch(gone=missing[start : start + most]))


def _push_gone(turn: Turn, last_id: int) -> None:
    cr, link_id = turn.env.cr, turn.link.id
    end = acknowledged.last_id(cr, link_id)
    span = _span(turn, end)
    while last_id < end:
        upto = min(last_id + span, end)
        cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        missing = gone(cr, turn.scope, link_id, last_id, upto, MOST_DIFFERENCES)
        if len(missing) == MOST_DIFFERENCES:
            # not all of this span: what is held stays, so never look at it again
            upto = max(missing[-1][0] - 1, last_id + 1)
        _remove(turn, closed.removable(turn, missing))
        flight.settle(turn)
        flight.send(turn, Batch(upto=upto))
        last_id = upto


def _push_accounts(turn: Turn) -> None:
    """Accounts that Odoo renamed or retyped, though none of their items changed.

    Nothing says that a request may have no action, so each goes along with one of
    its items, repeated.
    """
    cr, scope = turn.env.cr, turn.scope
    cr.execute(
        SQL(
            """SELECT account.account_id, account.number
            FROM (%s) account
            JOIN silverfin_account old ON old.link_id = %s
                AND old.number = account.number AND old.digest <> account.digest
            ORDER BY account.number, account.account_id""",
            ledger_accounts.accounts(
                scope, SQL("jsonb_exists(account.code_store, %s)", str(scope.root_id))
            ),
            turn.link.id,
        )
    )
    line_ids: dict[str, int | None] = {}
    for account_id, number in cr.fetchall():
        line_ids[number] = line_ids.get(number) or acknowledged.an_item_on(
            cr, turn.link.id, account_id, number
        )
    items: list[Item] = []
    if any(line_ids.values()):
        some = SQL("line.id IN %s", tuple(filter(None, line_ids.values())))
        items = changed(cr, scope, turn.link.id, some, everything=True)
        # what was changed meanwhile waits for the rest of its entry
        differ = {item.line_id for item in changed(cr, scope, turn.link.id, some)}
        items = [item for item in items if item.line_id not in differ]
    entries = aside.sendable(turn, [[item] for item in items])
    commit(turn.env)
    filler = Filler(turn.limits.max_actions)
    batches = [batch for entry in entries for batch in filler.add(entry)]
    for batch in [*batches, *filler.rest()]:
        # one item of an entry says nothing about the entry's place in the windows
        flight.send(turn, Batch(batch.items))
    flight.settle(turn)
