"""Databases: templates made once and reused, copies of them, and their removal.

A template is ready when its comment in PostgreSQL holds the key of what it was made
from; an interrupted one has no comment and is made again.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .environment import Environment, prepare
from .locks import exclusive
from .paths import APART, LOGS, MODULE, OWN_LOCKS, REPOSITORY, short_hash
from .progress import SetupError, step

# Not part of the installed module: a change there leaves the test template as it is.
NOT_MODULE = {"dev", "docs", "readme", "tests", "tests_api", "__pycache__"}
MODULE_SUFFIXES = {".py", ".xml", ".csv", ".sql", ".js", ".scss", ".css", ".po", ".svg"}
FORMAT = "1"
DUMP = "SILVERFIN_DUMP"
"""Names a file with the test template, for a cluster that has none yet."""


@dataclass(frozen=True)
class Template:
    """`install` names the modules; `demo` says whether with demonstration data."""

    name: str
    install: str
    demo: bool
    label: str


BASES = {
    "demo": Template(
        "template_demo", "l10n_be", True, "Belgian books with demo entries"
    ),
    "bare": Template(
        "template_bare", "l10n_be", False, "Belgian localisation, no demo data"
    ),
}
TEST_TEMPLATE = "template_test"


def module_files() -> Iterator[Path]:
    """The files of the module that decide what an installed database looks like."""
    for folder, folders, files in os.walk(REPOSITORY):
        place = Path(folder)
        folders[:] = [
            name for name in folders if name not in NOT_MODULE and name[0] != "."
        ]
        if place == REPOSITORY / "static":
            folders[:] = [name for name in folders if name != "description"]
        yield from (
            place / name for name in files if Path(name).suffix in MODULE_SUFFIXES
        )


def module_key() -> str:
    """A hash over the module's files."""
    digest = hashlib.sha256()
    for file in sorted(module_files()):
        digest.update(str(file.relative_to(REPOSITORY)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _checked(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise SetupError(f"{name!r} cannot be a database's name")
    return name


class Databases:
    """All work on databases; PostgreSQL must be up (`with environment.postgres`)."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._query = environment.postgres.query

    def names(self) -> list[str]:
        """The databases there are, PostgreSQL's own left out."""
        system = "'postgres', 'template0', 'template1'"
        listed = self._query(
            "SELECT datname FROM pg_database "
            f"WHERE datname NOT IN ({system}) ORDER BY datname"
        )
        return listed.split()

    def new(self, name: str, source: str = "demo", *, install: bool = False) -> None:
        """Make `name` as a copy of "demo", "bare", "test" or of any other database.

        The copy has its own filestore and `database.uuid`. `install` installs the
        module, or updates it where it is installed.
        """
        _checked(name)
        if name in self.names():
            raise SetupError(f"the database {name} exists: `dev/database drop {name}`")
        origin = self.template(source)
        # PostgreSQL copies a database only while nobody is connected to it
        with exclusive(OWN_LOCKS / f"quick-copy-{origin}.lock"):
            self._duplicate(origin, name)
        if install:
            self.install_module(name)

    def drop(self, name: str) -> None:
        """Remove a database and its filestore; one that is not there is no error."""
        if _checked(name) in self.names():
            self._odoo("db", "drop", name, log=name)

    @contextmanager
    def temporary(self, prefix: str, source: str = "demo") -> Iterator[str]:
        """A copy that is dropped at the end of the block."""
        name = f"{prefix}_{os.getpid()}"
        self.drop(name)
        self.new(name, source)
        try:
            yield name
        finally:
            self.drop(name)

    def install_module(self, name: str) -> None:
        """Install the module, or update it where it is installed."""
        state = self._query(
            f"SELECT state FROM ir_module_module WHERE name = '{MODULE}'", name
        )
        option = "-u" if state == "installed" else "-i"
        self._odoo(
            *("-d", name, option, MODULE, "--stop-after-init", "--no-http"), log=name
        )
        self._require(name, [MODULE])

    def install(self, name: str, modules: Sequence[str]) -> None:
        """Install other modules, with demo entries where the database has some."""
        options = ("-i", ",".join(modules), "--stop-after-init", "--no-http")
        self._odoo("-d", name, *options, log=name)
        self._require(name, list(modules))

    def template(self, source: str) -> str:
        """The name of the database to copy for this source, made if need be."""
        if source == "test":
            return self._test_template()
        if source in BASES:
            return self._base_template(BASES[source])
        if source in self.names():
            return source
        raise SetupError(f"no template or database is called {source}")

    # --- templates

    def _base_key(self) -> str:
        odoo = self.environment.odoo
        release = (odoo.root / "odoo" / "release.py").read_text()
        return short_hash("\n".join([FORMAT, str(odoo.root), release]))

    def _base_template(self, template: Template) -> str:
        key = self._base_key()
        with exclusive(OWN_LOCKS / f"{template.name}.lock"):
            if self._ready(template.name, key):
                return template.name
            with step(f"making the template database: {template.label}"):
                self.drop(template.name)
                demo = "--with-demo" if template.demo else "--without-demo=True"
                self._odoo(
                    *("-d", template.name, "-i", template.install, demo),
                    *("--stop-after-init", "--no-http"),
                    log=template.name,
                )
                self._require(template.name, [template.install])
                self._mark(template.name, key)
        return template.name

    def _test_template(self) -> str:
        dump = os.environ.get(DUMP)
        base = None if dump else self._base_template(BASES["demo"])
        key = f"{self._base_key()}-{module_key()}"
        with exclusive(OWN_LOCKS / f"{TEST_TEMPLATE}.lock"):
            if not self._ready(TEST_TEMPLATE, key):
                with step("making the template database: demo entries and the module"):
                    self.drop(TEST_TEMPLATE)
                    if base:
                        self._duplicate(base, TEST_TEMPLATE)
                        self.install_module(TEST_TEMPLATE)
                    else:
                        self._odoo("db", "load", TEST_TEMPLATE, dump, log=TEST_TEMPLATE)
                    self._mark(TEST_TEMPLATE, key)
        return TEST_TEMPLATE

    def dump_test_template(self, file: Path) -> None:
        """Write it to a file that another cluster's databases are made from (DUMP)."""
        origin = self.template("test")
        with exclusive(OWN_LOCKS / f"quick-copy-{origin}.lock"):
            self._odoo("db", "dump", origin, str(file), log="dump")

    def _ready(self, name: str, key: str) -> bool:
        comment = self._query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )
        return comment == key

    def _mark(self, name: str, key: str) -> None:
        self._query(f"COMMENT ON DATABASE \"{name}\" IS '{key}'")

    # --- Odoo's command line

    def _duplicate(self, origin: str, name: str) -> None:
        self._odoo("db", "duplicate", origin, name, log=name)
        if APART:
            self.environment.postgres.checkpoint()

    def _odoo(self, *arguments: str, log: str) -> None:
        file = LOGS / f"{log}.log"
        with file.open("w") as output:
            done = subprocess.run(
                self.environment.odoo_command(*arguments),
                env=self.environment.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            words = " ".join(arguments[:2])
            raise SetupError(f"odoo {words} failed: {_reason(file)} (log: {file})")

    def _require(self, name: str, modules: list[str]) -> None:
        """Odoo ends with status 0 on some failures, so look at what is installed."""
        listed = ", ".join(f"'{module}'" for module in modules)
        found = self._query(
            "SELECT count(*) FROM ir_module_module "
            f"WHERE state = 'installed' AND name IN ({listed})",
            name,
        )
        if int(found) != len(modules):
            file = LOGS / f"{name}.log"
            missing = " and ".join(modules)
            raise SetupError(f"{missing} not installed: {_reason(file)} (log: {file})")


def _reason(log: Path) -> str:
    """The line of a failed run's log that says most."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line]
    telling = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    return (telling or lines or ["no output"])[-1].strip()[:300]


def new_database(name: str, source: str = "demo", *, install: bool = False) -> None:
    """Make a database, as `Databases.new` does, where PostgreSQL is up."""
    Databases(prepare()).new(name, source, install=install)


def drop_database(name: str) -> None:
    """Remove a database with its files, where PostgreSQL is up."""
    Databases(prepare()).drop(name)
