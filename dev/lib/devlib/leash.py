"""Run a command that ends when the process that started it dies, even by kill -9.

`python leash.py PARENT_PID COMMAND …`: asks the kernel for a SIGTERM at the
parent's death, then becomes the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(arguments: list[str]) -> list[str]:
    """The command line that runs `arguments` on this process's leash."""
    return [sys.executable, "-B", __file__, str(os.getpid()), *arguments]


def main() -> None:
    """Set the signal and become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the starting process is gone")
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
