"""PostgreSQL's server programs: Debian's where found, else those of a PyPI wheel.

They refuse to run as root, so a root user runs them as an unprivileged account, which
also needs a folder it can reach (root's home is closed to it).
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import virtualenv
from .locks import exclusive
from .paths import CACHE, KEY, LOCKS, MODULE, SHARED, short_hash
from .progress import SetupError, step

WHEEL = "pgserver==0.1.4"
OLDEST = 13
SOCKET_PATH_LIMIT = 90


@dataclass(frozen=True)
class Account:
    """Who runs the server: `options` are for subprocess; empty when it is ourselves."""

    uid: int
    gid: int
    options: dict[str, object] = field(default_factory=dict)


def account() -> Account:
    """Ourselves, or for root the account `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        ids = entry.pw_uid, entry.pw_gid
        return Account(*ids, {"user": ids[0], "group": ids[1], "extra_groups": []})
    raise SetupError("PostgreSQL refuses root: add an account called nobody")


def _open_to_others(folder: Path) -> bool:
    """Whether any account may pass through the folder and its existing parents."""
    existing = [place for place in (folder, *folder.parents) if place.exists()]
    return all(place.stat().st_mode & 0o001 for place in existing)


def base_folder() -> Path:
    """Where the server may lie: the cache, or /var/cache where root's is closed."""
    if os.geteuid() != 0 or _open_to_others(CACHE):
        return CACHE
    return Path("/var/cache") / f"{MODULE}-{short_hash(str(CACHE))}"


def home() -> Path:
    """The folder of this checkout's server: its data, log and (if short) socket."""
    return base_folder() / "postgres" / KEY


def socket_folder() -> Path:
    """Where the server listens; a socket's path may hardly be longer than 100."""
    inside = home() / "socket"
    if len(str(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    return Path("/tmp") / f"{MODULE}-{os.geteuid()}-{short_hash(str(home()))}"


def _installed() -> Path | None:
    """The newest installed server's folder of programs."""
    found = [
        place.parent for place in Path("/usr/lib/postgresql").glob("*/bin/postgres")
    ]
    numbered = [(int(place.parent.name.split(".")[0]), place) for place in found]
    fitting = sorted(entry for entry in numbered if entry[0] >= OLDEST)
    if fitting:
        return fitting[-1][1]
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _from_wheel() -> Path:
    """The wheel's programs, in a folder that the server's account may read."""
    target = base_folder() / f"pgserver-{WHEEL.split('==')[1]}"
    programs = target / "pgserver" / "pginstall" / "bin"
    if programs.exists():
        return programs
    python = str(virtualenv.base_python())
    building = target.with_suffix(".part")
    shutil.rmtree(building, ignore_errors=True)
    with step("installing PostgreSQL (pgserver)"):
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", "--no-deps", "--target", building]
            + [f"--cache-dir={SHARED / 'pip'}", WHEEL],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SetupError(
                "No PostgreSQL server programs and no wheel of them: install postgresql"
            )
        building.rename(target)
    return programs


def find() -> Path:
    """The folder that holds initdb, pg_ctl, postgres, createdb and psql."""
    installed = _installed()
    if installed:
        return installed
    with exclusive(LOCKS / "pgserver"):
        return _from_wheel()
