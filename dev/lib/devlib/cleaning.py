"""Removing from the cache: this checkout's part, all of it, or what nobody owns."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .locks import open_lock, try_exclusive
from .paths import CACHE, MODULE, OWN, SHARED
from .postgres import Postgres
from .postgres_programs import base_folder
from .progress import SetupError, say


def clean(everything: bool) -> None:
    """Remove databases, files and logs of this checkout; with `everything` also Odoo.

    Refused while something runs on this checkout's databases.
    """
    server = Postgres()
    if not server.stop_kept():
        raise SetupError("something runs on this checkout's databases: end it first")
    # what lies apart (see paths.APART) has this checkout's name and more
    apart = [
        place
        for folder in (OWN.parent, server.home.parent)
        for place in folder.glob(f"{OWN.name}-*")
    ]
    places = [server.home, server.socket, OWN, *apart]
    if everything:
        others = [
            place for place in (CACHE / "checkouts").glob("*") if place not in places
        ]
        if others:
            names = ", ".join(place.name for place in others)
            raise SetupError(f"other checkouts use the cache too: {names}")
        places += [SHARED, base_folder(), CACHE]
    for place in places:
        _remove(place)


def remove_orphans() -> None:
    """Remove the parts of checkouts that are gone, unless something runs there."""
    for place in (CACHE / "checkouts").glob("*"):
        link = place / "addons" / MODULE
        if not link.is_symlink() or link.exists():
            continue
        descriptor = open_lock(place / "locks" / "users.lock")
        try:
            if try_exclusive(descriptor):
                _remove(base_folder() / "postgres" / place.name)
                _remove(place)
        finally:
            os.close(descriptor)


def _remove(place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
        say(f"removed {place}")
