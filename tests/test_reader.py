"""The user just for Silverfin: reads its list, changes nothing, opens no screen."""

from xmlrpc.client import Fault

from odoo import Command, fields
from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .keys import ApiKeyCase

ACL = "odoo.addons.base.models.ir_model"
QUIET = (ACL, "odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.rpc")
OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestReader(ApiKeyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {"name": "Read Company", "email": "Books <books@client.be>"}
        )
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Read",
                "code": "READ",
                "type": "general",
                "company_id": cls.company.id,
            }
        )
        cls.accounts = cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for name, code, kind in (
                    ("Bank", "550000", "asset_cash"),
                    ("Sales", "700000", "income"),
                )
            ]
        )
        cls.move = cls.env["account.move"].create(
            {
                "journal_id": cls.journal.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in zip(cls.accounts, (100, -100), strict=True)
                ],
            }
        )
        cls.move.action_post()
        wizards = cls.env["silverfin.api.key.reader"].with_user(cls.admin)
        cls.reader = wizards._make_user(
            cls.company, *wizards._proposed_user(cls.company)
        )
        cls.note, cls.key = cls.notes.with_user(cls.reader)._make_key(
            "Reads", fields.Date.add(fields.Date.today(), days=365)
        )
        rights = cls.env["ir.model.access"].search(
            [("group_id", "=", cls.env.ref("account_silverfin.group_reader").id)]
        )
        cls.listed = set(rights.mapped("model_id.model"))

    def setUp(self):
        super().setUp()
        self.as_reader = self.env(user=self.reader, context={})

    # === Made in one step === #

    def test_made_in_one_step(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.authenticate("key-admin", "key-admin")
        wizard = self.call(
            "silverfin.api.key.reader", "create", {"company_id": other.id}
        )
        shown = self.press(
            "silverfin.api.key.reader", "action_make_user", [wizard], "key-admin"
        )["context"]
        user = self.env["res.users"].search([("login", "=", shown["default_login"])])
        self.assertEqual(user.name, "Silverfin (Other Company)")
        self.assertEqual((user.company_id, user.company_ids), (other, other))
        self.assertTrue(user._is_silverfin_reader())
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertFalse(self.env.cr.fetchone()[0])
        self.assertFalse(self.env["mail.mail"].search([("email_to", "=", user.login)]))
        note = self.notes.search([("user_id", "=", user.id)])
        self.assertEqual(note.responsible_id, self.admin)
        self.assertEqual(
            note.expires_at.date(), fields.Date.add(fields.Date.today(), days=365)
        )
        self.logout()
        self.assertEqual(
            self.json2(shown["default_key"]).status_code, 200, shown["default_login"]
        )

    def test_login_is_proposed(self):
        self.assertEqual(self.reader.login, f"silverfin.{self.company.id}@client.be")

    def test_who_makes_one(self):
        wizards = self.env["silverfin.api.key.reader"]
        manager = new_test_user(
            self.env, "key-manager", groups="account_silverfin.group_manager"
        )
        for user in (self.accountant, manager, self.reader):
            with self.assertRaises(AccessError), mute_logger(*QUIET):
                wizards.with_user(user).create({"company_id": self.company.id})
            with self.assertRaises(AccessError), mute_logger(*QUIET):
                wizards.with_user(user)._make_user(self.company, "x", "x@client.be")

    def test_bad_login(self):
        wizards = self.env["silverfin.api.key.reader"].with_user(self.admin)
        for login in ("", "silverfin", "a@b@c", "Name <a@client.be>"):
            with self.assertRaisesRegex(ValidationError, "e-mail address"):
                wizards._make_user(self.company, "x", login)
        with self.assertRaisesRegex(ValidationError, "already"):
            wizards._make_user(self.company, "x", self.reader.login.upper())
        self.reader.active = False
        with self.assertRaisesRegex(ValidationError, "already"):
            wizards._make_user(self.company, "x", self.reader.login)

    def test_its_key_is_replaced_by_an_administrator(self):
        self.authenticate("key-admin", "key-admin")
        action = self.call("silverfin.api.key.note", "action_replace", self.note.ids)
        wizard = self.call("silverfin.api.key", "create", {}, context=action["context"])
        shown = self.press(
            "silverfin.api.key", "action_make_key", [wizard], "key-admin"
        )["context"]
        self.assertEqual(shown["default_login"], self.reader.login)
        new = self.notes.search([("replaces_id", "=", self.note.id)])
        self.assertEqual(new.user_id, self.reader)

    def test_longest_life(self):
        with self.assertRaisesRegex(ValidationError, "at most 365 days"):
            self.direct_key(self.reader, days=366)

    # === Opens no screen === #

    def test_no_password_opens_anything(self):
        self.reader.password = "set-by-mistake-1"
        self.env.flush_all()
        users = self.env["res.users"].with_user(self.reader)
        credential = {
            "type": "password",
            "login": self.reader.login,
            "password": "set-by-mistake-1",
        }
        for interactive in (True, False):
            with self.assertRaises(AccessDenied):
                users._check_credentials(credential, {"interactive": interactive})
        credential["password"] = self.key
        with self.assertRaises(AccessDenied):
            users._check_credentials(credential, {"interactive": True})
        users._check_credentials(credential, {"interactive": False})

    def test_is_no_administrator(self):
        with self.assertRaisesRegex(ValidationError, "administers"):
            self.reader.group_ids += self.env.ref("base.group_system")
        with self.assertRaisesRegex(ValidationError, "administers"):
            self.admin.group_ids += self.env.ref("account_silverfin.group_reader")

    # === What it may do === #

    def test_nothing_but_the_list(self):
        """Every model of the database, whatever apps it has."""
        allowed = {operation: set() for operation in OPERATIONS}
        for name in self.env.registry:
            for operation in OPERATIONS:
                if self.as_reader[name].has_access(operation):
                    allowed[operation].add(name)
        self.assertEqual(allowed["read"], self.listed)
        self.assertFalse(allowed["write"] | allowed["create"] | allowed["unlink"])

    def test_other_groups_add_nothing(self):
        self.reader.group_ids += self.env.ref("account.group_account_manager")
        self.assertFalse(self.as_reader["account.move"].has_access("write"))
        self.assertFalse(self.as_reader["mail.message"].has_access("read"))

    def test_an_administrator_lengthens_the_list(self):
        self.assertFalse(self.as_reader["res.bank"].has_access("read"))
        self.env["ir.model.access"].create(
            {
                "name": "banks too",
                "model_id": self.env["ir.model"]._get_id("res.bank"),
                "group_id": self.env.ref("account_silverfin.group_reader").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        self.assertTrue(self.as_reader["res.bank"].has_access("read"))
        self.assertFalse(self.as_reader["res.bank"].has_access("write"))

    def test_over_both_apis(self):
        """The list is read with all its fields; the rest and all writing is refused."""
        listed = sorted(self.listed - {"res.users"})
        for name in listed:
            answer = self.json2(self.key, name, domain=[], limit=3)
            self.assertEqual(answer.status_code, 200, f"{name}: {answer.text}")
            self.assertIsInstance(self.xmlrpc(self.reader.login, self.key, name), list)
        refused = ("res.partner.bank", "mail.message", "ir.attachment", "mail.mail")
        with mute_logger(*QUIET):
            for name in (*refused, "ir.config_parameter", "silverfin.connection"):
                answer = self.json2(self.key, name, domain=[], limit=3)
                # Odoo's own search of attachments leaves out what is refused
                self.assertTrue(answer.status_code == 403 or answer.text == "[]", name)
            for name in (*listed, "mail.message", "ir.filters", "ir.attachment"):
                # some of Odoo's methods stumble before they ask for the right
                for method, values in (
                    ("create", {"vals_list": [{}]}),
                    ("write", {"ids": [1], "vals": {"display_name": "x"}}),
                    ("unlink", {"ids": [1]}),
                ):
                    answer = self.json2(self.key, name, method, **values)
                    self.assertGreaterEqual(answer.status_code, 400, f"{name} {method}")
                with self.assertRaises(Fault):
                    self.xmlrpc(self.reader.login, self.key, name, "create", {})

    def test_numbers_and_its_company_only(self):
        accounts = self.json2(
            self.key, "account.account", domain=[], fields=["code"]
        ).json()
        self.assertEqual(
            sorted(account["code"] for account in accounts), ["550000", "700000"]
        )
        companies = self.json2(
            self.key, "res.company", domain=[], fields=["name"]
        ).json()
        self.assertEqual([company["name"] for company in companies], ["Read Company"])
        lines = self.json2(
            self.key, "account.move.line", domain=[], fields=["balance"]
        ).json()
        self.assertEqual(sorted(line["balance"] for line in lines), [-100, 100])
        self.assertEqual(
            self.json2(self.key, "account.analytic.plan", domain=[]).status_code, 200
        )
        user = self.json2(
            self.key, "res.users", "read", ids=self.reader.ids, fields=["company_ids"]
        ).json()
        self.assertEqual(user[0]["company_ids"], self.company.ids)
        self.assertEqual(
            self.json2(self.key, "res.users", "context_get", context={}).json()["uid"],
            self.reader.id,
        )

    def test_buttons_on_entries_are_refused(self):
        for method in ("button_draft", "button_cancel", "copy", "unlink"):
            with (
                self.assertRaises(UserError),
                mute_logger(*QUIET),
                self.env.cr.savepoint(),
            ):
                getattr(self.move.with_env(self.as_reader), method)()
                self.env.flush_all()
        self.assertEqual(self.move.state, "posted")

    # === What was refused === #

    def test_refusals_are_shown(self):
        refusals = self.env["silverfin.reader.refusal"]
        with mute_logger(*QUIET):
            # not by way of a request: a test's cursors are all one transaction
            for model, operation in (("res.partner.bank", "read"),) * 2 + (
                ("account.move", "write"),
            ):
                try:
                    self.as_reader[model].check_access(operation)
                except AccessError:
                    continue
                self.fail(model)
        self.env.invalidate_all()
        mine = refusals.search([("user_id", "=", self.reader.id)])
        self.assertEqual(
            {(refusal.model, refusal.operation) for refusal in mine},
            {("res.partner.bank", "read"), ("account.move", "write")},
        )
        page = self.env["silverfin.api.key.page"].with_user(self.admin).create({})
        self.assertEqual(page.refusal_ids, mine)
        self.assertIn("Bank Accounts", page.refusal_ids.mapped("model_name"))
        # nobody else's are kept
        with self.assertRaises(AccessError), mute_logger(*QUIET):
            self.env["res.company"].with_user(self.accountant).create({"name": "x"})
        self.assertFalse(refusals.search([("user_id", "=", self.accountant.id)]))
