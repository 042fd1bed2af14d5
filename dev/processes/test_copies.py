"""Copies of a connected database send nothing; a confirmed move does."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from books import Books, copy_entry
from devlib import Databases, Environment
from place import Place

LONGEST = 180.0
Copy = Callable[[Environment, str, str], None]


def _run(environment: Environment, *words: str) -> None:
    done = subprocess.run(
        words,
        env=environment.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}"


def _program(environment: Environment, name: str) -> str:
    return str(Path(environment.postgres.programs) / name)


def odoo_duplicate(environment: Environment, source: str, target: str) -> None:
    _run(environment, *environment.odoo_command("db", "duplicate", source, target))


def odoo_neutralised(environment: Environment, source: str, target: str) -> None:
    words = ("db", "duplicate", "-n", source, target)
    _run(environment, *environment.odoo_command(*words))


def createdb_template(environment: Environment, source: str, target: str) -> None:
    _run(environment, _program(environment, "createdb"), "-T", source, target)


def dump_and_restore(environment: Environment, source: str, target: str) -> None:
    # no owners: the dump's only role is the one that restores it
    dump = f"{target}.dump"
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    path = str(folder / dump)
    program = _program(environment, "pg_dump")
    _run(environment, program, "-Fc", "-O", "-f", path, source)
    try:
        _run(environment, _program(environment, "createdb"), target)
        program = _program(environment, "pg_restore")
        _run(environment, program, "-O", "-d", target, path)
    finally:
        Path(path).unlink()


COPIES: tuple[Copy, ...] = (odoo_neutralised, odoo_duplicate, dump_and_restore)
"""The other ways: with SILVERFIN_SLOW=1. What neutralising leaves is also in
tests/test_place.py."""


@contextmanager
def copied(place: Place, copy: Copy) -> Iterator[Place]:
    """The database copied while nobody uses it; everything in the copy is due."""
    if place.open_runs():
        place.run_servers(1)
        place.settle(hurry=True)
    place.run_servers(0)
    databases = Databases(place.environment)
    name = f"copy_{copy.__name__}_{os.getpid()}"
    databases.drop(name)
    copy(place.environment, place.books.database, name)
    there = Place(place.environment, Books(name), place.sandbox)
    there.connection, there.files = place.connection, place.files
    try:
        # as a copy of a busy day: the night has come, the token is over
        there.books.rows("UPDATE silverfin_position SET next_sync_at = '2020-01-01'")
        there.books.rows("UPDATE silverfin_token SET expires_at = '2020-01-01'")
        there.books.rows(
            """INSERT INTO silverfin_run (connection_id, kind, trigger, state, phase,
                due_at)
            VALUES (%s, 'references', 'manual', 'queued', 'start', '2020-01-01')""",
            there.connection,
        )
        # in a neutralised copy somebody switched the scheduled actions on again
        there.books.rows(
            "UPDATE ir_cron SET active = TRUE WHERE cron_name LIKE 'Silverfin%%'"
        )
        yield there
    finally:
        there.run_servers(0)
        databases.drop(name)


def wait(there: Place, statement: str, expected: object) -> None:
    deadline = time.monotonic() + LONGEST
    while (found := there.books.value(statement)) != expected:
        assert time.monotonic() < deadline, (found, there.servers[0].child.tail(20))
        there.books.wake_workers()
        time.sleep(0.5)


def work_two_turns(there: Place) -> None:
    """Until the cron's workers were called twice, as Odoo keeps account of."""
    for _turn in range(2):
        there.books.rows(
            "UPDATE ir_cron SET nextcall = '2020-01-01', lastcall = NULL "
            "WHERE cron_name LIKE 'Silverfin%%work%%'"
        )
        wait(
            there,
            "SELECT count(*) FROM ir_cron "
            "WHERE cron_name LIKE 'Silverfin%%work%%' AND lastcall IS NULL",
            0,
        )


def check_sends_nothing(there: Place, copy: Copy) -> None:
    mark = there.sandbox.mark()
    there.run_servers(1)
    work_two_turns(there)
    assert there.sandbox.requests_since(mark) == []
    state = "SELECT state FROM silverfin_connection"
    assert there.books.value(state) == "suspended"
    told = there.books.value(
        "SELECT count(*) FROM mail_activity WHERE res_model = 'silverfin.connection'"
    )
    assert told == (0 if copy is odoo_neutralised else 1)


if os.environ.get("SILVERFIN_SLOW"):

    @pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.__name__)
    def test_no_request_comes_from_a_copy(place: Place, copy: Copy) -> None:
        with copied(place, copy) as there:
            check_sends_nothing(there, copy)
        # the original goes on as if nothing had happened
        state = "SELECT state FROM silverfin_connection"
        assert place.books.value(state) == "connected"


def test_a_copy_sends_nothing_and_a_confirmed_move_starts_again(place: Place) -> None:
    # a database that moves has been in use
    place.run_servers(1)
    place.ask("action_sync", *place.files)
    place.settle()
    with copied(place, createdb_template) as there:
        file = there.files[0]
        check_sends_nothing(there, createdb_template)
        with there.books.connect() as connection, connection, connection.cursor() as cr:
            copy_entry(cr, file.company)
        mark, before = place.sandbox.mark(), there.books.latest_run()
        session = there.session(there.servers[0])
        session.call("silverfin.connection", "action_confirm_place", [there.connection])
        there.settle(hurry=True)
        there.check_runs_since(before)
        asked = [entry["path"] for entry in place.sandbox.requests_since(mark)]
        assert sum(path.endswith("/reset") for path in asked) == len(there.files)
        for file in there.files:
            there.check_equal(file)
        grant = there.books.rows(
            "SELECT access_token, refresh_token, expires_at FROM silverfin_token"
        )
    # what the moved server renewed is the only grant now: the original gets it back
    place.books.rows(
        "UPDATE silverfin_token SET access_token = %s, refresh_token = %s, "
        "expires_at = %s",
        *grant[0],
    )
    place.run_servers(1)
    before = place.books.latest_run()
    place.ask("action_sync", *place.files)
    place.settle()
    place.check_runs_since(before)
    for file in place.files:
        place.check_equal(file)
