"""``odoo silverfin key|keys|revoke``: API keys for Silverfin in many databases.
``odoo silverfin export``: a file of the books for Silverfin's import.

Odoo loads this file alone, as ``odoo.cli.silverfin``: what belongs to the module is
imported absolutely, and late.
"""

import argparse
import os
import sys
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from odoo.cli.command import Command

MODULE = "account_silverfin"


class Skipped(Exception):
    """This database is left out; the text says why. The rest goes on."""


class Silverfin(Command):
    """API keys that let Silverfin read databases: make, list, delete. Files for it."""

    def run(self, args):
        from odoo.tools import config

        parser = self._parser_of_arguments()
        options, others = parser.parse_known_args(args)
        databases = getattr(options, "databases", None)
        if databases and not databases.is_file():
            parser.error(f"there is no file {databases}")
        config.parse_config([*others, "--no-http"], setup_logging=True)
        sys.exit(getattr(self, f"_run_{options.action}")(options))

    def _parser_of_arguments(self):
        parser = argparse.ArgumentParser(prog=self.prog, description=self.__doc__)
        actions = parser.add_subparsers(dest="action", required=True)
        key = actions.add_parser("key", help="make one key per database")
        keys = actions.add_parser("keys", help="list keys, never the keys themselves")
        revoke = actions.add_parser("revoke", help="delete keys by description")
        for action in (key, keys, revoke):
            which = action.add_mutually_exclusive_group(required=True)
            which.add_argument("--databases", type=Path, help="a file, one name a line")
            which.add_argument("--all", action="store_true")
            action.add_argument(
                "--demo", action="store_true", help="databases with demo data too"
            )
        for action in (key, revoke):
            action.add_argument("--description", required=True)
        key.add_argument("--login", required=True, help="the user; e-mail in Silverfin")
        key.add_argument("--days", type=int, default=365)
        key.add_argument("--renew", type=int, default=30, metavar="DAYS")
        key.add_argument("--output", type=Path, default=Path("silverfin-keys"))
        key.add_argument("--create-user", action="store_true")
        key.add_argument("--company", help="for --create-user, where there are several")
        key.add_argument(
            "--confirm",
            action="store_true",
            help="Silverfin has the new keys: delete those that they replace",
        )
        keys.add_argument("--expiring", type=int, metavar="DAYS")
        revoke.add_argument("--login", help="of this user only")
        self._add_export(actions)
        return parser

    def _add_export(self, actions):
        export = actions.add_parser("export", help="a file for Silverfin's import")
        export.add_argument("-d", "--database", required=True)
        export.add_argument("--company", help="its name, where there are several")
        export.add_argument(
            "--content",
            choices=["items", "balances", "aged"],
            default="items",
            help="aged: what customers and suppliers owed at the end of --to",
        )
        export.add_argument(
            "--from", dest="first", type=date.fromisoformat, help="items: first day"
        )
        export.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
        export.add_argument(
            "--no-opening", action="store_true", help="the items of the period alone"
        )
        export.add_argument(
            "--list",
            choices=["receivable", "payable", "both"],
            default="both",
            help="aged: of whom",
        )
        export.add_argument("--account", help="aged: the number of one account")
        export.add_argument(
            "--age-by", choices=["due", "document"], default="due", help="aged: date"
        )
        export.add_argument(
            "--ages", default="30, 60, 90", help="aged: the last day of each group"
        )
        export.add_argument("--lang", default="en_US", help="of account names")
        export.add_argument("--output", type=Path, required=True, help=".xlsx or .csv")

    # === key === #

    def _run_key(self, options):
        if options.confirm:
            return self._each(options, self._confirm)
        from odoo.addons.account_silverfin.keys import sheet

        csv_path = options.output.with_suffix(".csv")
        html_path = options.output.with_suffix(".html")
        try:
            if html_path.exists():
                raise FileExistsError(html_path)
            csv_file = sheet.create(csv_path)
        except OSError as error:
            _say(f"Nothing was made: {error}")
            return 2
        with csv_file:
            made = sheet.Sheet(csv_file)
            failed = self._each(options, self._make, made)
            with sheet.create(html_path) as html_file:
                html_file.write(sheet.page(made.rows))
        _say(f"{len(made.rows)} keys: {csv_path}, {html_path} (only you can read them)")
        return failed

    def _make(self, env, options, made):
        from odoo.addons.account_silverfin.keys.sheet import Row

        notes = env["silverfin.api.key.note"]
        user = self._user(env, options)
        mine = notes.search(
            [("user_id", "=", user.id), ("name", "=", options.description)]
        )
        keep_until = date.today() + timedelta(days=options.renew)
        kept = mine.filtered(lambda note: note.expires_at.date() > keep_until)
        if kept:
            raise Skipped(f"has one until {max(kept.mapped('expires_at')).date()}")
        # not in superuser mode: Odoo's limit on a key's life holds here too
        note, key = notes.with_user(user)._make_key(
            options.description,
            date.today() + timedelta(days=options.days),
            replaces=mine[:1],
            responsible=env.ref("base.user_admin"),
        )
        expires = note.sudo().expires_at.date().isoformat()
        url = env["silverfin.api.key.page"]._values()["url"]
        database = env.cr.dbname
        # what is on disk must be a key that exists
        env.cr.commit()  # pylint: disable=invalid-commit
        made.add(Row(user.login, key, url, database, expires))
        return f"made, until {expires}"

    def _user(self, env, options):
        user = env["res.users"].search([("login", "=", options.login)])
        if user or not options.create_user:
            if not user:
                raise Skipped(f"has no user {options.login}")
            return user
        companies = env["res.company"].search(
            [("name", "=", options.company)] if options.company else []
        )
        if len(companies) != 1:
            raise Skipped(f"has {len(companies)} such companies: choose with --company")
        wizards = env["silverfin.api.key.reader"]
        name, _login = wizards._proposed_user(companies)
        return wizards._make_user(companies, name, options.login)

    def _confirm(self, env, options):
        new = env["silverfin.api.key.note"].search(
            [
                ("user_id.login", "=", options.login),
                ("name", "=", options.description),
                ("replaces_id", "!=", False),
            ]
        )
        if not new:
            raise Skipped("has no key that replaces another")
        new.replaces_id._delete_keys()
        return "old key deleted"

    # === keys, revoke === #

    def _run_keys(self, options):
        found = []
        failed = self._each(options, self._list, found)
        # for monitoring: 1 says that somebody has to do something
        return failed or (1 if options.expiring is not None and found else 0)

    def _list(self, env, options, found):
        notes = env["silverfin.api.key.note"].search([("key_id", "!=", False)])
        if options.expiring is not None:
            limit = date.today() + timedelta(days=options.expiring)
            notes = notes.filtered(
                lambda note: note.expires_at.date() <= limit
                and not note.replaced_by_ids
            )
        found += notes.ids
        return "".join(
            f"\n  {note.user_id.login}\t{note.name}\texpires {note.expires_at.date()}"
            f"\tlast used {note.last_used_on or 'never'}\t{note.state}"
            for note in notes
        )

    def _run_revoke(self, options):
        return self._each(options, self._revoke)

    def _revoke(self, env, options):
        domain = [("name", "=", options.description)]
        if options.login:
            domain.append(("user_id.login", "=", options.login))
        notes = env["silverfin.api.key.note"].search(domain)
        if not notes:
            raise Skipped("has no key of that description")
        count = len(notes)
        notes._delete_keys()
        return f"{count} deleted"

    # === export === #

    def _run_export(self, options):
        options.demo = True
        options.databases, options.all = None, False
        return self._each(options, self._export)

    def _export(self, env, options):
        companies = env["res.company"].search(
            [("name", "=", options.company)] if options.company else []
        )
        if len(companies) != 1:
            raise Skipped(f"has {len(companies)} such companies: choose with --company")
        file_type = options.output.suffix.removeprefix(".").lower()
        if options.content == "aged":
            return self._export_aged(env, options, companies, file_type)
        if file_type not in ("csv", "xlsx"):
            raise Skipped(f"{options.output} must end in .csv or .xlsx")
        export = (
            env["silverfin.export"]
            .with_context(lang=options.lang)
            .new(
                {
                    "company_id": companies.id,
                    "content": options.content,
                    "file_type": file_type,
                    "date_from": options.first,
                    "date_to": options.last,
                    "with_opening": not options.no_opening,
                }
            )
        )
        with _private_file(options.output) as file:
            _count, sentence = export._write_to(file)
        return f"{options.output}: {sentence} (only you can read it)"

    def _export_aged(self, env, options, company, file_type):
        if file_type != "xlsx":
            raise Skipped(f"{options.output} must end in .xlsx")
        account = env["account.account"].with_company(company.root_id or company)
        if options.account:
            account = account.search([("code", "=", options.account)])
            if not account:
                raise Skipped(f"has no account {options.account}")
        aged = (
            env["silverfin.aged"]
            .with_context(lang=options.lang)
            .new(
                {
                    "company_id": company.id,
                    "date": options.last,
                    "kind": options.list,
                    "account_id": account.id,
                    "age_by": options.age_by,
                    "ages": options.ages,
                }
            )
        )
        _name, sheets = aged._file()
        with _private_file(options.output) as file:
            file.write(env["silverfin.file"]._content(sheets))
        return f"{options.output} (only you can read it)"

    # === Databases === #

    def _each(self, options, work, *more):
        """Do it in each database, say what came of it; 2 where something broke."""
        result, seen = 0, {}
        for name in self._databases(options):
            try:
                with _environment(name, options, seen) as env:
                    outcome = work(env, options, *more)
            except Skipped as reason:
                outcome = f"skipped: {reason}"
            except Exception as error:
                outcome = f"failed: {error}"
                result = 2
            _say(f"{name}: {outcome}")
        return result

    def _databases(self, options):
        from odoo.service.db import list_dbs

        if options.all:
            return list_dbs(force=True)
        if not options.databases:
            return [options.database]
        lines = options.databases.read_text(encoding="utf-8").splitlines()
        return list(dict.fromkeys(filter(None, map(str.strip, lines))))


