"""The process that stops PostgreSQL when its last user was killed (see postgres.py).

At most one keeper is there; further ones end at once.
"""

from __future__ import annotations

import os

from .locks import exclusive, open_lock, try_exclusive
from .paths import OWN_LOCKS
from .postgres import Postgres


def main() -> None:
    """Wait for the last user to leave, then stop the server unless it is kept."""
    alone = open_lock(OWN_LOCKS / "keeper.lock")
    if not try_exclusive(alone):
        return
    server = Postgres()
    start_lock = OWN_LOCKS / "quick-start.lock"
    while True:
        server.wait_until_unused()
        with exclusive(start_lock):
            if server.stop_if_unused() or server.kept():
                # Released inside the start lock, so that no new user misses a keeper.
                os.close(alone)
                return


if __name__ == "__main__":
    main()
