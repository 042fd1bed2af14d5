"""The log of requests: who asked what, when it began and ended, how it was answered."""

from __future__ import annotations

import time
from dataclasses import dataclass

# Seconds since the epoch on a clock that never steps back, so overlaps are true ones.
_EPOCH = time.time() - time.monotonic()
KEPT = 200_000


@dataclass(eq=False, slots=True)
class Entry:
    """One request. ``ended`` is None while it is worked on; ``status`` 0 = dropped."""

    started: float
    method: str
    path: str
    query: str
    bytes: int
    company: int | None = None
    application: str = ""
    action_count: int = 0
    ended: float | None = None
    status: int | None = None
    message: str = ""
    fault: int | None = None

    @property
    def is_write(self) -> bool:
        """Whether this is one of the calls that exclude each other per company."""
        return self.company is not None and (
            (self.method == "POST" and self.path.endswith("/transactions"))
            or (self.method == "DELETE" and self.path.endswith("/reset"))
        )


class RequestLog(list[Entry]):
    """The requests in the order they came in; the oldest go beyond ``KEPT``."""

    def begin(self, method: str, path: str, query: str, size: int) -> Entry:
        """Note a request that has just come in."""
        entry = Entry(clock(), method, path, query, size)
        if len(self) >= KEPT:
            del self[: KEPT // 2]
        self.append(entry)
        return entry

    def of(self, company: int) -> list[Entry]:
        """The requests on one client file."""
        return [entry for entry in self if entry.company == company]

    def overlaps(self, company: int) -> int:
        """How many submits and resets of a client file began before another ended."""
        found, busy_until = 0, 0.0
        for entry in sorted(self.of(company), key=lambda entry: entry.started):
            if not entry.is_write:
                continue
            found += entry.started < busy_until
            ended = float("inf") if entry.ended is None else entry.ended
            busy_until = max(busy_until, ended)
        return found


def clock() -> float:
    """Seconds since the epoch, never stepping back."""
    return _EPOCH + time.monotonic()