@contextmanager
def _private_file(path):
    """A new file that only this person reads; none that is half written."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        try:
            yield file
        except Exception:
            # no half a file that looks like a whole one
            path.unlink()
            raise


@contextmanager
def _environment(name, options, seen):
    """The database as the superuser; committed at the end.

    :raises Skipped: it is no production database with the module
    """
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.sql_db import db_connect

    with db_connect(name).cursor() as cr:
        _check(cr, options, seen)
    with Registry(name).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})


def _check(cr, options, seen):
    cr.execute("SELECT to_regclass('ir_module_module') IS NOT NULL")
    if not cr.fetchone()[0]:
        raise Skipped("is no database of Odoo")
    cr.execute(
        "SELECT name, state, demo FROM ir_module_module WHERE name IN %s",
        [(MODULE, "base")],
    )
    modules = {name: (state, demo) for name, state, demo in cr.fetchall()}
    if modules.get(MODULE, ("", False))[0] != "installed":
        raise Skipped(f"does not have the module {MODULE}")
    if modules["base"][1] and not options.demo:
        raise Skipped("is a test database: it has demo data")
    cr.execute(
        "SELECT key, value FROM ir_config_parameter WHERE key IN %s",
        [("database.is_neutralized", "database.uuid")],
    )
    parameters = dict(cr.fetchall())
    if parameters.get("database.is_neutralized"):
        raise Skipped("is a neutralised copy")
    first = seen.setdefault(parameters.get("database.uuid"), cr.dbname)
    if first != cr.dbname:
        raise Skipped(f"is a copy of {first}, or the other way round")


def _say(text):
    sys.stdout.write(f"{text}\n")
