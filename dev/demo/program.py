"""The steps of `make demo` and `make serve`, in their order."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devlib import (
    Databases,
    Environment,
    OdooServer,
    SandboxProcess,
    SetupError,
    prepare,
    say,
    step,
)
from devlib.children import end_cleanly_on_signals
from devlib.locks import open_lock, try_exclusive
from devlib.paths import LOGS, OWN_LOCKS

from .bookkeeping import Bookkeeper
from .browser import Browser
from .database import new_changed_gone
from .failure import DemoFailure
from .linking import Link, connect, link_all
from .report import COUNTED, problems, table
from .runs import Runs
from .silverfin import ADMIN, Silverfin
from .syncing import Result, Rounds

LOGIN = PASSWORD = "admin"
LONG_ENTRY_IN = "BE Company CoA"
# any error, and warnings of the module
WRONG = re.compile(
    r"^\S+ \S+ \d+ (?:(?:ERROR|CRITICAL) |WARNING .*account_silverfin).*",
    re.MULTILINE,
)
TAIL = 15


class Demo:
    """A database, Odoo and the sandbox, set up and linked; ended with the block."""

    def __init__(
        self, environment: Environment, name: str, modules: Sequence[str] = ()
    ) -> None:
        """:param modules: what is installed besides, with their demo entries"""
        self._environment = environment
        self.postgres = environment.postgres
        self._modules = modules
        self.database = f"silverfin_{name}"
        self.odoo = OdooServer(
            self.database,
            environment=environment,
            log=_fresh(LOGS / f"{self.database}-odoo.log"),
        )
        self.sandbox = SandboxProcess(
            [
                *("--scenario", "demo", "--redirect-uri"),
                f"{self.odoo.url}/silverfin/oauth/callback",
            ],
            environment=environment,
            log=_fresh(LOGS / f"{self.database}-sandbox.log"),
        )
        self.browser = Browser(self.odoo.url)
        self._ends = ExitStack()

    def __enter__(self) -> Demo:
        try:
            self._alone()
            self._start()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ends.close()

    def _alone(self) -> None:
        lock = open_lock(OWN_LOCKS / f"{self.database}.lock")
        self._ends.callback(os.close, lock)
        if not try_exclusive(lock):
            raise SetupError("another start of this command is still running")

    def _start(self) -> None:
        databases = Databases(self._environment)
        template = databases.template("test")
        with step("making a database: Belgian localisation, demo entries, the module"):
            databases.drop(self.database)
            self._ends.callback(databases.drop, self.database)
            databases.new(self.database, template)
        if self._modules:
            databases.install(self.database, self._modules)
        with step("starting Odoo and the Silverfin sandbox"):
            self._ends.enter_context(self.sandbox)
            self._ends.enter_context(self.odoo)
        self.silverfin = Silverfin(self.sandbox.url)
        self.runs = Runs(self.browser)
        self.rounds = Rounds(
            self.browser,
            self.silverfin,
            self.runs,
            self.postgres,
            self.database,
        )

    def link(self) -> list[Link]:
        """Log in, post the long entry, connect and link all companies."""
        with step("posting an entry of 1,203 lines"):
            self.browser.log_in(LOGIN, PASSWORD)
            (company,) = self.browser.search(
                "res.company", [("name", "=", LONG_ENTRY_IN)], "name"
            )
            Bookkeeper(self.browser, company["id"]).post_long_entry()
        with step("connecting by OAuth"):
            connection = connect(self.browser, self.silverfin, self.sandbox.announced)
        with step("linking the companies to client files"):
            links = link_all(self.browser, self.silverfin, connection, self.runs)
            self.rounds.choose_retained_earnings(links)
        return links

    def first(self, links: list[Link]) -> list[Result]:
        """The first synchronisation; the module verifies it by itself."""
        with step(f"synchronising {len(links)} companies"):
            since, runs = self.rounds.sync(links)
        with step("comparing the trial balances"):
            return [self.rounds.result("first", link, runs, since) for link in links]

    def second(self, links: list[Link]) -> tuple[list[Result], list[str]]:
        """Change the books, synchronise and verify; also what was not as expected."""
        before = {link: self.rounds.books(link).items() for link in links}
        names = {}
        with step("changing an entry, deleting one, adding one, renaming an account"):
            for link in links:
                keeper = Bookkeeper(self.browser, link.company_id)
                keeper.change_invoice()
                keeper.delete_credit_note()
                keeper.post_late_entry()
                names[link] = keeper.rename_bank_account()
        with step("synchronising again"):
            since, runs = self.rounds.sync(links)
        with step("verifying"):
            runs += self.rounds.verify(links)
        with step("comparing the trial balances again"):
            results = [
                self.rounds.result("second", link, runs, since) for link in links
            ]
        wrong = []
        for link, result in zip(links, results, strict=True):
            after = self.rounds.books(link).items()
            wrong += _unexpected(result, *new_changed_gone(before[link], after))
            if not self.silverfin.shows(self.browser, link.client_file, names[link]):
                wrong.append(f"{link.company}: Silverfin does not show “{names[link]}”")
        return results, wrong

    def logged(self) -> list[str]:
        """Lines of Odoo's log that say something is wrong."""
        return WRONG.findall(self.odoo.log.read_text("utf-8", errors="replace"))


