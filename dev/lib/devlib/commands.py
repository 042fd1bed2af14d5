"""The commands of dev/, each a few lines that call the part that does the work."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable

from . import children, cleaning, companion, odoo_command
from . import dist as packing
from .databases import Databases
from .environment import prepare
from .lint import Lint
from .paths import CACHE, DEV, REPOSITORY
from .postgres import Postgres, describe
from .progress import SetupError, say
from .selection import Selection
from .testing import Tests


def env(_arguments: list[str]) -> int:
    """Print the variables for `eval "$(dev/env)"`; PostgreSQL is up while it lives.

    "It" is the process that called: a shell, or a program.
    """
    environment = prepare()
    with environment.postgres as postgres:
        companion.start(postgres.descriptor, os.getppid())
    for name, value in environment.shell_variables.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def odoo(arguments: list[str]) -> int:
    """Run the real Odoo's command line."""
    return odoo_command.run(prepare(), arguments)


def run(arguments: list[str]) -> int:
    """Run a program of dev/ (NAME.py) or any command in the prepared environment."""
    if not arguments:
        raise SetupError("dev/run PROGRAM.py|COMMAND [ARGUMENT …]")
    environment = prepare()
    command = list(arguments)
    if command[0].endswith(".py"):
        program = DEV / command[0]
        if not program.exists():
            raise SetupError(f"there is no {program.relative_to(REPOSITORY)}")
        command[:1] = [str(environment.python), str(program)]
    with environment.postgres as postgres:
        return children.run(command, environment.variables, [postgres.descriptor])


def pg(arguments: list[str]) -> int:
    """start, stop or status of the checkout's PostgreSQL."""
    server = Postgres()
    if arguments == ["start"]:
        server.start_and_keep()
    elif arguments == ["stop"]:
        if not server.stop_kept():
            say("in use: PostgreSQL stops when its last user ends")
    elif arguments not in ([], ["status"]):
        raise SetupError("dev/pg start|stop|status")
    describe(server)
    return 0


def database(arguments: list[str]) -> int:
    """new, drop, list and install for databases."""
    parser = argparse.ArgumentParser(prog="dev/database", description=database.__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    new = actions.add_parser("new", help="make a database as a copy of a template")
    new.add_argument("name")
    new.add_argument(
        "--from",
        dest="source",
        default="demo",
        help="demo (default), bare, test, or a database's name",
    )
    new.add_argument("--install", action="store_true", help="and install the module")
    drop = actions.add_parser("drop", help="remove databases and their files")
    drop.add_argument("name", nargs="+")
    install = actions.add_parser("install", help="install or update the module")
    install.add_argument("name")
    actions.add_parser("list", help="the databases there are")
    options = parser.parse_args(arguments)
    environment = prepare()
    with environment.postgres:
        databases = Databases(environment)
        if options.action == "new":
            databases.new(options.name, options.source, install=options.install)
        elif options.action == "drop":
            for name in options.name:
                databases.drop(name)
        elif options.action == "install":
            databases.install_module(options.name)
        else:
            print("\n".join(databases.names()))
    return 0


def lint(arguments: list[str]) -> int:
    """Check the repository; `lint --fix` formats it instead."""
    if arguments == ["--fix"]:
        Lint().format()
        return 0
    return 0 if Lint().check() else 1


def test(arguments: list[str]) -> int:
    """Run the tests and print the totals."""
    parser = argparse.ArgumentParser(prog="dev/test", description=test.__doc__)
    parser.add_argument("target", nargs="*", help="tests_api, tests/test_x.py::Class …")
    parser.add_argument("-k", dest="name", default="", help="only tests named so")
    options = parser.parse_args(arguments)
    environment = prepare()
    with environment.postgres:
        selection = Selection(tuple(options.target), options.name)
        return 0 if Tests(environment, selection).run() else 1


def dist(_arguments: list[str]) -> int:
    """Make the zip for Odoo Apps and print its path."""
    print(packing.make())
    return 0


def clean_cache(arguments: list[str]) -> int:
    """Remove this checkout's part of the cache; `--all` what checkouts share too."""
    if arguments not in ([], ["--all"]):
        raise SetupError("dev/clean-cache [--all]")
    cleaning.clean(everything=bool(arguments))
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "clean-cache": clean_cache,
    "database": database,
    "dist": dist,
    "env": env,
    "lint": lint,
    "odoo": odoo,
    "pg": pg,
    "run": run,
    "test": test,
}


def main(arguments: list[str]) -> int:
    """Dispatch; a SetupError is one line and exit status 2."""
    children.end_cleanly_on_signals()
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as error:
        say(f"error: {error}")
        return 2
    except OSError as error:
        if isinstance(error, FileNotFoundError) and error.filename in ("git", "cp"):
            say(f"error: {error.filename} is not here: install it")
            return 2
        if error.filename and str(error.filename).startswith(str(CACHE)):
            say(f"error: {error}: choose another cache with ACCOUNT_SILVERFIN_CACHE")
            return 2
        raise
    finally:
        sys.stdout.flush()
