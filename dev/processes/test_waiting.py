"""While a worker waits for Silverfin, it holds nothing that others wait for."""

from __future__ import annotations

import time

from control import SUBMITS
from place import Place

PATIENCE = 15.0
FEW_ACTIONS = 20


def test_no_transaction_is_open_while_a_request_is_on_its_way(place: Place) -> None:
    sandbox, file = place.sandbox, place.files[0]
    place.run_servers(0)
    place.run_servers(1, max_cron_threads=1)
    sandbox("switch", max_actions=FEW_ACTIONS)
    place.settle()
    # more than a window: the next one is read by another session
    place.books.add_entries(file.company, 3 * FEW_ACTIONS)
    which = {"path": SUBMITS, "company": file.id, "nth": 2, "hold": "before"}
    rule = sandbox("fault", **which)["id"]

    place.ask("action_send_all", file)
    sandbox.wait_until_held([rule])
    # the next window is read meanwhile, and that transaction ends
    deadline = time.monotonic() + PATIENCE
    while (held := open_transactions(place)) and time.monotonic() < deadline:
        time.sleep(0.1)
    locked = relations_of_the_lock(place)
    sandbox("release")
    place.settle()

    assert not held, held
    assert not locked, locked
    place.check_equal(file)


def open_transactions(place: Place) -> list[tuple]:
    """Those of other sessions.

    But for the one that holds the client file's lock, and Odoo's own scheduler, which
    keeps a transaction on its jobs' rows while one runs.
    """
    return place.books.rows(
        """SELECT pid, state, xact_start::text, query FROM pg_stat_activity
        WHERE datname = current_database() AND xact_start IS NOT NULL
            AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            AND query NOT LIKE '%%ir_cron%%'
            AND pid NOT IN (SELECT pid FROM pg_locks
                WHERE locktype = 'advisory' AND granted)"""
    )


def relations_of_the_lock(place: Place) -> list[tuple]:
    """What the session that holds the client file's lock has locked besides."""
    return place.books.rows(
        """SELECT lock.relation::regclass::text, lock.mode FROM pg_locks lock
        JOIN pg_database ON pg_database.oid = lock.database
        WHERE lock.locktype = 'relation' AND lock.pid <> pg_backend_pid()
            AND pg_database.datname = current_database()
            AND lock.pid IN (SELECT pid FROM pg_locks
                WHERE locktype = 'advisory' AND granted)"""
    )
