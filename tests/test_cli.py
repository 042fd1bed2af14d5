"""``odoo silverfin``: what it makes, leaves out and writes."""

import argparse
import csv
import os
import stat
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.cli.command import find_command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..keys import sheet
from .keys import ApiKeyCase


@tagged("post_install", "-at_install")
class TestCli(ApiKeyCase):
    def setUp(self):
        super().setUp()
        self.command = find_command("silverfin")()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        # the command commits before it writes a key down
        self.enterContext(patch.object(self.env.cr, "commit"))

    def options(self, *words):
        words = ("key", "--all", "--description", "All firms", *words)
        return self.command._parser_of_arguments().parse_args(words)

    def make(self, *words, login="key-accountant"):
        with sheet.create(self.folder / f"{len(os.listdir(self.folder))}.csv") as file:
            made = sheet.Sheet(file)
            options = self.options("--login", login, "--days", "60", *words)
            said = self.command._make(self.env, options, made)
        return said, made.rows[0]

    def refused(self, words, work, *arguments):
        with self.assertRaisesRegex(Exception, words) as caught:
            work(*arguments)
        self.assertEqual(type(caught.exception).__name__, "Skipped")

    def test_a_key_that_works(self):
        said, row = self.make()
        self.assertEqual(row.login, "key-accountant")
        self.assertEqual(row.database, self.env.cr.dbname)
        self.assertNotIn(row.key, said)
        self.assertNotIn(row.key, repr(row))
        self.assertEqual(self.json2(row.key).status_code, 200)

    def test_repeatable(self):
        _said, first = self.make()
        self.refused("has one until", self.make)
        _said, second = self.make("--renew", "90")
        # the old one stays until --confirm
        self.assertEqual(self.json2(first.key).status_code, 200)
        options = self.options("--login", "key-accountant", "--confirm")
        self.command._confirm(self.env, options)
        self.assertEqual(self.json2(first.key).status_code, 401)
        self.assertEqual(self.json2(second.key).status_code, 200)
        self.refused("no key that replaces", self.command._confirm, self.env, options)

    def test_odoos_limit_holds(self):
        with self.assertRaisesRegex(ValidationError, "at most 90 days"):
            self.make("--days", "91")

    def test_missing_user(self):
        self.refused("has no user", lambda: self.make(login="nobody@client.be"))
        company = self.env["res.company"].create({"name": "Only One"})
        _said, row = self.make(
            "--create-user", "--company", "Only One", login="nobody@client.be"
        )
        user = self.env["res.users"].search([("login", "=", row.login)])
        self.assertTrue(user._is_silverfin_reader())
        self.assertEqual(user.company_ids, company)
        self.refused(
            "has 0 such companies",
            lambda: self.make(
                "--create-user", "--company", "None", login="other@client.be"
            ),
        )

    def test_list_and_revoke(self):
        self.make()
        found = []
        options = argparse.Namespace(expiring=30)
        self.command._list(self.env, options, found)
        mine = self.notes.search([("user_id", "=", self.accountant.id)])
        self.assertFalse(set(mine.ids) & set(found))
        options.expiring = 61
        said = self.command._list(self.env, options, found)
        self.assertLessEqual(set(mine.ids), set(found))
        self.assertIn("All firms", said)
        options = argparse.Namespace(description="All firms", login="key-accountant")
        self.command._revoke(self.env, options)
        self.assertFalse(mine.exists())
        self.refused("no key", self.command._revoke, self.env, options)

    def test_copies_and_test_databases_are_left_out(self):
        check = type(self.command)._each.__globals__["_check"]
        cr, seen = self.env.cr, {}
        cr.execute("UPDATE ir_module_module SET demo = false WHERE name = 'base'")
        options = argparse.Namespace(demo=False)
        check(cr, options, seen)
        with patch.object(cr, "dbname", "a_copy"):
            self.refused("is a copy of", check, cr, options, seen)
        cr.execute("UPDATE ir_module_module SET demo = true WHERE name = 'base'")
        self.refused("demo data", check, cr, options, {})
        check(cr, argparse.Namespace(demo=True), {})
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.env.flush_all()
        self.refused("neutralised", check, cr, argparse.Namespace(demo=True), {})
        cr.execute(
            "UPDATE ir_module_module SET state = 'uninstalled' "
            "WHERE name = 'account_silverfin'"
        )
        self.refused("does not have", check, cr, options, {})

    # === The files === #

    def test_files_are_the_owners_and_never_overwritten(self):
        path = self.folder / "keys.csv"
        umask = os.umask(0)
        try:
            sheet.create(path).close()
        finally:
            os.umask(umask)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        with self.assertRaises(FileExistsError):
            sheet.create(path)

    def test_rows_are_on_disk_at_once(self):
        path = self.folder / "keys.csv"
        with sheet.create(path) as file:
            row = sheet.Row("a@b.be", "k" * 40, "https://x.be", 'a,"b', "2030-01-01")
            sheet.Sheet(file).add(row)
            with open(path, newline="", encoding="utf-8") as read:
                rows = list(csv.reader(read))
        self.assertEqual(
            rows[1], ["a@b.be", "k" * 40, "https://x.be", 'a,"b', rows[1][4]]
        )

    def test_page(self):
        row = sheet.Row("a@b.be", "k" * 40, "https://x.be", "<b>'\"", "2030-01-01")
        text = sheet.page([row])
        self.assertNotIn("<b>", text)
        order = [text.index(value) for value in ("a@b.be", "k" * 40, "https://x.be")]
        self.assertEqual(order, sorted(order))
        self.assertNotIn("src=", text)
        self.assertEqual(text.count("<button"), 4)
