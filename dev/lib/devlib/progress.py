"""What the set-up says while it works: one line a step, on standard error.

Standard output belongs to the programs themselves (`dev/env` is evaluated by a shell).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class SetupError(Exception):
    """Something is missing or failed; the message is one line that says what to do."""


def say(text: str) -> None:
    """Print one line for the person."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a long step, and end its line with the seconds it took."""
    started = time.monotonic()
    print(f"- {text} … ", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        say("failed")
        raise
    say(f"{time.monotonic() - started:.0f} s")
