"""Run a folder of unittests: `-m devlib.unittest_report FOLDER REPORT [PATTERN …]`.

Writes what became of each test as JSON to REPORT. The working folder is importable.
"""

from __future__ import annotations

import json
import sys
import traceback
import unittest
from pathlib import Path


class Result(unittest.TextTestResult):
    """Remembers the outcome by test; a failed subtest fails its test."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.failed: dict[str, str] = {}
        self.left_out: dict[str, str] = {}

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(test, err)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.failed[test.id()] = "an unexpected success"

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.left_out[test.id()] = reason

    def _fail(self, test, err):
        told = "".join(traceback.format_exception(*err, limit=-1))
        self.failed[test.id()] = "\n".join([self.failed.get(test.id(), ""), told])


def main(folder: str, report: str, *patterns: str) -> int:
    """Discover, run, write the report."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*" for pattern in patterns] or None
    suite = loader.discover(folder, top_level_dir=folder)
    runner = unittest.TextTestRunner(resultclass=Result, verbosity=1, buffer=True)
    result = runner.run(suite)
    passed = result.testsRun - len(result.failed) - len(result.left_out)
    counts = {
        "passed": max(passed, 0),
        "failed": result.failed,
        "skipped": result.left_out,
    }
    Path(report).write_text(json.dumps(counts))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
