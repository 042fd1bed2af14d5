"""Windows of entries, each read while what is in the one before is sent.

PostgreSQL takes about as long to make a window as the worker, and Silverfin, to deal
with it; on one cursor they would wait for each other.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple

from psycopg2 import Error

from odoo.tools import SQL

from ..ledger.lines import next_entries
from ..ledger.scope import Scope
from . import acknowledged
from .items import Item, changed
from .transaction import commit
from .turn import Turn


class Window(NamedTuple):
    """The items of some entries that follow one another."""

    end: int
    """The id of the last entry."""
    count: int
    """Entries in it."""
    items: list[Item]
    """Those that are to be sent."""
    is_last: bool
    """No entry follows."""


FIRST = 8
"""The first window of a turn is such a part of the others."""


@contextmanager
def windows(
    turn: Turn, after: int, limit: int, *, everything: bool
) -> Iterator[Iterator[Window]]:
    """The windows of all entries with an id above ``after``, ``limit`` entries each.

    Whoever leaves early waits for the read that is under way: nothing is at these books
    any more once the lock on them is given back.
    """
    found = _windows(turn, after, limit, everything)
    with closing(found):
        yield found


def _windows(turn: Turn, after: int, limit: int, everything: bool) -> Iterator[Window]:
    scope, link_id = turn.scope, turn.link.id

    def read(cr, after: int, limit: int = limit) -> Window | None:
        return _read(cr, scope, link_id, after, limit, everything)

    # nothing is on its way while the first is read; small books need no second cursor
    window = read(turn.env.cr, after, max(limit // FIRST, 1))
    commit(turn.env)
    if window and not window.is_last:
        with _reader(turn.env.registry, read) as begin:
            while window and not window.is_last:
                following = begin(window.end)
                yield window
                try:
                    window = following.result()
                except Error:
                    # that session was ended from outside; if it is another reason, it
                    # is ours too
                    window = read(turn.env.cr, window.end)
                    commit(turn.env)
    if window:
        yield window


@contextmanager
def _reader(
    registry, read: Callable[[object, int], Window | None]
) -> Iterator[Callable[[int], Future]]:
    """Who begins a read, in a thread and a cursor of its own; at the end none is left.

    The transaction of a read ends with it, however long Silverfin takes meanwhile.
    """
    cr = registry.cursor()

    def read_apart(after: int) -> Window | None:
        try:
            return read(cr, after)
        finally:
            cr.rollback()

    try:
        with ThreadPoolExecutor(1, "silverfin-window") as thread:
            yield lambda after: thread.submit(read_apart, after)
    finally:
        # a session that was ended from outside cannot be closed: nothing is left of it
        with suppress(Error):
            cr.close()


def _read(
    cr, scope: Scope, link_id: int, after: int, limit: int, everything: bool
) -> Window | None:
    end, count = next_entries(cr, scope, after, limit)
    if end is None:
        return None
    where = SQL("line.move_id > %s AND line.move_id <= %s", after, end)
    items = changed(
        cr,
        scope,
        link_id,
        where,
        everything=everything,
        # an item that it has of another entry is found when it is to be remembered
        is_known=acknowledged.has_entries(cr, link_id, after, end),
    )
    return Window(end, count, items, is_last=count < limit)
