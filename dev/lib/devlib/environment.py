"""This checkout, prepared: Odoo, Python, addons link, configuration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, virtualenv
from .cleaning import remove_orphans
from .locks import exclusive
from .odoo_source import OdooSource
from .paths import (
    ADDONS,
    ADDONS_LINK,
    BYTECODE,
    DATA_DIR,
    LIBRARY,
    LOGS,
    ODOO_RC,
    OWN,
    OWN_LOCKS,
    REPOSITORY,
)
from .postgres import PORT, USER, Postgres


@dataclass(frozen=True)
class Environment:
    """What commands need; made by `prepare`."""

    odoo: OdooSource
    python: Path
    postgres: Postgres

    @property
    def shell_variables(self) -> dict[str, str]:
        """The variables that `dev/env` prints."""
        return {
            "ODOO_RC": str(ODOO_RC),
            **self.postgres.variables,
            "ADDONS_LINK": str(ADDONS_LINK),
            "PYTHON": str(self.python),
        }

    @property
    def variables(self) -> dict[str, str]:
        """The whole environment for a child process of ours."""
        programs = self.python.parent, self.postgres.programs
        return {
            **os.environ,
            **self.shell_variables,
            "PATH": ":".join(map(str, [*programs, os.environ["PATH"]])),
            "PYTHONPATH": str(LIBRARY),
            # no caches between the sources; without any, each server that a test
            # starts compiles Odoo anew, which takes as long as all the rest of a start
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            "PYTHONUNBUFFERED": "1",
        }

    def odoo_command(self, *arguments: str) -> list[str]:
        """The command line of the real Odoo."""
        return [str(self.python), "-m", "odoo", *arguments]


def link_module() -> None:
    """`account_silverfin` in a folder of its own, whatever the checkout is called."""
    if ADDONS_LINK.is_symlink() and os.readlink(ADDONS_LINK) == str(REPOSITORY):
        return
    ADDONS.mkdir(parents=True, exist_ok=True)
    ADDONS_LINK.unlink(missing_ok=True)
    ADDONS_LINK.symlink_to(REPOSITORY, target_is_directory=True)


def _configuration(odoo: OdooSource, postgres: Postgres) -> str:
    folders = [*odoo.addons, ADDONS]
    options = {
        "addons_path": ",".join(map(str, folders)),
        "data_dir": DATA_DIR,
        "db_host": postgres.socket,
        "db_port": PORT,
        "db_user": USER,
        "http_interface": "127.0.0.1",
        "pg_path": postgres.programs,
    }
    return "[options]\n" + "".join(
        f"{key} = {value}\n" for key, value in options.items()
    )


def prepare() -> Environment:
    """Make what is missing: minutes the first time, then a fraction of a second."""
    odoo = odoo_source.find()
    python = virtualenv.ensure("odoo", paths=(odoo.root,), label="Odoo")
    postgres = Postgres()
    with exclusive(OWN_LOCKS / "quick-set-up.lock"):
        for folder in (OWN, DATA_DIR, LOGS):
            folder.mkdir(parents=True, exist_ok=True)
        link_module()
        wanted = _configuration(odoo, postgres)
        if not ODOO_RC.exists():
            remove_orphans()
        if not ODOO_RC.exists() or ODOO_RC.read_text() != wanted:
            ODOO_RC.write_text(wanted)
    return Environment(odoo, python, postgres)
