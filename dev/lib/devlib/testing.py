"""`make test`: the suites one after the other, their totals, and what was skipped."""

from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import browser, children
from .databases import TEST_TEMPLATE, Databases
from .environment import Environment
from .paths import ADDONS, ADDONS_LINK, DEV, LOGS, OWN, REPOSITORY
from .progress import SetupError, say

REPORTS = OWN / "reports"


@dataclass
class Outcome:
    """What became of one suite's tests; `failed` and `skipped` are for people."""

    suite: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ran(self) -> int:
        """How many tests there were."""
        return self.passed + len(self.failed) + len(self.skipped)


@dataclass(frozen=True)
class Selection:
    """What a person asked for: files or test ids below the repository, a name."""

    targets: tuple[str, ...] = ()
    name: str = ""

    def below(self, folder: str) -> tuple[str, ...] | None:
        """The chosen targets of a suite: () is all of it, None is nothing."""
        if not self.targets:
            return ()
        chosen = [
            target.removeprefix("./")
            for target in self.targets
            if (target.removeprefix("./") + "/").startswith(f"{folder}/")
        ]
        if folder in [target.rstrip("/") for target in chosen]:
            return ()
        return tuple(chosen) or None

    @property
    def everything(self) -> bool:
        """Whether nothing was left out."""
        return not self.targets and not self.name


class Tests:
    """The suites of the repository; PostgreSQL must be up."""

    def __init__(self, environment: Environment, selection: Selection) -> None:
        self.environment = environment
        self.selection = selection
        self.databases = Databases(environment)
        REPORTS.mkdir(parents=True, exist_ok=True)

    def run(self) -> bool:
        """Run what was selected and print the totals; answers whether all is well."""
        suites: list[tuple[str, Callable[[tuple[str, ...]], list[Outcome]]]] = [
            ("tests_api", self._plain),
            ("tests", self._odoo),
        ]
        if (DEV / "processes").is_dir():
            suites.append(("dev/processes", self._processes))
        outcomes: list[Outcome] = []
        for folder, suite in suites:
            targets = self.selection.below(folder)
            if targets is not None:
                say(f"\n== {folder}")
                outcomes += suite(targets)
        return self._totals(outcomes)

    # --- the suites

    def _plain(self, targets: tuple[str, ...]) -> list[Outcome]:
        """tests_api: no Odoo, no pytest (which would import the root package)."""
        report = REPORTS / "tests_api.json"
        patterns = [
            f"{Path(target.split('::')[0]).stem}." + ".".join(target.split("::")[1:])
            for target in targets
        ]
        if self.selection.name:
            patterns = [self.selection.name]
        command = [str(self.environment.python), "-m", "devlib.unittest_report"]
        command += [str(REPOSITORY / "tests_api"), str(report), *patterns]
        outcome, status = self._timed("tests_api", command, REPOSITORY, report)
        if report.exists():
            found = json.loads(report.read_text())
            outcome.passed = found["passed"]
            outcome.failed = found["failed"]
            outcome.skipped = [f"{key}: {why}" for key, why in found["skipped"].items()]
        return [self._judged(outcome, status)]

    def _odoo(self, targets: tuple[str, ...]) -> list[Outcome]:
        """tests: Odoo's tests by pytest-odoo, on a fresh copy with the module."""
        browser.ensure()
        with self.databases.temporary("test", "test") as database:
            places = targets or ("tests",)
            paths = [str(ADDONS_LINK / place) for place in places]
            options = [f"--odoo-database={database}", "--odoo-http"]
            options += [f"--odoo-extra=screenshots={LOGS}"]
            outcome = self._pytest("tests", [*options, *paths], ADDONS)
        return [self._installation(), outcome]

    def _installation(self) -> Outcome:
        """Whether the module was installed without a word of warning."""
        outcome = Outcome("installation")
        log = (LOGS / f"{TEST_TEMPLATE}.log").read_text(errors="replace")
        bad = (" WARNING ", " ERROR ", " CRITICAL ")
        warnings = [
            line for line in log.splitlines() if any(word in line for word in bad)
        ]
        outcome.failed = [f"installation: {line}" for line in warnings]
        outcome.passed = 0 if warnings else 1
        return outcome

    def _processes(self, targets: tuple[str, ...]) -> list[Outcome]:
        """dev/processes: plain pytest on real server processes."""
        paths = [str(REPOSITORY / place) for place in targets or ("dev/processes",)]
        return [
            self._pytest("dev/processes", ["-p", "no:odoo", *paths], DEV / "processes")
        ]

    # --- how a suite is run and judged

    def _pytest(self, suite: str, arguments: Sequence[str], folder: Path) -> Outcome:
        report = REPORTS / f"{suite.replace('/', '-')}.xml"
        command = [str(self.environment.python), "-m", "pytest", "-q", "-rfE"]
        command += ["-p", "no:cacheprovider", f"--junitxml={report}"]
        command += [f"--rootdir={folder}", *arguments]
        if self.selection.name:
            command += ["-k", self.selection.name]
        outcome, status = self._timed(suite, command, folder, report)
        if report.exists():
            for case in ElementTree.parse(report).iter("testcase"):
                _count(outcome, case)
        # 5: nothing was collected, which _judged knows by itself.
        return self._judged(outcome, 0 if status == 5 else status)

    def _timed(
        self, suite: str, command: list[str], folder: Path, report: Path
    ) -> tuple[Outcome, int]:
        report.unlink(missing_ok=True)
        started = time.monotonic()
        status = children.run_inside(command, self.environment.variables, folder)
        return Outcome(suite, seconds=time.monotonic() - started), status

    def _judged(self, outcome: Outcome, status: int) -> Outcome:
        if status and not outcome.failed:
            outcome.failed.append(f"{outcome.suite}: ended with status {status}")
        if not outcome.ran and self.selection.everything:
            outcome.failed.append(f"{outcome.suite}: no test was found")
        return outcome

    def _totals(self, outcomes: list[Outcome]) -> bool:
        passed = sum(outcome.passed for outcome in outcomes)
        failed = [test for outcome in outcomes for test in outcome.failed]
        skipped = [test for outcome in outcomes for test in outcome.skipped]
        if not outcomes or not passed + len(failed) + len(skipped):
            raise SetupError("the selection (T=, K=) names no test")
        lines = [""]
        lines += [
            f"{outcome.suite:14} {outcome.passed} passed, "
            f"{len(outcome.failed)} failed, {len(outcome.skipped)} skipped "
            f"({outcome.seconds:.0f} s)"
            for outcome in outcomes
        ]
        lines += [f"failed  {test}" for test in failed]
        lines += [f"skipped {test}" for test in skipped]
        lines.append(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
        print("\n".join(lines), flush=True)
        return not failed


def _count(outcome: Outcome, case: ElementTree.Element) -> None:
    name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
    skipped = case.find("skipped")
    if case.find("failure") is not None or case.find("error") is not None:
        outcome.failed.append(name)
    elif skipped is not None:
        outcome.skipped.append(f"{name}: {skipped.get('message', '')}")
    else:
        outcome.passed += 1
