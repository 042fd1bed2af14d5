"""One worker at a time per client file, on any number of servers."""

from contextlib import contextmanager, suppress

from psycopg2 import Error

from odoo.tools import SQL

LINK = 1374748673
"""First key of the locks on client files; the second is the link's id."""
CONNECTION = 1374748674
"""First key of the locks on a connection's runs; the second is the connection's id."""
TOKEN = 1374748675
"""First key of the locks on renewing a token; the second is the connection's id."""

DUE = 1374748676
"""The lock on asking the runs that are due by themselves; there is no second key."""


class LockLost(Exception):
    """The cursor that held the lock is gone: somebody else may have it now."""


class Lock:
    """A lock that is held; ``check`` it before each request to Silverfin."""

    def __init__(self, cr):
        self._cr = cr

    def check(self) -> None:
        """:raise LockLost: the lock's session ended (server killed, backend gone)"""
        try:
            self._cr.execute("SELECT 1", log_exceptions=False)
        except Error as error:
            raise LockLost from error


@contextmanager
def hold(registry, namespace: int, key: int):
    """Yield the :class:`Lock`, or None where another worker has it.

    It lives in a cursor of its own that touches no table: a row lock would end at
    the first commit, a session lock would leak into the connection pool, and a lock
    on a table would make an upgrade of the module fail. What is raised inside must
    be dealt with inside.
    """
    cr = registry.cursor()
    try:
        cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", namespace, key))
        yield Lock(cr) if cr.fetchone()[0] else None
        with suppress(Error):
            # nothing was written: this only ends the lock
            cr.commit()  # pylint: disable=invalid-commit
    finally:
        # a session that was ended from outside cannot be closed: nothing is left of it
        with suppress(Error):
            cr.close()
