"""Real processes: PostgreSQL, Odoo servers with cron workers, and the sandbox.

Run by `make test`, or by `dev/run pytest dev/processes`. One database, one sandbox and
the servers are shared by the tests of a session; each test leaves them settled.
SILVERFIN_ROUNDS asks for more rounds of what happens at random moments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from books import Books
from control import Control
from devlib import Databases, Environment, SandboxProcess, prepare
from devlib.children import end_cleanly_on_signals
from place import Place

ENTRIES = 150
"""Entries that are added to each company's demo entries."""


def pytest_configure() -> None:
    """A signal unwinds: servers stop, databases are dropped."""
    end_cleanly_on_signals()


def pytest_runtest_makereport(call: pytest.CallInfo) -> None:
    """End at once on a signal, which arrives as SystemExit."""
    if call.excinfo and call.excinfo.errisinstance(SystemExit):
        pytest.exit("ended by a signal", call.excinfo.value.code)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say at once why a test failed: the rest may take long, or be broken off."""
    if report.failed:
        print(f"\n{report.nodeid}: {report.longreprtext}", file=sys.__stderr__)


@pytest.fixture(scope="session")
def environment() -> Iterator[Environment]:
    prepared = prepare()
    os.environ.update(prepared.shell_variables)
    with prepared.postgres:
        yield prepared


@pytest.fixture(scope="session")
def databases(environment: Environment) -> Databases:
    return Databases(environment)


@pytest.fixture(scope="session")
def whole_session(environment: Environment, databases: Databases) -> Iterator[Place]:
    with (
        databases.temporary("processes", "test") as name,
        SandboxProcess(environment=environment) as sandbox,
    ):
        books = Books(name)
        companies = [
            id for (id,) in books.rows("SELECT id FROM res_company ORDER BY id")
        ]
        for company in companies:
            books.add_entries(company, ENTRIES)
        place = Place(environment, books, Control(sandbox.url))
        place.connect(companies)
        try:
            yield place
        finally:
            place.run_servers(0)


@pytest.fixture
def place(whole_session: Place) -> Iterator[Place]:
    """Shared by all tests; its faults and limits are a test's own."""
    yield whole_session
    whole_session.sandbox("clear")
    whole_session.sandbox("switch", max_actions=500)
