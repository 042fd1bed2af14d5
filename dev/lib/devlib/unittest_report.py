"""Run a folder of unittests: `-m devlib.unittest_report FOLDER REPORT [PATTERN …]`.

Writes what became of each test as JSON to REPORT. The working folder is importable.
"""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path


class Result(unittest.TextTestResult):
    """Remembers the outcome by test; a failed subtest fails its test."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.failed: set[str] = set()
        self.left_out: dict[str, str] = {}

    def addError(self, test, err):
        super().addError(test, err)
        self.failed.add(test.id())

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.failed.add(test.id())

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.failed.add(test.id())

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.failed.add(test.id())

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.left_out[test.id()] = reason


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
        "failed": sorted(result.failed),
        "skipped": result.left_out,
    }
    Path(report).write_text(json.dumps(counts))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
