"""File locks: the kernel gives them back when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .progress import say


def open_lock(path: Path) -> int:
    """Open (and create) a lock file; answers its file descriptor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def try_exclusive(descriptor: int) -> bool:
    """Take the lock for ourselves alone if nobody has it; never waits."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Only one process at a time works inside; says so when it has to wait."""
    descriptor = open_lock(path)
    try:
        if not try_exclusive(descriptor):
            if not path.name.startswith("quick-"):
                say(f"- another command prepares this, waiting for it ({path.name})")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
