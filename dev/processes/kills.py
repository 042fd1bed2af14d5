"""Ways in which a worker is torn out of its work, none of them announced."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable

from books import Books
from locks import holders
from place import Place

Kill = Callable[[Place, random.Random], None]


def server(place: Place, _chance: random.Random) -> None:
    """kill -9 of every process of the Odoo server."""
    place.kill_servers()


def lock(place: Place, chance: random.Random) -> None:
    """The session whose only purpose is a client file's lock ends."""
    held = holders(place.books)
    if held:
        _terminate(place.books, [chance.choice(held).backend])


def one_session(place: Place, chance: random.Random) -> None:
    """Any one session of the server ends: working, locking, or the cron's own."""
    sessions = _sessions(place.books)
    if sessions:
        _terminate(place.books, [chance.choice(sessions)])


def all_sessions(place: Place, _chance: random.Random) -> None:
    """Every session of the server ends, as when PostgreSQL is restarted."""
    _terminate(place.books, _sessions(place.books))


def backend(place: Place, chance: random.Random) -> None:
    """kill -9 of a PostgreSQL process: the whole cluster recovers from its log.

    Odoo's cron threads end when they cannot connect meanwhile: its server is started
    again then, as after any crash of its PostgreSQL.
    """
    sessions = _sessions(place.books)
    if sessions:
        os.kill(chance.choice(sessions), signal.SIGKILL)
        place.run_servers(0)


GENTLE: tuple[Kill, ...] = (server, lock, all_sessions, server, one_session)
"""What touches nobody else's databases."""
HARSH: tuple[Kill, ...] = (server, backend, lock, all_sessions, one_session)
"""Where the cluster is the test's own (ACCOUNT_SILVERFIN_APART)."""


def _sessions(books: Books) -> list[int]:
    return [
        pid
        for (pid,) in books.rows(
            """SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'odoo-%%'
            ORDER BY pid"""
        )
    ]


def _terminate(books: Books, sessions: list[int]) -> None:
    books.rows("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", sessions)
