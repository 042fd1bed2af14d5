"""The worker's own commits, in one place.

Every row is written so that a crash at any moment can be gone on from; that needs a
commit before each request (no transaction may be open while Silverfin thinks) and one
after each answer.
"""

import logging
from collections.abc import Callable

from psycopg2 import errors

_logger = logging.getLogger(__name__)

TRIES = 5
CONFLICTS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)
"""What another transaction does to ours: the same again may succeed."""


def commit(env) -> None:
    """End the transaction of the working cursor.

    A worker's cursor belongs to nobody else: the cron's job cursor is made for it.
    """
    env.flush_all()
    # no transaction may be open while waiting for Silverfin: it would hold back
    # vacuum and make an upgrade fail
    env.cr.commit()  # pylint: disable=invalid-commit


def commit_or_repeat(env, write: Callable[[], None]) -> None:
    """Run ``write`` and commit; repeat both when another transaction was in the way.

    What Silverfin accepted must not be forgotten because of a serialization failure.
    """
    for attempt in range(1, TRIES + 1):
        try:
            write()
            commit(env)
            return
        except CONFLICTS:
            env.cr.rollback()
            if attempt == TRIES:
                raise
            _logger.info("Another transaction was in the way, try %s", attempt + 1)
