"""Child processes that end with us: on return, error, Ctrl-C, SIGTERM or kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from . import leash
from .paths import LIBRARY

PATIENCE = 20.0


def end_cleanly_on_signals() -> None:
    """Make SIGTERM and SIGHUP unwind the program as Ctrl-C does (exit 128 + signal).

    Ctrl-C is set as well: a shell's background job starts with SIGINT ignored.
    """

    def leave(number: int, _frame: object) -> None:
        for again in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(again, signal.SIG_IGN)
        raise SystemExit(128 + number)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, leave)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def run(command: Sequence[str], env: dict[str, str], keep_open: Sequence[int]) -> int:
    """Run in the foreground with our standard streams; answers the exit status.

    Signals sent to us are handed on; a Ctrl-C on a terminal reaches the child anyway.
    `keep_open` are file descriptors that the child inherits.
    """
    child: subprocess.Popen | None = None
    pending: list[int] = []
    handed_on = [signal.SIGTERM, signal.SIGHUP]
    if not _has_terminal():
        handed_on.append(signal.SIGINT)

    def hand_on(number: int, _frame: object) -> None:
        if child is None:
            pending.append(number)
        elif number in handed_on:
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hand_on)
    child = subprocess.Popen(
        leash.command(list(command)),
        env={**env, "PYTHONPATH": str(LIBRARY)},
        pass_fds=tuple(keep_open),
    )
    for number in pending:
        child.send_signal(number)
    status = child.wait()
    return 128 - status if status < 0 else status


class Child:
    """A background process in a process group of its own, with its output in a file."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: dict[str, str],
        log: Path,
        cwd: Path | None = None,
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        self._output: IO[bytes] = log.open("ab")
        self.process = subprocess.Popen(
            leash.command(list(command)),
            env={**env, "PYTHONPATH": f"{LIBRARY}:{env.get('PYTHONPATH', '')}"},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """SIGTERM, and SIGKILL for the whole group if that is not enough."""
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self) -> None:
        """SIGKILL the whole process group at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self._output.close()

    def tail(self, lines: int = 20) -> str:
        """The last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
