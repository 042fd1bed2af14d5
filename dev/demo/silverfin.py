"""The sandbox as seen from outside: its screens and its control API."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import requests

from .browser import Browser
from .failure import DemoFailure

TIMEOUT = 30
ADMIN = "admin@sandbox.test"


class Silverfin:
    """The sandbox at ``url``; client files are named by their number."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, name: str, /, **arguments: Any) -> Any:
        """Ask the control API; amounts come as Decimal."""
        try:
            response = requests.post(
                f"{self.url}/_control/{name}", json=arguments, timeout=TIMEOUT
            )
            response.raise_for_status()
            return json.loads(response.text, parse_float=Decimal)
        except requests.RequestException as error:
            raise DemoFailure(f"the sandbox's {name}: {error}") from error

    def firm(self) -> int:
        """The number of the firm that the demonstration works in."""
        return self.control("state")["firms"][0]["id"]

    def client_files(self) -> list[dict[str, Any]]:
        """The client files there are."""
        return self.control("state")["client_files"]

    def set_up_sync(self, browser: Browser, client_file: int, reference: str) -> None:
        """Edit client > Sync > Set up sync, by the form."""
        page = browser.open(f"{self.url}/f/{self.firm()}/{client_file}/sync")
        chosen = page.option("reference", f" {reference}")
        page.submit({"reference": chosen, "start": ""})

    def shows(self, browser: Browser, client_file: int, text: str) -> bool:
        """Whether a text stands on the client file's trial balance."""
        page = browser.open(f"{self.url}/f/{self.firm()}/{client_file}/balance")
        return page.says(text)

    def balance(self, client_file: int, on: date) -> dict[str, Decimal]:
        """The balances at the end of a day, zeros left out."""
        given = self.control("balance", client_file=client_file, on=on.isoformat())
        return {number: Decimal(value) for number, value in given.items() if value}

    def items(self, client_file: int) -> int:
        """How many transactions a client file holds."""
        return len(self.control("transactions", client_file=client_file))

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """The requests from the given one on."""
        return self.control("log", since=since)


def of_sync(
    log: Iterable[dict[str, Any]], client_file: int
) -> tuple[list[dict[str, Any]], float]:
    """A client file's requests of the SyncAPI, and the seconds from first to last."""
    found = [
        entry
        for entry in log
        if entry["company"] == client_file and "/syncs/" in entry["path"]
    ]
    if not found:
        return [], 0.0
    seconds = max(entry["ended"] for entry in found) - found[0]["started"]
    return found, float(seconds)


def balances_read(log: Iterable[dict[str, Any]], client_file: int) -> int:
    """How many times the balances of a client file were read from outside."""
    return sum(
        entry["company"] == client_file
        and "/periods/" in entry["path"]
        and entry["status"] == 200
        for entry in log
    )
