"""The texts: the template is what Odoo exports now, every language has all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from devlib import Environment

DEV = Path(__file__).parents[1]


def checked(program: str) -> subprocess.CompletedProcess[str]:
    """What `dev/run PROGRAM --check` says."""
    return subprocess.run(
        [sys.executable, str(DEV / program), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_template_is_current(environment: Environment) -> None:
    done = checked("pot.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_catalogues_are_complete(environment: Environment) -> None:
    """Made from the template, nothing left out, placeholders and tags carried over."""
    done = checked("po.py")
    assert done.returncode == 0, done.stdout + done.stderr
