"""Virtual environments in the cache, one per set of requirements."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .locks import exclusive
from .paths import DEV, LOCKS, SHARED, short_hash
from .progress import SetupError, step

SUPPORTED = ((3, 10), (3, 13))


def base_python() -> str:
    """A Python that Odoo 19 supports (3.10 to 3.13): this one, or one on the path."""
    if SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        return getattr(sys, "_base_executable", sys.executable)
    for minor in (13, 12, 11, 10):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise SetupError("Odoo 19 needs Python 3.10 to 3.13: install python3.13")


def _pip(python: Path, *arguments: str) -> None:
    done = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if "error" in line.lower()]
        reason = lines[0] if lines else done.stdout.strip().splitlines()[-1]
        raise SetupError(f"pip could not install the Python packages: {reason.strip()}")


def ensure(name: str, *, paths: tuple[Path, ...] = (), label: str = "") -> Path:
    """The interpreter of the environment for `dev/requirements-NAME.txt`.

    Made once for each content of that file, base interpreter and `paths` (folders
    that are put on Python's path of the environment).
    """
    requirements = DEV / f"requirements-{name}.txt"
    python = base_python()
    key = "\n".join(
        [requirements.read_text(), os.path.realpath(python), *map(str, paths)]
    )
    folder = SHARED / f"venv-{name}-{short_hash(key)}"
    interpreter = folder / "bin" / "python"
    complete = folder / ".complete"
    if complete.exists():
        return interpreter
    with exclusive(LOCKS / f"venv-{name}"):
        if complete.exists():
            return interpreter
        shutil.rmtree(folder, ignore_errors=True)
        with step(f"installing Python packages ({label or name})"):
            made = subprocess.run(
                [python, "-m", "venv", str(folder)],
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode:
                raise SetupError(
                    f"{python} cannot make virtual environments: install python3-venv"
                )
            cache = f"--cache-dir={SHARED / 'pip'}"
            _pip(interpreter, "install", "-q", cache, "-r", str(requirements))
            for site in folder.glob("lib/python*/site-packages"):
                (site / "account_silverfin_dev.pth").write_text(
                    "".join(f"{path}\n" for path in paths)
                )
            complete.touch()
    return interpreter
