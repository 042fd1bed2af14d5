"""prettier and eslint in the cache, in the versions that dev/package.json pins."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .locks import exclusive
from .paths import DEV, LOCKS, SHARED, short_hash
from .progress import SetupError, step


def ensure() -> Path:
    """The folder `node_modules` with the tools."""
    wanted = DEV / "package.json"
    folder = SHARED / f"node-{short_hash(wanted.read_text())}"
    complete = folder / ".complete"
    if complete.exists():
        return folder / "node_modules"
    if not shutil.which("npm") or not shutil.which("node"):
        raise SetupError("node and npm are not here: install nodejs and npm")
    with exclusive(LOCKS / "node"):
        if not complete.exists():
            _install(wanted, folder)
            complete.touch()
    return folder / "node_modules"


def _install(wanted: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(wanted, folder / "package.json")
    with step("installing prettier and eslint"):
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if "error" in line.lower()]
        reason = lines[0] if lines else f"status {done.returncode}"
        raise SetupError(f"npm could not install prettier and eslint: {reason}")
