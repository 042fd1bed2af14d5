"""Keep PostgreSQL up while the shell that evaluated `dev/env` lives.

`python -m devlib.companion PID` has inherited the lock of users (see postgres.py): it
sleeps until that process ends, and gives the lock back by ending itself.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys

from .paths import LIBRARY


def start(descriptor: int, pid: int) -> None:
    """Start the companion of process `pid`; it inherits the lock `descriptor`."""
    subprocess.Popen(
        [sys.executable, "-B", "-m", "devlib.companion", str(pid)],
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        cwd="/",
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main() -> None:
    """Wait for the process to end."""
    try:
        ended = os.pidfd_open(int(sys.argv[1]))
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.poll()


if __name__ == "__main__":
    main()
