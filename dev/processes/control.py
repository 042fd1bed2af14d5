"""The sandbox's control API: what a test asks of Silverfin's side."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import requests

SUBMITS = "/transactions$"
"""Path of the requests that send items."""


class Control:
    """`control("name", …)` is `POST /_control/name`: see the sandbox's README."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, call: str, /, **arguments: Any) -> Any:
        answer = requests.post(
            f"{self.url}/_control/{call}", json=arguments, timeout=120
        )
        assert answer.ok, f"{call}: {answer.status_code} {answer.text}"
        return answer.json(parse_float=Decimal)

    def mark(self) -> int:
        """The place in the log from which `requests_since` reads."""
        return len(self("log"))

    def requests_since(self, mark: int, company: int | None = None) -> list[dict]:
        """The requests that came in since, of one client file or of all."""
        entries = self("log", since=mark)
        return [e for e in entries if company in (None, e["company"])]

    def submits_since(self, mark: int, company: int | None = None) -> list[dict]:
        """Those of them that sent items."""
        return [
            entry
            for entry in self.requests_since(mark, company)
            if entry["path"].endswith("/transactions") and entry["method"] == "POST"
        ]

    def wait_until_held(self, rules: list[int], timeout: float = 180.0) -> None:
        """Return once every one of these faults holds a request."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            waiting = {rule["id"]: rule["waiting"] for rule in self("faults")}
            if all(waiting[rule] for rule in rules):
                return
            time.sleep(0.05)
        raise AssertionError(f"no request was held in {timeout:.0f} s: {waiting}")
