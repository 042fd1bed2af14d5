"""Who works on which client file right now: seen in PostgreSQL, not in the program."""

from __future__ import annotations

from typing import NamedTuple

from books import Books

CLIENT_FILES = 1374748673
"""First key of the advisory locks on client files; the second is the link's id."""


class Holder(NamedTuple):
    """A session that holds the lock on a client file."""

    link: int
    backend: int
    """The PostgreSQL process that serves the session."""
    server: str
    """Odoo names its sessions `odoo-<process id>`."""


def holders(books: Books) -> list[Holder]:
    """The locks on client files that are held in this database."""
    return [
        Holder(*row)
        for row in books.rows(
            """SELECT lock.objid::int, lock.pid, activity.application_name
            FROM pg_locks lock
            JOIN pg_stat_activity activity ON activity.pid = lock.pid
            WHERE lock.locktype = 'advisory' AND lock.granted
                AND lock.classid = %s AND activity.datname = current_database()""",
            CLIENT_FILES,
        )
    ]
