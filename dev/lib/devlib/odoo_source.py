"""A real Odoo 19.0 Community: found on the machine, or unpacked into the cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .locks import exclusive
from .paths import DOWNLOADS, LOCKS, SHARED
from .progress import SetupError, step

SERIES = "19.0"
SYSTEM = Path("/usr/lib/python3/dist-packages")
TREE = SHARED / "odoo-19"
OVERLAY = SHARED / "odoo-19-system"
# The package links to fonts and scripts of these; without them pages answer 500.
ASSET_PACKAGES = [
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
]
# Left out by the package; the console error this causes fails every browser test.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """`root` goes on Python's path; `addons` are the folders besides odoo/addons."""

    root: Path
    addons: tuple[Path, ...]
    label: str


def series(root: Path) -> str | None:
    """The series of the Odoo under this folder ("19.0"), None if there is none."""
    try:
        text = (root / "odoo" / "release.py").read_text()
    except OSError:
        return None
    found = re.search(r"^version_info\s*=\s*\(\s*(\d+)\s*,\s*(\d+)", text, re.MULTILINE)
    return f"{found[1]}.{found[2]}" if found else None


def _checkout(root: Path) -> OdooSource:
    found = series(root)
    if found != SERIES:
        what = f"holds Odoo {found}" if found else "holds no Odoo"
        raise SetupError(f"ODOO_SOURCE={root} {what}: Odoo {SERIES} is needed")
    addons = root / "addons"
    return OdooSource(root, (addons,) if addons.is_dir() else (), f"odoo at {root}")


def _package_tree(top: Path, label: str) -> OdooSource:
    return OdooSource(top / "usr/lib/python3/dist-packages", (), label)


def _fill_gap(root: Path) -> None:
    gap = root / LEFT_OUT
    if not gap.exists():
        gap.parent.mkdir(parents=True, exist_ok=True)
        gap.touch()


def _overlay() -> OdooSource:
    """The installed package as links in the cache, with the left-out file added."""
    source = _package_tree(OVERLAY, "installed odoo-19")
    if not source.root.exists():
        with step("linking the installed Odoo into the cache"):
            building = OVERLAY.with_suffix(".part")
            shutil.rmtree(building, ignore_errors=True)
            target = building / "usr/lib/python3/dist-packages"
            target.mkdir(parents=True)
            subprocess.run(["cp", "-rs", str(SYSTEM / "odoo"), target], check=True)
            _fill_gap(target)
            building.rename(OVERLAY)
    return source


def _unpacked() -> OdooSource:
    source = _package_tree(TREE, "Debian package odoo-19")
    if TREE.exists():
        return source
    if not apt.available():
        raise SetupError(
            "apt-get and dpkg-deb are not here: set ODOO_SOURCE to a checkout of "
            f"Odoo {SERIES}"
        )
    building = TREE.with_suffix(".part")
    shutil.rmtree(building, ignore_errors=True)
    with step("downloading Odoo 19 (about 130 MB)"):
        files = apt.download(["odoo-19", *ASSET_PACKAGES])
    with step("unpacking Odoo 19"):
        apt.unpack(files, building)
        root = building / "usr/lib/python3/dist-packages"
        if series(root) != SERIES:
            raise SetupError(f"the package odoo-19 does not hold Odoo {SERIES}")
        _fill_gap(root)
        building.rename(TREE)
        shutil.rmtree(DOWNLOADS)
    return source


def find() -> OdooSource:
    """ODOO_SOURCE if set, else what the cache or the system has, else the package."""
    chosen = os.environ.get("ODOO_SOURCE")
    if chosen:
        return _checkout(Path(chosen).expanduser().absolute())
    with exclusive(LOCKS / "odoo"):
        if not TREE.exists() and series(SYSTEM) == SERIES:
            return _overlay()
        return _unpacked()