def _unexpected(result: Result, new: int, changed: int, gone: int) -> list[str]:
    """Where the module sent something else than what changed in the books.

    One more item is changed than in the books: the renamed account goes along with
    one of its items.
    """
    expected = {
        "items sent": (new + changed + 1, result.sent),
        "changed items": (changed + 1, result.changed),
        "removed items": (gone, result.removed),
    }
    wrong = [
        f"{result.company}: {seen} {name} where the books have {wanted}"
        for name, (wanted, seen) in expected.items()
        if wanted != seen
    ]
    if not (new and changed and gone):
        wrong.append(f"{result.company}: the books did not change as they should have")
    return wrong


def _fresh(log: Path) -> Path:
    log.unlink(missing_ok=True)
    return log


def demo(environment: Environment) -> int:
    """The demonstration from start to end; 0 only when everything is equal."""
    began = time.monotonic()
    with Demo(environment, "demo") as it, _explained(it):
        links = it.link()
        results = it.first(links)
        more, wrong = it.second(links)
        results = sorted(results + more, key=lambda result: result.company)
        wrong = problems(results) + wrong + it.logged()
        print(f"\n{table(results)}\n\n{COUNTED}\n")
        for line in wrong:
            print(f"- {line}")
        log = it.odoo.log
    seconds = time.monotonic() - began
    if wrong:
        print(f"{len(wrong)} things are wrong, after {seconds:.0f} s (log: {log})")
        return 1
    compared = sum(result.comparison.accounts for result in results)
    print(
        f"All equal: {len(links)} companies, {compared} balances compared, "
        f"in {seconds:.0f} s."
    )
    return 0


def serve(environment: Environment) -> int:
    """Set up, link, synchronise once, and leave it running until Ctrl-C."""
    with Demo(environment, "serve") as it, _explained(it):
        links = it.link()
        results = it.first(links)
        print(f"\n{table(results)}\n\n{COUNTED}\n")
        for line in problems(results):
            print(f"- {line}")
        firm = it.silverfin.firm()
        print(
            f"Odoo       {it.odoo.url}/odoo  login {LOGIN}, password {PASSWORD}\n"
            f"Silverfin  {it.sandbox.url}/f/{firm}  sandbox; to connect, {ADMIN}\n"
            f"Logs       {it.odoo.log}\n"
            f"           {it.sandbox.log}\n"
            "Ctrl-C ends both and removes the database.",
            flush=True,
        )
        while it.odoo.child.alive and it.sandbox.child.alive:
            time.sleep(0.5)
        raise DemoFailure("a server ended by itself")


@contextmanager
def _explained(it: Demo) -> Iterator[None]:
    """Where a step failed: the end of the server's log, and where the rest is."""
    try:
        yield
    except (DemoFailure, SetupError) as failure:
        say(f"\nThe end of Odoo's log ({it.odoo.log}):")
        say(it.odoo.child.tail(TAIL))
        ended = "" if it.odoo.child.alive else " (Odoo's process has ended)"
        raise DemoFailure(f"{failure}{ended}") from failure


def main(arguments: Sequence[str]) -> int:
    """Entry of the program; what stops it is said in one line."""
    parser = argparse.ArgumentParser(prog="demo.py", description=__doc__)
    parser.add_argument(
        "--serve", action="store_true", help="leave Odoo and the sandbox running"
    )
    options = parser.parse_args(arguments)
    end_cleanly_on_signals()
    try:
        return (serve if options.serve else demo)(prepare())
    except (DemoFailure, SetupError) as failure:
        say(f"failed: {failure}")
        return 1
    except SystemExit:
        say("stopped: the servers are ended, the database is removed")
        raise
    except Exception as error:
        details = LOGS / "silverfin_demo-error.log"
        details.write_text(traceback.format_exc())
        say(f"failed: {type(error).__name__}: {error} (details: {details})")
        return 1
    finally:
        sys.stdout.flush()
