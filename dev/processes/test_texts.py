"""The template of translatable texts is what Odoo exports from the module now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from devlib import Environment

POT = Path(__file__).parents[1] / "pot.py"


def test_template_is_current(environment: Environment) -> None:
    done = subprocess.run(
        [sys.executable, str(POT), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
