"""A firm in a sandbox and a connection to it: what tests of the connection share."""

import unittest
from contextlib import contextmanager

from odoo import api
from odoo.tests import HttpCase, TransactionCase, new_test_user

from ..silverfin_api import OUT_OF_BAND, PUSH_SCOPES, READ_SCOPES
from .sandbox import Sandbox, SandboxServer

CALLBACK = "/silverfin/oauth/callback"


class SilverfinMixin:
    """``sandbox`` on ``server``, with a ``firm``, its ``admin`` and an ``application``.

    ``connection`` is set up for them and not connected; see ``connect``.
    """

    sync_point = "issued"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "silverfin-manager",
            groups="base.group_user,account_silverfin.group_manager",
        )
        cls.user = new_test_user(
            cls.env,
            "silverfin-user",
            groups="base.group_user,account_silverfin.group_user",
        )
        cls.employee = new_test_user(
            cls.env, "silverfin-employee", groups="base.group_user"
        )

    def setUp(self):
        super().setUp()
        self.sandbox = Sandbox(sync_point=self.sync_point)
        self.server = SandboxServer(self.sandbox).start()
        self.addCleanup(self.server.stop)
        self.firm = self.sandbox.add_firm("The Firm")
        self.admin = self.sandbox.add_user(self.firm, "admin@firm.test")
        self.redirect_uri = self.env["silverfin.connection"]._redirect_uri()
        self.application = self.sandbox.add_application(
            [self.redirect_uri, OUT_OF_BAND]
        )
        self.connection = self.make_connection()

    def make_connection(self, **values):
        """A connection as an administrator fills it in."""
        return (
            self.env["silverfin.connection"]
            .with_user(self.manager)
            .create(
                {
                    "name": "The Firm",
                    "base_url": self.server.url,
                    "client_id": self.application.client_id,
                    "client_secret_input": self.application.client_secret,
                    **values,
                }
            )
        )

    def connect(self, connection=None, scopes=PUSH_SCOPES + READ_SCOPES):
        """A grant without the browser; the pair as the sandbox gave it."""
        connection = connection or self.connection
        tokens = self.sandbox.grant(self.application, self.firm, scopes)
        self.env["silverfin.token"]._store(
            connection,
            tokens,
            scopes=" ".join(scopes),
            redirect_uri=self.redirect_uri,
            firm_number=str(self.firm.id),
        )
        connection.sudo().write(
            {"state": "connected", "firm_number": str(self.firm.id)}
        )
        return tokens

    def make_link(self, company=None):
        """A client file of our connection, not set up in Silverfin yet."""
        return self.env["silverfin.link"].create(
            {
                "connection_id": self.connection.id,
                "company_id": (company or self.env.company).id,
            }
        )

    @contextmanager
    def other_cursors(self):
        """Inside, new cursors see what the test wrote, as they see commits."""
        self.env.flush_all()
        if type(self)._registry_patched:
            yield
        else:
            with self.enter_registry_test_mode():
                yield
        self.env.invalidate_all()

    def raises(self, kind, words=""):
        """``assertRaisesRegex`` that keeps what other cursors have committed.

        Odoo's own rolls back to before the block.
        """
        return unittest.TestCase.assertRaisesRegex(self, kind, words)

    def run_cron(self):
        """One call of the cron's entry, which works until nothing is due."""
        with self.other_cursors(), self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["silverfin.run"]._cron_run()

    def grant_of(self, connection=None):
        """What is kept of a connection's grant, read past the ORM's cache."""
        connection = connection or self.connection
        self.env.flush_all()
        return self.env["silverfin.token"].sudo()._grant(connection)

    def secrets(self):
        """Every text that must not be shown anywhere."""
        tokens = self.sandbox.state.tokens
        return {
            self.application.client_secret,
            *self.application.signing_tokens,
            *tokens.by_access,
            *tokens.by_refresh,
            *tokens.codes,
        }

    def token_requests(self):
        """How often the token address was asked."""
        return sum(entry.path.endswith("/oauth/token") for entry in self.sandbox.log)

    def assert_no_secret(self, text):
        found = [secret for secret in self.secrets() if secret in str(text)]
        self.assertFalse(found, text)


class SilverfinCase(SilverfinMixin, TransactionCase):
    """Tests that need no web server."""


class SilverfinHttpCase(SilverfinMixin, HttpCase):
    """Tests through Odoo's web server, with a session."""
