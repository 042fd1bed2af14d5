"""`make test`: the suites side by side, their totals, and why a test failed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from . import browser
from .databases import DUMP, TEST_TEMPLATE, Databases
from .environment import Environment
from .lanes import Ended, Lanes, Program
from .outcome import Outcome, totals
from .paths import ADDONS, ADDONS_LINK, APART, DEV, LOGS, OWN, REPOSITORY
from .progress import SetupError
from .selection import Selection

REPORTS = OWN / "reports"
PROCESSES = "dev/processes"
DATABASES = "databases"
"""The second half of dev/processes: tests that make databases of their own."""
OWN_DATABASES = (
    *("copies", "lifecycle", "reader_every_model", "setup_assistant", "texts"),
    "two_databases",
)
BOOKS = (
    *("batches", "closed_years", "closing", "compare", "fault_calls", "faults"),
    *("ledgers", "model", "payload", "refused_line", "start_again", "start_date"),
    *("statement", "sync"),
)
"""The second half of tests: what keeps a worker busy longest."""
KILLED = "killed"
"""Tests that kill PostgreSQL's processes: on a cluster of their own."""


def at_once() -> int:
    """One more than there are processors: tests of processes wait much of the time."""
    return (os.cpu_count() or 1) + 1


class Tests:
    """The suites of the repository; PostgreSQL must be up."""

    def __init__(self, environment: Environment, selection: Selection) -> None:
        self.environment = environment
        self.selection = selection
        self.databases = Databases(environment)
        REPORTS.mkdir(parents=True, exist_ok=True)

    def run(self) -> bool:
        """Run what was selected and print the totals; answers whether all is well."""
        started = time.monotonic()
        programs = self._programs()
        for program in programs:
            _report(program.name).unlink(missing_ok=True)
        if any(program.name != "tests_api" for program in programs):
            # here, as several of them copy it
            self.databases.template("test")
        ended = Lanes(self.environment.variables, LOGS).run(programs, at_once())
        return self._judge(ended, time.monotonic() - started)

    def _programs(self) -> list[Program]:
        """The suites that were asked for, the longest first."""
        programs = []
        if self.selection.below("tests") is not None:
            programs += self._odoo()
        if self.selection.below(PROCESSES) is not None:
            programs += self._processes()
        if self.selection.everything and not APART:
            programs.append(Program(KILLED, self._killed, REPOSITORY))
        if self.selection.below("tests_api") is not None:
            programs.append(self._plain())
        return programs

    # --- the suites

    def _plain(self) -> Program:
        """tests_api: no Odoo, no pytest (which would import the root package)."""
        targets = self.selection.below("tests_api") or ()
        patterns = [
            f"{Path(target.split('::')[0]).stem}." + ".".join(target.split("::")[1:])
            for target in targets
        ]
        if self.selection.name:
            patterns = [self.selection.name]
        command = [str(self.environment.python), "-m", "devlib.unittest_report"]
        command += [str(REPOSITORY / "tests_api"), str(_report("tests_api")), *patterns]
        return Program("tests_api", _always(command), REPOSITORY)

    def _odoo(self) -> list[Program]:
        """tests: Odoo's tests by pytest-odoo, in two halves of about one length.

        Each on a fresh copy with the module.
        """
        chosen = self.selection.below("tests")
        if chosen:
            return [self._pytest_odoo("tests", chosen)]
        files = {f"tests/{path.name}" for path in (REPOSITORY / "tests").glob("test_*")}
        books = {f"tests/test_{name}.py" for name in BOOKS}
        return [
            self._pytest_odoo("books", sorted(books)),
            self._pytest_odoo("tests", sorted(files - books)),
        ]

    def _pytest_odoo(self, name: str, places: Sequence[str]) -> Program:
        paths = [str(ADDONS_LINK / place) for place in places]

        def command(stack: ExitStack) -> list[str]:
            browser.ensure()
            database = stack.enter_context(self.databases.temporary(name, "test"))
            options = [f"--odoo-database={database}", "--odoo-http"]
            # 0 takes a free one: another checkout's tests may run as well
            options += ["--odoo-extra=http-port=0"]
            options += [f"--odoo-extra=screenshots={LOGS}"]
            return self._pytest(name, ADDONS, *options, *paths)

        return Program(name, command, ADDONS)

    def _processes(self) -> list[Program]:
        """dev/processes: plain pytest on real server processes, in two halves."""
        folder = REPOSITORY / PROCESSES
        chosen = self.selection.below(PROCESSES)
        if chosen:
            halves = {PROCESSES: [REPOSITORY / place for place in chosen]}
        else:
            files = set(folder.glob("test_*.py"))
            own = {folder / f"test_{name}.py" for name in OWN_DATABASES}
            if self.selection.everything and not APART:
                files.remove(folder / "test_kill_at_random.py")
            halves = {DATABASES: sorted(own), PROCESSES: sorted(files - own)}
        return [
            Program(name, _always(self._pytest(name, folder, *map(str, paths))), folder)
            for name, paths in halves.items()
        ]

    def _killed(self, _stack: ExitStack) -> list[str]:
        dump = LOGS / "template.zip"
        self.databases.dump_test_template(dump)
        folder = REPOSITORY / PROCESSES
        test = str(folder / "test_kill_at_random.py")
        pytest = self._pytest(KILLED, folder, test)
        variables = [f"ACCOUNT_SILVERFIN_APART={KILLED}", f"{DUMP}={dump}"]
        return ["env", *variables, str(DEV / "run"), "python", *pytest[1:]]

    def _pytest(self, suite: str, folder: Path, *arguments: str) -> list[str]:
        command = [str(self.environment.python), "-m", "pytest", "-q", "--tb=short"]
        command += ["-p", "no:cacheprovider", f"--junitxml={_report(suite)}"]
        command += [f"--rootdir={folder}", *arguments]
        if self.selection.name:
            command += ["-k", self.selection.name]
        return command

    # --- what became of them

    def _judge(self, ended: Sequence[Ended], seconds: float) -> bool:
        outcomes = [self._outcome(one) for one in ended]
        if any(one.program.name == "tests" for one in ended):
            outcomes.append(self._installation())
        if not sum(outcome.ran for outcome in outcomes):
            raise SetupError("the selection (T=, K=) names no test")
        print(f"\n{totals(outcomes)} in {seconds:.0f} s", flush=True)
        return not any(outcome.failed or outcome.skipped for outcome in outcomes)

    def _outcome(self, ended: Ended) -> Outcome:
        name, status = ended.program.name, ended.status
        outcome = Outcome(name, seconds=ended.seconds)
        outcome.read(_report(name))
        if ended.error is not None:
            outcome.failed[name] = f"{type(ended.error).__name__}: {ended.error}"
        # pytest's 5: nothing was collected, which the next line knows
        elif status and not outcome.failed and (status != 5 or outcome.ran):
            outcome.failed[name] = f"ended with status {status}"
        if not outcome.ran and self.selection.everything:
            outcome.failed[name] = "no test was found"
        return outcome

    def _installation(self) -> Outcome:
        """Whether the module was installed without a word of warning."""
        log = (LOGS / f"{TEST_TEMPLATE}.log").read_text(errors="replace")
        bad = (" WARNING ", " ERROR ", " CRITICAL ")
        lines = [line for line in log.splitlines() if any(word in line for word in bad)]
        outcome = Outcome("installation", passed=0 if lines else 1)
        if lines:
            outcome.failed["installation"] = "\n".join(lines)
        return outcome


def _always(command: list[str]) -> Callable[[ExitStack], list[str]]:
    """Of a program that needs nothing made."""
    return lambda _stack: command


def _report(suite: str) -> Path:
    """Where a suite's tests are listed once it has run."""
    kind = "json" if suite == "tests_api" else "xml"
    return REPORTS / f"{suite.replace('/', '-')}.{kind}"
