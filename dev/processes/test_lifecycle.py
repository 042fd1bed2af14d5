"""Install, upgrade, uninstall with data, install again: nothing logged, nothing left.

On books with Odoo's demo data; with SILVERFIN_SLOW=1 also on a database without any, at
the same time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from books import Books
from devlib import Databases, Environment
from logs import records
from odoo_cli import OdooCommand
from traces import Snapshot, added, snapshot

SOURCES = ("demo", "bare") if os.environ.get("SILVERFIN_SLOW") else ("demo",)


@dataclass
class Life:
    """What happened to the module in one database."""

    rows: dict[str, int] = field(default_factory=dict)
    """Rows in our tables when it was uninstalled."""
    logs: dict[str, str] = field(default_factory=dict)
    before: Snapshot = field(default_factory=dict)
    after: Snapshot = field(default_factory=dict)
    installed_again: bool = False


def live(environment: Environment, databases: Databases, source: str) -> Life:
    """Everything that can happen to a module, in the order a database sees it."""
    life = Life()
    with databases.temporary(f"lifecycle_{source}", source) as name:
        odoo, books = OdooCommand(environment, name), Books(name)
        life.before = snapshot(books, "silverfin")
        life.logs["install"] = odoo.install()
        life.logs["upgrade"] = odoo.upgrade()
        life.rows, life.logs["use"] = odoo.shell("fill.py")
        _answer, life.logs["uninstall"] = odoo.shell("uninstall.py")
        life.after = snapshot(books, "silverfin")
        life.logs["install again"] = odoo.install()
        life.installed_again = is_installed(books)
    return life


def is_installed(books: Books) -> bool:
    return books.value(
        """SELECT state = 'installed' AND to_regclass('silverfin_link') IS NOT NULL
        FROM ir_module_module WHERE name = 'account_silverfin'"""
    )


@pytest.fixture(scope="module")
def lives(environment: Environment, databases: Databases) -> Iterator[dict[str, Life]]:
    for source in SOURCES:
        databases.template(source)
    with ThreadPoolExecutor(len(SOURCES)) as pool:
        started = {
            source: pool.submit(live, environment, databases, source)
            for source in SOURCES
        }
        yield {source: life.result() for source, life in started.items()}


@pytest.fixture(params=SOURCES)
def life(request: pytest.FixtureRequest, lives: dict[str, Life]) -> Life:
    return lives[request.param]


def test_nothing_is_logged(life: Life) -> None:
    problems = [
        f"{step}: {record.text}"
        for step, log in life.logs.items()
        for record in records(log)
        if record.is_problem
    ]
    assert not problems, "\n".join(problems)
    for step in ("install", "upgrade", "install again"):
        assert "Module account_silverfin loaded" in life.logs[step], step


def test_nothing_is_left(life: Life) -> None:
    empty = [table for table, count in life.rows.items() if not count]
    assert life.rows and not empty, f"nothing was in {empty}"
    left = added(life.before, life.after)
    assert not left, readable(left)
    taken = added(life.after, life.before)
    assert not taken, f"uninstalling took what is not ours: {readable(taken)}"


def readable(found: dict[str, list[tuple]]) -> str:
    return "\n".join(
        f"{kind}: {' '.join(map(str, entry))}"
        for kind, entries in found.items()
        for entry in entries
    )


def test_it_installs_again(life: Life) -> None:
    assert life.installed_again
