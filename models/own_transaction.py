"""Work in a transaction of its own, committed at once."""

import random
import time

from psycopg2 import errors

from odoo import api

TRIES = 5
# a row that stays taken longer belongs to a transaction that hangs, or to our caller's
LONGEST_WAIT = "5s"


def in_own_transaction(env, work):
    """Return ``work(env)``, run in a cursor of its own and committed.

    Odoo repeats a request's transaction up to five times, and a worker's may be rolled
    back; what Silverfin has answered must survive both. The environment given to
    ``work`` is the caller's user in superuser mode. Hand plain values in and out: a
    record belongs to the cursor that it was read with.

    The caller's transaction must not have written the rows that ``work`` writes: it
    would wait for itself.

    :param work: repeated, up to five times, when another transaction was in the way
    :raise psycopg2.Error: also after the last try
    """
    for attempt in range(1, TRIES + 1):
        try:
            with env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = %s", [LONGEST_WAIT])
                own = api.Environment(cr, env.uid, env.context, su=True)
                return work(own)
        except (
            errors.SerializationFailure,
            errors.DeadlockDetected,
            errors.LockNotAvailable,
        ):
            if attempt == TRIES:
                raise
            time.sleep(random.uniform(0.02, 0.1 * attempt))


def end_reading(env):
    """End the caller's transaction where it has only read, before a long wait.

    An open one would hold back vacuum and make an upgrade of the module fail. One that
    has written is left alone: it is the caller's to commit.
    """
    env.flush_all()
    env.cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
    if env.cr.fetchone()[0]:
        env.cr.rollback()
