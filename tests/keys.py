"""What tests of API keys share: users, and the steps of a browser's session."""

from datetime import timedelta
from unittest.mock import Mock, patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user


class ApiKeyCase(HttpCase):
    """An accountant, a Settings administrator, and what they press."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            "key-accountant",
            groups="account.group_account_user,account_silverfin.group_user",
        )
        cls.admin = new_test_user(
            cls.env,
            "key-admin",
            groups="base.group_system,account.group_account_manager,"
            "account_silverfin.group_manager",
        )
        cls.env["ir.config_parameter"].set_param("web.base.url", cls.base_url())
        cls.notes = cls.env["silverfin.api.key.note"]

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def press(self, model, method, ids, password):
        """Press a button that may ask for the password; what comes in the end."""
        answer = self.call(model, method, ids)
        if answer and answer.get("res_model") == "res.users.identitycheck":
            answer = self.check_identity(answer, password)
        self.env.invalidate_all()
        return answer

    def check_identity(self, asked, password):
        return self.call(
            "res.users.identitycheck",
            "run_check",
            [asked["res_id"]],
            context={"password": password},
        )

    def make_key(self, login="key-accountant", **values):
        """Log in, fill in the wizard, give the password; the one-time screen."""
        self.authenticate(login, login)
        self.wizard_id = self.call("silverfin.api.key", "create", values)
        return self.press(
            "silverfin.api.key", "action_make_key", [self.wizard_id], login
        )

    def direct_key(self, user=None, days=30, name="Test", **how):
        """A note and its key, without the wizard."""
        expires_on = fields.Date.today() + timedelta(days=days)
        return self.notes.with_user(user or self.accountant)._make_key(
            name, expires_on, **how
        )

    # === As Silverfin does it === #

    def xmlrpc(
        self, login, key, model="account.move.line", method="search_read", *args
    ):
        """The answer over XML-RPC, or False where the key is refused."""
        database = self.env.cr.dbname
        user_id = self.xmlrpc_common.authenticate(database, login, key, {})
        if not user_id:
            return False
        return self.xmlrpc_object.execute_kw(
            database, user_id, key, model, method, args or [[]], {}
        )

    def json2(self, key, model="account.move.line", method="search_read", **arguments):
        """The whole answer over JSON-2."""
        if not arguments:
            arguments = {"domain": [], "fields": ["balance", "account_id"], "limit": 5}
        return self.url_open(
            f"/json/2/{model}/{method}",
            json=arguments,
            headers={
                "Authorization": f"bearer {key}",
                "X-Odoo-Database": self.env.cr.dbname,
            },
        )

    def identity_checked(self):
        """Inside, buttons can be pressed without a session."""
        request = Mock()
        request.session.get.return_value = 10**12
        request.session.debug = ""
        request.httprequest.environ = {"REMOTE_ADDR": "n/a"}
        patched = patch("odoo.addons.base.models.res_users.request", request)
        patched.start()
        self.addCleanup(patched.stop)
