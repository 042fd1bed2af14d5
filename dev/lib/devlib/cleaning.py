"""`make clean-cache`: remove this checkout's part of the cache, or all of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from .paths import CACHE, OWN, SHARED
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
    places = [server.home, server.socket, OWN]
    if everything:
        others = [place for place in (CACHE / "checkouts").glob("*") if place != OWN]
        if others:
            names = ", ".join(place.name for place in others)
            raise SetupError(f"other checkouts use the cache too: {names}")
        places += [SHARED, base_folder(), CACHE]
    for place in places:
        _remove(place)


def _remove(place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
        say(f"removed {place}")
