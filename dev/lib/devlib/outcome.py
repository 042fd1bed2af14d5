"""What became of a suite's tests, read from its report, and how it is told.

The end of the output is all that is seen of a failed build: each failed test stands
there with the last lines of its error.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LINES = 5
"""Of an error, at the end of the output."""
MOST_ERRORS = 6
"""Errors shown there; of further tests only the names."""
WIDTH = 160
PLACE = re.compile(r"\S+\.py:\d+: ")


@dataclass
class Outcome:
    """`failed` and `skipped` are tests with the text of their error or reason."""

    suite: str
    passed: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ran(self) -> int:
        """How many tests there were."""
        return self.passed + len(self.failed) + len(self.skipped)

    def read(self, report: Path) -> None:
        """Add what a suite's report says; a suite that broke off has none."""
        if not report.exists():
            return
        if report.suffix == ".json":
            found = json.loads(report.read_text())
            self.passed += found["passed"]
            self.failed |= found["failed"]
            self.skipped |= found["skipped"]
            return
        for case in ElementTree.parse(report).iter("testcase"):
            self._count(case)

    def _count(self, case: ElementTree.Element) -> None:
        name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
        wrong = [entry for entry in case if entry.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if wrong:
            self.failed[name] = "\n".join(_essence(entry) for entry in wrong)
        elif skipped is not None:
            self.skipped[name] = skipped.get("message", "")
        else:
            self.passed += 1


def _essence(failure: ElementTree.Element) -> str:
    """Of pytest's report: the error's lines and the place, without the source."""
    lines = (failure.text or "").rstrip().splitlines()
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    places = [line for line in lines if PLACE.match(line)]
    return "\n".join([*errors, *places[-1:]] if errors else lines)


def totals(outcomes: Sequence[Outcome]) -> str:
    """The end of the output: each suite, what failed and why, and one line in all."""
    lines = [
        f"{outcome.suite:14} {_numbers([outcome])} ({outcome.seconds:.0f} s)"
        for outcome in outcomes
    ]
    failed = [test for outcome in outcomes for test in outcome.failed.items()]
    for number, (test, error) in enumerate(failed):
        lines.append(f"failed  {test}")
        if number < MOST_ERRORS:
            shown = [line for line in error.splitlines() if line.strip()]
            # an assertion's first lines say what was compared
            if len(shown) > LINES:
                shown = [*shown[:2], "…", *shown[2 - LINES + 1 :]]
            lines += [f"        {line[:WIDTH]}" for line in shown]
    lines += [
        f"skipped {test}: {reason} (no test may be skipped)"
        for outcome in outcomes
        for test, reason in outcome.skipped.items()
    ]
    lines.append(_numbers(outcomes))
    return "\n".join(lines)


def _numbers(outcomes: Sequence[Outcome]) -> str:
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(len(outcome.failed) for outcome in outcomes)
    skipped = sum(len(outcome.skipped) for outcome in outcomes)
    return f"{passed} passed, {failed} failed, {skipped} skipped"
