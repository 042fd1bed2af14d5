"""Chromium for tours and screenshots: the one found, or Debian's for a root user."""

from __future__ import annotations

import os
import shutil
import subprocess

from .locks import exclusive
from .paths import LOCKS, LOGS
from .progress import say, step

# In the order in which Odoo's own tests look for one.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find() -> str | None:
    """The browser's program, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> str | None:
    """The browser's program, installed if that is possible; says so if it is not."""
    found = find()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        with exclusive(LOCKS / "chromium"):
            found = find() or _install()
    if not found:
        say("no browser: tests in a browser are skipped; install chromium")
    return found


def _install() -> str | None:
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "chromium.log"
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    with step("installing chromium"), log.open("wb") as output:
        for command in (["apt-get", "update"], install):
            subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
    return find()
