"""Programs side by side: so many at once, each next one where one has ended.

What a program writes is shown whole when it has ended, never in between another's.
"""

from __future__ import annotations

import queue
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import leash
from .progress import say

PATIENCE = 60.0
"""Seconds for a program that was asked to end: it has servers to stop."""
SAY_EVERY = 60.0
DONE = re.compile(r"^[.FEsxX]+", re.MULTILINE)
"""What pytest and unittest write of the tests that are done."""


@dataclass(frozen=True)
class Program:
    """`command` makes what the program needs; the stack undoes it at its end."""

    name: str
    command: Callable[[ExitStack], Sequence[str]]
    folder: Path


@dataclass(frozen=True)
class Ended:
    """A program that ran. `error` is what kept it from running, or broke it off."""

    program: Program
    status: int
    seconds: float
    error: BaseException | None = None


class Lanes:
    """Runs programs; their output goes to files in `logs`, and on to the person."""

    def __init__(self, variables: dict[str, str], logs: Path) -> None:
        self._variables = variables
        self._logs = logs
        self._ended: queue.Queue[Ended] = queue.Queue()
        self._running: dict[str, subprocess.Popen] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._started = time.monotonic()

    def run(self, programs: Sequence[Program], at_once: int) -> list[Ended]:
        """Run all; a signal to us ends every one of them and unwinds us."""
        count, waiting = len(programs), deque(programs)
        threads = [
            threading.Thread(target=self._work_off, args=(waiting, count > 1))
            for _lane in range(min(at_once, count))
        ]
        ended: list[Ended] = []
        said = self._started = time.monotonic()
        try:
            for thread in threads:
                thread.start()
            while len(ended) < count:
                try:
                    ended.append(self._ended.get(timeout=0.5))
                except queue.Empty:
                    if count > 1 and time.monotonic() - said >= SAY_EVERY:
                        said = time.monotonic()
                        self._say_how_far()
                else:
                    if count > 1:
                        self._show(ended[-1])
        finally:
            self._stop()
            for thread in threads:
                if thread.ident:
                    thread.join()
        return ended

    def _work_off(self, waiting: deque[Program], into_files: bool) -> None:
        while True:
            try:
                program = waiting.popleft()
            except IndexError:
                return
            started = time.monotonic()
            status, error = 1, None
            try:
                with ExitStack() as stack:
                    command = program.command(stack)
                    started = time.monotonic()
                    output = None
                    if into_files:
                        output = stack.enter_context(self._log(program).open("wb"))
                    # not our process group: a Ctrl-C is for us, who end it in order
                    status = self._run(program, command, output)
                    seconds = time.monotonic() - started
            except BaseException as problem:
                error = problem
                seconds = time.monotonic() - started
            self._ended.put(Ended(program, status, seconds, error))

    def _run(self, program: Program, command: Sequence[str], output) -> int:
        with self._lock:
            if self._stopping:
                return 1
            child = subprocess.Popen(
                leash.command(list(command)),
                env=self._variables,
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
            )
            self._running[program.name] = child
        try:
            return child.wait()
        finally:
            with self._lock:
                del self._running[program.name]

    def _stop(self) -> None:
        with self._lock:
            self._stopping = True
            running = list(self._running.values())
        for child in running:
            child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in running:
            # its own thread waits for it
            while child.returncode is None and time.monotonic() < deadline:
                time.sleep(0.1)
            if child.returncode is None:
                child.kill()

    def _log(self, program: Program) -> Path:
        return self._logs / f"suite-{program.name.replace('/', '-')}.log"

    def _show(self, ended: Ended) -> None:
        say(f"\n== {ended.program.name}")
        log = self._log(ended.program)
        if ended.error is None and log.exists():
            sys.stderr.flush()
            sys.stdout.write(log.read_text(errors="replace"))
            sys.stdout.flush()

    def _say_how_far(self) -> None:
        with self._lock:
            running = list(self._running)
        far = []
        for name in running:
            log = self._logs / f"suite-{name.replace('/', '-')}.log"
            done = "".join(DONE.findall(log.read_text(errors="replace")))
            failed = sum(map(done.count, "FE"))
            how = f" ({failed} failed)" if failed else ""
            far.append(f"{len(done)} tests of {name}{how}")
        after = time.monotonic() - self._started
        say(f"- after {after:.0f} s: {', '.join(far)} are done")
