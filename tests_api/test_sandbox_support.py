"""What the tests of the sandbox share: a firm with one client file, over real HTTP."""

import sys
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import requests

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

import sandbox
import sandbox.state

# The other tests take these from here: the path is set before the first import.
Sandbox = sandbox.Sandbox
SandboxServer = sandbox.SandboxServer
Transaction = sandbox.Transaction
SCOPES = sandbox.state.SCOPES

REDIRECT = "https://odoo.example.com/silverfin/oauth/callback?db=one"
TRADE = {"number": "400000", "names": {"en": "Trade debtors"}, "type": "asset"}
SALES = {"number": "700000", "names": {"en": "Sales"}, "type": "income"}
COSTS = {"number": "600000", "names": {"en": "Purchases"}, "type": "expense"}
VAT = {"number": "451000", "names": {"en": "VAT"}, "type": "liability"}
RESULT = {"number": "140000", "names": {"en": "Carried over"}, "type": "equity"}
ACCOUNTS = [TRADE, SALES, COSTS, VAT, RESULT]


def upsert(id="1", date="2026-01-31", account="400000", value=121.07, **more):
    """An action that is right unless told otherwise."""
    line = {"id": id, "date": date, "account_number": account, "value": value}
    return {"upsert": {**line, **more}}


def year(start, end, opening=True, retained=True):
    return {
        "start_date": start,
        "end_date": end,
        "compute_opening_balances": opening,
        "compute_retained_earnings": retained,
    }


class SandboxCase(unittest.TestCase):
    """A sandbox on a port, a firm, an application with every right, a synced file."""

    reading = "issued"

    def setUp(self):
        self.time = datetime(2026, 3, 1, tzinfo=timezone.utc)
        self.sandbox = Sandbox(self.reading, now=lambda: self.time)
        self.firm = self.sandbox.add_firm("Firm")
        self.user = self.sandbox.add_user(self.firm, "admin@sandbox.test")
        self.application = self.sandbox.add_application([REDIRECT])
        self.file = self.sandbox.add_client_file(self.firm, "File")
        server = SandboxServer(self.sandbox)
        server.start()
        self.addCleanup(server.stop)
        self.server = server
        self.http = requests.Session()
        self.addCleanup(self.http.close)
        self.token = self.sandbox.grant(self.application, self.firm)
        self.point = ""
        self.set_up(self.file)

    def set_up(self, file, reference="uuid:1"):
        sync = self.sandbox.set_up_sync(file, reference, None, self.application)
        self.point = sync.point

    def tick(self, **time):
        self.time += timedelta(**time)

    def call(self, method, path, *, firm=None, token=None, **options):
        """A request of the API below ``/api/v4/f/{firm}``."""
        headers = options.pop("headers", {})
        access = self.token.access_token if token is None else token
        return self.http.request(
            method,
            f"{self.server.url}/api/v4/f/{firm or self.firm.id}{path}",
            headers={"Authorization": f"Bearer {access}", **headers},
            timeout=10,
            **options,
        )

    def sync_call(self, method, rest, file=None, **options):
        company = (file or self.file).id
        return self.call(method, f"/syncs/companies/{company}/{rest}", **options)

    def submit(self, actions, accounts=None, file=None, **more):
        """Submit with the point that is due, and keep the one that comes back."""
        body = {"sync_point": self.point, "actions": actions, **more}
        if accounts is not None:
            body["accounts"] = accounts
        answer = self.sync_call("POST", "transactions", file=file, json=body)
        if answer.ok:
            self.point = answer.json()["sync_point"]
        return answer

    def accepted(self, *args, **kwargs):
        answer = self.submit(*args, **kwargs)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer

    def control(self, name, **arguments):
        return self.http.post(
            f"{self.server.url}/_control/{name}", json=arguments, timeout=10
        )

    def assertRefused(self, answer, status, said=""):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertIn(said, answer.text)
        self.assertTrue({"error", "errors"} & answer.json().keys())
