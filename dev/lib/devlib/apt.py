"""Debian packages fetched and unpacked into the cache, without installing them.

A private apt configuration (own sources, lists and archives) keeps the machine's own
untouched. The archive's address comes from the machine's sources, or `DEBIAN_MIRROR`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .paths import DOWNLOADS
from .progress import SetupError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "sid"


def available() -> bool:
    """Whether this machine has the programs that fetch and unpack packages."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def _lines(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split()


def _site() -> str:
    """The address of a Debian archive this machine already uses."""
    chosen = os.environ.get("DEBIAN_MIRROR")
    if chosen:
        return chosen
    query = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]
    sites = _lines([*query, "Origin: Debian"])
    if not sites:
        # Before the machine's first `apt-get update` apt does not know the origins.
        sites = [site for site in _lines(query) if site.rstrip("/").endswith("/debian")]
    if not sites:
        raise SetupError(
            "No Debian archive among this machine's apt sources: set ODOO_SOURCE to a "
            "checkout of Odoo 19.0, or DEBIAN_MIRROR to a Debian archive's address"
        )
    return sites[0]


def _options(place: Path) -> list[str]:
    """The options that make apt use our own sources, lists and archives."""
    signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
    sources = place / "sources.list"
    for folder in ("lists/partial", "archives/partial", "empty"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    sources.write_text(f"deb{signed} {_site()} {SUITE} main\n")
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": place / "empty",
        "Dir::State::Lists": place / "lists",
        "Dir::Cache": place,
        "Dir::Cache::Archives": place / "archives",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
    }
    return [
        word for key, value in settings.items() for word in ("-o", f"{key}={value}")
    ]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        tail = lines[-1] if lines else "no output"
        raise SetupError(f"{' '.join(command[:1] + command[-2:])} failed: {tail}")


def download(packages: list[str]) -> list[Path]:
    """Fetch packages of Debian's newest suite; answers their files."""
    place = DOWNLOADS / "apt"
    debs = DOWNLOADS / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    options = _options(place)
    _run(["apt-get", *options, "update"], place)
    _run(["apt-get", *options, "download", *packages], debs)
    newest = []
    for package in packages:
        files = sorted(debs.glob(f"{package}_*.deb"), key=lambda f: f.stat().st_mtime)
        newest.append(files[-1])
    return newest


def unpack(files: list[Path], target: Path) -> None:
    """Unpack package files into one folder."""
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        _run(["dpkg-deb", "-x", str(file), str(target)], target)
