"""Two servers with two workers each over twenty companies: none is sent to twice.

With SILVERFIN_SLOW=1 only: `test_no_overlap.py` does the same over three.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest
from books import Books
from control import SUBMITS, Control
from devlib import Databases, Environment, SandboxProcess
from locks import holders
from odoo_cli import OdooCommand
from place import Place

COMPANIES = 20
ENTRIES = 60
FEW_ACTIONS = 20
SECONDS_PER_SUBMIT = 0.2
LONGEST = 600.0

if os.environ.get("SILVERFIN_SLOW") == "1":

    @pytest.fixture
    def many(environment: Environment, databases: Databases) -> Iterator[Place]:
        with (
            databases.temporary("companies", "test") as name,
            SandboxProcess(environment=environment) as sandbox,
        ):
            companies, _log = OdooCommand(environment, name).shell(
                "companies.py", count=COMPANIES, entries=ENTRIES
            )
            place = Place(environment, Books(name), Control(sandbox.url))
            place.connect(companies)
            try:
                yield place
            finally:
                place.run_servers(0)

    def test_two_servers_twenty_companies(many: Place) -> None:
        assert len(many.files) == COMPANIES
        many.sandbox("switch", max_actions=FEW_ACTIONS)
        many.sandbox("fault", path=SUBMITS, delay_before=SECONDS_PER_SUBMIT)
        many.run_servers(2, max_cron_threads=2)
        mark, before = many.sandbox.mark(), many.books.latest_run()

        many.ask("action_reset", *many.files)
        worked: dict[str, set[int]] = defaultdict(set)
        most = 0
        deadline = time.monotonic() + LONGEST
        while many.open_runs():
            assert time.monotonic() < deadline, many.open_runs()
            held = holders(many.books)
            assert len({holder.link for holder in held}) == len(held)
            most = max(most, len(held))
            for holder in held:
                worked[holder.server].add(holder.link)
            time.sleep(0.1)

        many.check_runs_since(before)
        for file in many.files:
            overlaps = many.sandbox("overlaps", client_file=file.id)
            assert overlaps["overlaps"] == 0, file
            statuses = {e["status"] for e in many.sandbox.requests_since(mark, file.id)}
            assert 429 not in statuses, file
            items = len(many.books.lines(file.company))
            submits = many.sandbox.submits_since(mark, file.id)
            assert sum(entry["action_count"] for entry in submits) == items
            many.check_equal(file)
        shares = {server: len(files) for server, files in worked.items()}
        assert len(shares) == 2 and min(shares.values()) > 1, shares
        # three workers are active: as many client files at the same time
        assert most == 3, most
        print(f"client files by server: {shares}; at the same time: {most}")
