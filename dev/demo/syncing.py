"""A round of "Sync to Silverfin" on every company, and what there is to see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devlib import Postgres

from .browser import Browser
from .database import Books
from .failure import DemoFailure
from .linking import Link
from .proof import Comparison, compare
from .runs import Runs
from .silverfin import Silverfin, balances_read, of_sync


@dataclass(frozen=True)
class Result:
    """One company's figures of one round."""

    company: str
    round: str
    entries: int
    sent: int
    changed: int
    removed: int
    aside: int
    requests: int
    seconds: float
    comparison: Comparison
    verify: str
    """The module's own words, "" where it did not read Silverfin's balances."""
    is_equal: bool
    """By the module's Verify."""


class Rounds:
    """Presses the buttons and collects what the round shows."""

    def __init__(
        self,
        browser: Browser,
        silverfin: Silverfin,
        runs: Runs,
        postgres: Postgres,
        database: str,
    ) -> None:
        self._browser = browser
        self._silverfin = silverfin
        self._runs = runs
        self._postgres = postgres
        self._database = database

    def books(self, link: Link) -> Books:
        """The books of a link's company."""
        return Books(self._postgres, self._database, link.company_id)

    def choose_retained_earnings(self, links: list[Link]) -> None:
        """Keep what the module proposed; choose where it proposed nothing."""
        for link in links:
            if self._retained_account(link):
                continue
            found = self._browser.search(
                "account.account",
                [
                    ("account_type", "=", "equity"),
                    ("company_ids", "=", link.company_id),
                ],
                limit=1,
            )
            if not found:
                raise DemoFailure(f"{link.company} has no equity account to choose")
            values = {"retained_earnings_account_id": found[0]["id"]}
            self._browser.call("silverfin.link", "write", [link.id], values)

    def sync(self, links: list[Link]) -> tuple[int, list[dict[str, Any]]]:
        """Press "Sync to Silverfin" on all, and wait for every run that comes of it.

        :return: how many requests the sandbox had before, and the runs
        """
        since = len(self._silverfin.log())
        ids = [link.id for link in links]
        self._browser.call("silverfin.link", "action_sync", ids)
        return since, self._runs.wait("synchronising")

    def verify(self, links: list[Link]) -> list[dict[str, Any]]:
        """Press "Verify" on all, and wait."""
        ids = [link.id for link in links]
        self._browser.call("silverfin.link", "action_verify", ids)
        return self._runs.wait("verifying")

    def result(
        self, name: str, link: Link, runs: list[dict[str, Any]], since: int
    ) -> Result:
        """Gather one company's figures, those of the proof from outside the module."""
        own = [run for run in runs if run["link_id"] and run["link_id"][0] == link.id]
        pushed = [run for run in own if run["kind"] == "sync"]
        proved = [run for run in own if run["kind"] == "verify"]
        if len(pushed) != 1 or not proved:
            kinds = ", ".join(run["kind"] for run in own) or "none"
            raise DemoFailure(f"{link.company}: other runs than expected: {kinds}")
        log = self._silverfin.log(since)
        requests, seconds = of_sync(log, link.client_file)
        books = self.books(link)
        (after,) = self._browser.read(
            "silverfin.link", [link.id], "verify_state", "rejection_count"
        )
        has_read = balances_read(log, link.client_file) > 0
        return Result(
            company=link.company,
            round=name,
            entries=books.entries(),
            sent=pushed[0]["upserted"],
            changed=pushed[0]["changed"],
            removed=pushed[0]["deleted"],
            aside=after["rejection_count"],
            requests=len(requests),
            seconds=seconds,
            comparison=compare(
                books, self._silverfin, link.client_file, self._retained_number(link)
            ),
            verify=(proved[-1]["message"] or "") if has_read else "",
            is_equal=has_read and after["verify_state"] == "equal",
        )

    def _retained_account(self, link: Link) -> int | None:
        (read,) = self._browser.read(
            "silverfin.link", [link.id], "retained_earnings_account_id"
        )
        chosen = read["retained_earnings_account_id"]
        return chosen and chosen[0]

    def _retained_number(self, link: Link) -> str:
        account = self._retained_account(link)
        (read,) = self._browser.call(
            "account.account",
            "read",
            [account],
            ["code"],
            context={"allowed_company_ids": [link.company_id]},
        )
        return read["code"]
