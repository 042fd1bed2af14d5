"""In a browser: a key is made, copied, used and deleted, and opens no web client."""

import re
from unittest.mock import patch
from xmlrpc.client import Fault

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .keys import ApiKeyCase

REFUSALS = ("odoo.http", "odoo.addons.base.models.res_users", "odoo.addons.rpc")


@tagged("post_install", "-at_install")
class TestApiKeyTour(ApiKeyCase):
    # a busy machine may take long over the first page, and others wait for it
    test_cursor_lock_timeout = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.accountant.company_id
        journal = cls.env["account.journal"].create(
            {
                "name": "Tour",
                "code": "KTOUR",
                "type": "general",
                "company_id": company.id,
            }
        )
        account = cls.env["account.account"].create(
            {
                "name": "Tour",
                "code": "499777",
                "account_type": "asset_current",
                "company_ids": [Command.set(company.ids)],
            }
        )
        cls.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for balance in (100, -100)
                ],
            }
        )

    def test_as_accountant(self):
        self.make_use_and_delete(self.accountant, "accountant")

    def test_as_administrator_from_the_preferences(self):
        self.make_use_and_delete(self.admin, "admin")

    def make_use_and_delete(self, user, name):
        note, key = self.made_in_the_browser(user, name)
        self.assertTrue(self.xmlrpc(user.login, key))
        self.env.invalidate_all()
        self.assertEqual(note.last_used_on, note.create_date.date())
        self.assertEqual(self.json2(key).status_code, 200)
        self.assertTrue(self.json2(key).json())
        self.refused_by_the_web_client(user, key)

        self.start_tour(
            "/odoo", f"account_silverfin_api_key_delete_{name}", login=user.login
        )
        self.logout()
        self.env.invalidate_all()
        self.assertFalse(self.notes.search([("user_id", "=", user.id)]))
        self.refused_by_both_apis(user, key)
        self.refused_by_the_web_client(user, key)

    def made_in_the_browser(self, user, name):
        """Walk the tour; the note, and the key as only this test's wrapper saw it."""
        keys = type(self.env["res.users.apikeys"])
        generate, made = keys._generate, []

        def recorded(self, *args, **kwargs):
            made.append(generate(self, *args, **kwargs))
            return made[-1]

        with patch.object(keys, "_generate", recorded):
            self.start_tour(
                "/odoo", f"account_silverfin_api_key_make_{name}", login=user.login
            )
        self.logout()
        self.env.invalidate_all()
        self.assertEqual(len(made), 1)
        note = self.notes.search([("user_id", "=", user.id)])
        self.assertEqual(note.name, "Key of the tour")
        self.assertEqual((note.expires_at.date() - note.create_date.date()).days, 7)
        return note, made[0]

    def refused_by_both_apis(self, user, key):
        with mute_logger(*REFUSALS):
            self.assertFalse(self.xmlrpc(user.login, key))
            with self.assertRaisesRegex(Fault, "Access"):
                self.xmlrpc_object.execute_kw(
                    self.env.cr.dbname,
                    user.id,
                    key,
                    "account.move.line",
                    "search_read",
                    [[]],
                )
            self.assertEqual(self.json2(key).status_code, 401)

    def refused_by_the_web_client(self, user, key):
        with mute_logger(*REFUSALS):
            self.assertEqual(self.log_in(user.login, key).status_code, 200)
        # the same form with the password lets in
        self.assertEqual(self.log_in(user.login, user.login).status_code, 303)
        self.logout()

    def log_in(self, login, password):
        """The answer of the log-in form: shown again, or a redirect into Odoo."""
        self.authenticate(None, None)
        form = self.url_open("/web/login").text
        token = re.search(r'name="csrf_token" value="(\w+)"', form)[1]
        return self.url_open(
            "/web/login",
            data={"login": login, "password": password, "csrf_token": token},
            allow_redirects=False,
        )
