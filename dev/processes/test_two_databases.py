"""Two databases with like names on one server: neither is taken for the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest
from books import Books
from devlib import Databases, Environment, OdooServer
from external_api import Json2, XmlRpc
from session import Session

LONGEST = 180.0


@dataclass
class Door:
    """One of the databases, with a key of its administrator."""

    books: Books
    session: Session
    company: int
    key: str = field(repr=False)

    def test_connection(self) -> dict[str, list[str]]:
        """Press the button, wait for the worker; the sentences by their state."""
        (page,) = self.session.call("silverfin.api.key.page", "create", [{}])
        self.session.call("silverfin.api.key.page", "action_test", [page])
        last = "SELECT state FROM silverfin_run ORDER BY id DESC LIMIT 1"
        deadline = time.monotonic() + LONGEST
        while self.books.value(last) not in ("done", "failed"):
            assert time.monotonic() < deadline, self.books.rows(last)
            self.books.wake_workers()
            time.sleep(0.3)
        found: dict[str, list[str]] = {}
        for state, sentence in self.books.rows(
            "SELECT state, sentence FROM silverfin_api_key_test ORDER BY id"
        ):
            found.setdefault(state, []).append(sentence)
        return found


@pytest.fixture(scope="module")
def names(databases: Databases) -> Iterator[tuple[str, str]]:
    """One name begins with the other; the companies' names tell them apart."""
    with ExitStack() as stack:
        one = stack.enter_context(databases.temporary("like", "test"))
        two = f"{one}2"
        databases.drop(two)
        databases.new(two, "test")
        stack.callback(databases.drop, two)
        for name in (one, two):
            Books(name).rows("UPDATE res_company SET name = id || ' of ' || %s", name)
        yield one, two


@contextmanager
def served(
    environment: Environment, names: tuple[str, str], db_filter: str
) -> Iterator[OdooServer]:
    options = [f"--database={','.join(names)}", f"--db-filter={db_filter}"]
    with OdooServer(names[0], options=options, environment=environment) as server:
        yield server


@pytest.fixture(scope="module")
def doors(environment: Environment, names: tuple[str, str]) -> Iterator[list[Door]]:
    """Both are served, and the key of each was made in it."""
    with served(environment, names, f"^{names[0]}") as server:
        yield [open_door(server, name) for name in names]


def open_door(server: OdooServer, name: str) -> Door:
    books = Books(name)
    company = books.value("SELECT min(id) FROM res_company")
    session = Session(server.url, name, [company])
    (wizard,) = session.call("silverfin.api.key", "create", [{"name": name}])
    shown = session.press("silverfin.api.key", "action_make_key", [wizard])["context"]
    assert (shown["default_database"], shown["default_url"]) == (name, server.url)
    return Door(books, session, company, shown["default_key"])


def test_the_connection_test_names_the_right_one(doors: list[Door]) -> None:
    for door in doors:
        found = door.test_connection()
        assert "failed" not in found, found
        own = f"{door.company} of {door.books.database}"
        named = [text for text in found["ok"] if f"{door.company} of like" in text]
        assert len(named) >= 2, found
        for text in named:
            # the longer name holds the shorter one
            assert own in text and (f"{own}2" not in text), text


def test_a_key_is_refused_by_the_other(doors: list[Door]) -> None:
    url = doors[0].session.url
    for own, other in (doors, reversed(doors)):
        name = own.books.database
        for api in (XmlRpc(url, name, "admin", own.key), Json2(url, name, own.key)):
            answer = api.call("res.company", "search_read", domain=[], fields=["name"])
            assert answer.value, answer.text
            assert all(
                company["name"].endswith(f" of {name}") for company in answer.value
            )
        name = other.books.database
        assert XmlRpc(url, name, "admin", own.key).user_id is False
        answer = Json2(url, name, own.key).call(
            "res.company", "search_read", domain=[], fields=["name"]
        )
        assert answer.refused and answer.text.startswith("401"), answer


def test_an_address_that_leads_to_the_other_only(
    environment: Environment, names: tuple[str, str], doors: list[Door]
) -> None:
    """The server's filter lets this address reach the second database alone.

    XML-RPC names its database in each call, past Odoo's filter; JSON-2 is filtered.
    """
    one, two = doors
    with served(environment, names, f"^{two.books.database}$") as server:
        for door in doors:
            # through Odoo: the first server's worker may do the test, and must know
            door.session.call(
                "ir.config_parameter", "set_param", "web.base.url", server.url
            )
        assert "failed" not in two.test_connection()
        found = one.test_connection()
        assert [text.partition(" ")[0] for text in found["failed"]] == ["JSON-2"]
        texts = [text for state in found.values() for text in state]
        assert not any(two.books.database in text for text in texts), found
