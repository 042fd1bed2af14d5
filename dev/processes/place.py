"""A database with books, the sandbox and Odoo servers, each a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass

from books import Books
from control import Control
from devlib import Environment, OdooServer
from odoo_cli import OdooCommand
from session import Session

WAKE_EVERY = 1.0
LONGEST_REQUEST = 8.0
"""Seconds; those to the sandbox take a fraction of one."""


@dataclass(frozen=True)
class ClientFile:
    """One company with its client file."""

    company: int
    link: int
    """The id of the `silverfin.link`."""
    id: int
    """The id of the client file in the sandbox."""


class Place:
    """Everything a test needs; servers are started by those that need them."""

    def __init__(
        self, environment: Environment, books: Books, sandbox: Control
    ) -> None:
        self.environment = environment
        self.books = books
        self.odoo = OdooCommand(environment, books.database)
        self.sandbox = sandbox
        self.servers: list[OdooServer] = []
        self.connection = 0
        self.files: list[ClientFile] = []

    def connect(self, companies: list[int]) -> None:
        """Link these companies to empty client files of a new firm."""
        made, _log = self.odoo.shell(
            "connect.py", url=self.sandbox.url, companies=companies
        )
        self.connection = made["connection"]
        self.files = [
            ClientFile(int(company), file["link"], file["id"])
            for company, file in made["files"].items()
        ]

    # --- servers

    def run_servers(self, count: int, max_cron_threads: int = 2) -> list[OdooServer]:
        """See to it that just so many servers run; those that do are kept."""
        while len(self.servers) > count:
            self.servers.pop().stop()
        while len(self.servers) < count:
            server = OdooServer(
                self.books.database,
                max_cron_threads=max_cron_threads,
                environment=self.environment,
            )
            server.start()
            self.servers.append(server)
        return self.servers

    def kill_servers(self) -> None:
        """SIGKILL every process of every server."""
        while self.servers:
            self.servers.pop().kill()

    def session(self, server: OdooServer) -> Session:
        """Log in on a server."""
        companies = [file.company for file in self.files]
        return Session(server.url, self.books.database, companies)

    # --- synchronising

    def ask(self, action: str, *files: ClientFile, server: int = 0) -> None:
        """Press a button (`action_sync`, `action_reset`, …) on client files."""
        session = self.session(self.servers[server])
        session.call("silverfin.link", action, [file.link for file in files])

    def settle(self, timeout: float = 180.0, *, hurry: bool = False) -> None:
        """Wait until nothing is queued or running any more.

        `hurry`: what waits for its moment finds that it has come.
        """
        deadline = time.monotonic() + timeout
        while self.open_runs():
            if time.monotonic() > deadline:
                logs = "\n".join(server.child.tail(15) for server in self.servers)
                runs = self.open_runs()
                raise AssertionError(f"not done in {timeout:.0f} s: {runs}\n{logs}")
            if hurry:
                self.pass_time()
            self.books.wake_workers()
            time.sleep(WAKE_EVERY)

    def pass_time(self, seconds: int = 60) -> None:
        """Move the clock for what waits: later tries, their wakers, requests in doubt.

        Not while a request is so young that it may still be running. What is due
        already is left alone, as a worker may be at it.
        """
        young = self.books.value(
            """SELECT count(*) FROM silverfin_position
            WHERE (in_flight->>'at')::float > extract(epoch FROM now()) - %s""",
            LONGEST_REQUEST,
        )
        if young:
            return
        waits = "state IN ('queued', 'running') AND due_at > now() AT TIME ZONE 'UTC'"
        self.books.rows(
            f"""UPDATE silverfin_position SET in_flight = jsonb_set(in_flight,
                '{{at}}', to_jsonb((in_flight->>'at')::float - %(seconds)s))
            WHERE in_flight IS NOT NULL AND id IN (
                SELECT link.position_id FROM silverfin_link link
                JOIN silverfin_run ON silverfin_run.link_id = link.id WHERE {waits});
            UPDATE silverfin_run SET due_at = due_at - %(seconds)s * interval '1 s'
            WHERE {waits};
            UPDATE ir_cron_trigger SET call_at = call_at - %(seconds)s * interval '1 s'
            WHERE call_at > now() AT TIME ZONE 'UTC'""",
            seconds=seconds,
        )

    def open_runs(self) -> list[tuple]:
        """What is queued or running."""
        return self.books.rows(
            """SELECT id, link_id, kind, state, phase, last_id, due_at::text, message
            FROM silverfin_run WHERE state IN ('queued', 'running') ORDER BY id"""
        )

    def check_runs_since(self, run: int) -> None:
        """Every run after this one is done, nothing was set aside."""
        runs = self.books.runs_since(run)
        assert runs, "no run was made"
        wrong = [run for run in runs if run["state"] != "done"]
        assert not wrong, wrong

    def check_equal(self, file: ClientFile) -> None:
        """The client file holds the books, line by line."""
        books = self.books.lines(file.company)
        there = {
            id: (
                line["date"],
                line["account_number"],
                line["value"],
                line["extra_fields"][1],
            )
            for id, line in self.sandbox("transactions", client_file=file.id).items()
        }
        assert books, "the books are empty: nothing would be compared"
        missing = sorted(books.keys() - there.keys())
        surplus = sorted(there.keys() - books.keys())
        differing = {
            id: (books[id], there[id])
            for id in books.keys() & there.keys()
            if books[id] != there[id]
        }
        assert not (missing or surplus or differing), (
            f"client file {file.id}: {len(missing)} of {len(books)} items are missing "
            f"{missing[:5]}, {len(surplus)} are too many {surplus[:5]}, "
            f"{len(differing)} differ {dict(list(differing.items())[:3])}"
        )
