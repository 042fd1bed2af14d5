"""`make test`: the suites side by side, their totals, and why a test failed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from . import browser
from .databases import TEST_TEMPLATE, Databases
from .environment import Environment
from .lanes import Ended, Lanes, Program
from .outcome import Outcome, totals
from .paths import ADDONS, ADDONS_LINK, LOGS, OWN, REPOSITORY
from .progress import SetupError
from .selection import Selection

REPORTS = OWN / "reports"
PROCESSES = "dev/processes"


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
        lanes = self._lanes()
        for name in (program.name for lane in lanes for program in lane):
            _report(name).unlink(missing_ok=True)
            if name != "tests_api":
                # here and not in a lane: both copy it
                self.databases.template("test")
        ended = Lanes(self.environment.variables, LOGS).run(lanes)
        return self._judge(ended, time.monotonic() - started)

    def _lanes(self) -> list[list[Program]]:
        """What may run at the same time: each lane needs about one processor."""
        suites = {
            "tests_api": self._plain,
            "tests": self._odoo,
            PROCESSES: self._processes,
        }
        lanes = [["tests_api", "tests"], [PROCESSES]]
        chosen = [
            [suites[name]() for name in lane if self.selection.below(name) is not None]
            for lane in lanes
        ]
        return [lane for lane in chosen if lane]

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
        return Program("tests_api", lambda _stack: command, REPOSITORY)

    def _odoo(self) -> Program:
        """tests: Odoo's tests by pytest-odoo, on a fresh copy with the module."""
        paths = [
            str(ADDONS_LINK / place)
            for place in self.selection.below("tests") or ("tests",)
        ]

        def command(stack: ExitStack) -> list[str]:
            browser.ensure()
            database = stack.enter_context(self.databases.temporary("test", "test"))
            options = [f"--odoo-database={database}", "--odoo-http"]
            # 0 takes a free one: another checkout's tests may run as well
            options += ["--odoo-extra=http-port=0"]
            options += [f"--odoo-extra=screenshots={LOGS}"]
            return self._pytest("tests", ADDONS, *options, *paths)

        return Program("tests", command, ADDONS)

    def _processes(self) -> Program:
        """dev/processes: plain pytest on real server processes."""
        paths = [
            str(REPOSITORY / place)
            for place in self.selection.below(PROCESSES) or (PROCESSES,)
        ]
        folder = REPOSITORY / PROCESSES
        command = self._pytest(PROCESSES, folder, "-p", "no:odoo", *paths)
        return Program(PROCESSES, lambda _stack: command, folder)

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


def _report(suite: str) -> Path:
    """Where a suite's tests are listed once it has run."""
    kind = "json" if suite == "tests_api" else "xml"
    return REPORTS / f"{suite.replace('/', '-')}.{kind}"
