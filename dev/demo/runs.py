"""Waiting for the runs that Odoo's cron works off."""

from __future__ import annotations

import time
from typing import Any

from .browser import Browser
from .failure import DemoFailure

PAUSE = 0.2
LONGEST = 120.0
"""Seconds; a run of the demonstration takes one or two."""
FIELDS = (
    "kind",
    "state",
    "message",
    "link_id",
    "connection_id",
    "upserted",
    "changed",
    "deleted",
    "rejected",
    "batches",
)


class Runs:
    """The runs of the database that the browser is logged in to."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._seen = 0

    def wait(self, what: str) -> list[dict[str, Any]]:
        """Wait until no run is open; DemoFailure when one failed, or at the time limit.

        :return: the runs that were made since the last call, oldest first
        """
        ends_at = time.monotonic() + LONGEST
        while True:
            new = self._browser.search(
                "silverfin.run", [("id", ">", self._seen)], *FIELDS, order="id"
            )
            failed = [run for run in new if run["state"] in ("failed", "cancelled")]
            if failed:
                raise DemoFailure(f"{what}: {_described(failed[0])}")
            waiting = [run for run in new if run["state"] in ("queued", "running")]
            if new and not waiting:
                self._seen = new[-1]["id"]
                return new
            if time.monotonic() > ends_at:
                raise DemoFailure(
                    f"{what}: not done after {LONGEST:.0f} s"
                    + "".join(f"; {_described(run)}" for run in waiting)
                )
            time.sleep(PAUSE)

    def forget(self) -> None:
        """What was made until now is not waited for, failed or not."""
        last = self._browser.search("silverfin.run", [], order="id desc", limit=1)
        self._seen = last[0]["id"] if last else 0


def _described(run: dict[str, Any]) -> str:
    of = run["link_id"] or run["connection_id"]
    where = of[1] if of else "?"
    why = run["message"] or "no reason"
    return f"{run['kind']} of {where} is {run['state']}: {why}"
