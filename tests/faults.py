"""Things that go wrong with requests, and how a test lives through them."""

import re
import time
from datetime import timedelta

from odoo import fields

from ..silverfin_api import PUSH_SCOPES, READ_SCOPES
from ..sync import failures
from .books import SilverfinBooksCase

GENEROUS = 60
"""Seconds that a slow machine may take, where there is something to wait for."""
# no screen says these
NEVER_SAID = re.compile(
    r"traceback|\b(links?|upserts?|batch(es)?|digests?|sync points?|endpoints?)\b", re.I
)


class FaultsCase(SilverfinBooksCase):
    """What passes between two tries, and what a person reads and does."""

    def turns(self, run):
        """What the schedule does, without the waiting."""
        for _turn in range(failures.MOST_ATTEMPTS):
            if run.state != "running":
                break
            self.later()
            self.work()
        return run

    def later(self):
        """Let time pass, for what was on its way and for what is due."""
        position = self.position()
        if position.in_flight:
            position.in_flight = dict(
                position.in_flight,
                at=position.in_flight["at"] - failures.DEADLINE - 1,
            )
        runs = self.env["silverfin.run"].sudo().search([("state", "=", "running")])
        runs.due_at = fields.Datetime.now() - timedelta(seconds=1)

    def settle(self):
        """The fault is over: nothing of it is going on in the sandbox any more."""
        self.sandbox.faults.clear()
        ends = time.monotonic() + GENEROUS
        while any(entry.ended is None for entry in self.sandbox.log):
            self.assertLess(time.monotonic(), ends, "the sandbox hangs")
            time.sleep(0.01)

    def connect_again(self):
        (application,) = self.sandbox.state.applications.values()
        self.assertEqual(self.connection.state, "reconnect")
        scopes = PUSH_SCOPES + READ_SCOPES
        tokens = self.sandbox.grant(application, self.firm, scopes)
        self.env["silverfin.authorization"].sudo()._keep(
            self.connection, tokens, str(self.firm.id), "http://127.0.0.1/none", None
        )

    # === What a person reads === #

    def assert_readable(self, text, words):
        self.assertIn(words, text)
        self.assertRegex(text, r"^[A-Z0-9]", "a sentence begins")
        self.assertRegex(text, r"[.!)]$", "a sentence ends")
        self.assertNotRegex(text, NEVER_SAID)
        self.assertNotRegex(text, r"[{}<]|0x|\\")
        for secret in self.secrets():
            self.assertNotIn(secret, text)

    def secrets(self):
        tokens = self.sandbox.state.tokens
        (application,) = self.sandbox.state.applications.values()
        return {
            application.client_secret,
            *tokens.by_access,
            *tokens.by_refresh,
        }
