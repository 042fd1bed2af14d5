"""The fault matrix, second half: each fault of each other call that a turn makes.

``test_faults.py`` has the submits. Here a call goes wrong once, in a run that needs
it; the run ends equal, the call is repeated once or not at all, and what a person reads
is a sentence. docs/faults.rst says in words what each call's failure means.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from odoo import api, fields
from odoo.tests import tagged

from ..silverfin_api import client, webhook
from .books import SilverfinBooksCase
from .faults import FaultsCase

AGAIN, FAILED, DONE = "running", "failed", "done"
"""How a run stands after the turn with the fault: it is tried again by itself, a person
must go on, or nothing is to be seen of it."""

BUSY = (AGAIN, "cannot be reached or is busy")
LOST = (AGAIN, "answer was lost")
ODD = (AGAIN, "not what Silverfin's answers look like")
RIGHT = (FAILED, "Missing right")
NO_FIRM = (FAILED, "does not know the firm")
NO_FILE = (FAILED, "does not know this client file")
NOT_READY = (FAILED, "not ready for a synchronisation")
SET_UP = (FAILED, "set-up is not right")
REFUSED = (FAILED, "Silverfin refused")
UNSEEN = (DONE, "")

FAULTS = {
    "reset before": {"drop": "before"},
    "reset after": {"drop": "after"},
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "409": {"status": 409},
    "422": {"status": 422},
    "503": {"status": 503, "headers": {"Retry-After": "600"}},
    "500": {"status": 500, "act": True},
    "page that says 200": {"html": True, "status": 200, "act": True},
    "half an answer": {"half": True},
}
LIKE_OTHERS = ("500", "half an answer")
"""Left out where nobody asks for all (SILVERFIN_SLOW=1): what they mean, others do."""
READ = {
    "reset before": BUSY,
    "reset after": BUSY,
    "401": UNSEEN,
    "403": RIGHT,
    "404": NO_FILE,
    "409": NOT_READY,
    "422": ODD,
    "503": BUSY,
    "500": BUSY,
    "page that says 200": ODD,
    "half an answer": BUSY,
}
WRITE = READ | {
    "reset before": LOST,
    "reset after": LOST,
    "409": (AGAIN, "no longer has the data"),
    "422": REFUSED,
    "500": LOST,
    "page that says 200": LOST,
    "half an answer": LOST,
}
OF_FIRM = {"404": NO_FIRM, "409": BUSY}


@dataclass(frozen=True)
class Call:
    """A row: which request goes wrong, and in which run.

    ``ask``: the method that lets the workers work on such a run, and gives it;
    ``before``: the one that makes it need the call. ``means``: of each fault, how the
    run stands then and words of what is read. ``done_without``: faults after which the
    run does not ask any more.
    """

    name: str
    method: str
    path: str
    ask: str
    means: dict[str, tuple[str, str]] = field(default_factory=dict)
    before: str = ""
    done_without: tuple[str, ...] = ()


CALLS = [
    Call("limits", "GET", "/syncs/settings$", "sync", READ | {"404": NO_FIRM}),
    Call("state of the client file", "GET", "/info$", "sync", READ),
    Call(
        "financial years",
        "POST",
        "/companies/[0-9]+/settings$",
        "sync",
        WRITE,
        before="forget_years",
    ),
    Call(
        "start again",
        "DELETE",
        "/reset$",
        "start_again",
        # its answer has no content: half of it is all of it
        WRITE | {"half an answer": UNSEEN},
        done_without=("half an answer",),
    ),
    Call("periods", "GET", "/periods$", "verify", READ),
    Call("balances", "GET", "/periods/[0-9]+/accounts$", "verify", READ),
    Call(
        "adjustments",
        "GET",
        "/adjustments$",
        "verify",
        # who may not read them does without
        READ | {"403": UNSEEN, "404": UNSEEN},
        done_without=("403", "404"),
    ),
    Call(
        "renewal of the access",
        "POST",
        "/oauth/token$",
        "sync",
        # asked a second time at once: the old pair still lives
        dict.fromkeys(FAULTS, SET_UP)
        | dict.fromkeys(
            ("reset before", "reset after", "500", "page that says 200"), UNSEEN
        )
        | {"403": RIGHT, "503": BUSY, "half an answer": UNSEEN},
        before="let_the_access_end",
    ),
    Call("list of client files", "GET", "/companies$", "look", READ | OF_FIRM),
    Call("references", "POST", "/sync_references$", "offer", WRITE | OF_FIRM),
]


def chosen_faults():
    """Those that are played, by what was asked for."""
    everything = os.environ.get("SILVERFIN_SLOW")
    return [
        (name, effect)
        for name, effect in FAULTS.items()
        if everything or name not in LIKE_OTHERS
    ]


@tagged("post_install", "-at_install")
class TestFaultCalls(FaultsCase):
    def setUp(self):
        super().setUp()
        self.move = self.entry({"400000": 7, "700000": -7})
        self.sync()
        self.assertEqual(self.link.verify_state, "equal")

    def play(self, call):
        self.assertEqual(call.means.keys(), FAULTS.keys())
        needed = None
        for name, effect in [("none", None), *chosen_faults()]:
            with self.subTest(fault=name):
                before = self.count(call)
                self.live_through(call, name, effect)
                count = self.count(call) - before
                if needed is None:
                    needed = count
                    self.assertGreater(needed, 0)
                elif name in call.done_without:
                    self.assertEqual(count, 1)
                else:
                    self.assertEqual(count - needed, 1, "repeated")
        self.sync()
        self.verify()
        self.assertEqual(self.link.verify_state, "equal")
        self.assert_equal_to_books()

    def live_through(self, call, name, effect):
        if call.ask == "sync":
            self.move.line_ids.name = f"with {name}"
        if call.before:
            getattr(self, call.before)()
        if effect:
            rule = self.sandbox.faults.add(
                method=call.method, path=call.path, nth=1, **effect
            )
        run = getattr(self, call.ask)()
        if effect:
            self.assertEqual(rule.fired, 1)
            ends, says = call.means[name]
            self.assertEqual(run.state, ends, run.message)
            self.assert_readable(run.message, says)
        self.sandbox.faults.clear()
        if run.state == AGAIN:
            self.assertGreater(run.due_at, fields.Datetime.now())
            run = self.turns(run)
        if run.state == FAILED:
            if self.link.state == "removed":
                self.refresh_companies()
            run = self.turns(getattr(self, call.ask)())
        self.assertEqual(run.state, DONE, run.message)
        self.assertFalse(self.position().in_flight)
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.link.sudo().activity_ids)
        self.assertFalse(self.connection.sudo().activity_ids)
        if call.ask in ("sync", "start_again"):
            self.assertEqual(self.link.state, "in_sync")
            self.assert_equal_to_books()

    def count(self, call):
        return sum(
            entry.method == call.method and bool(re.search(call.path, entry.path))
            for entry in self.sandbox.log
        )

    # === Runs === #

    def start_again(self):
        run = self.env["silverfin.run"]._ask("reset", link=self.link)
        self.work()
        return run

    def look(self):
        return self.of_connection("companies")

    def offer(self):
        run = self.of_connection("references")
        ((_application, line),) = self.sandbox.state.references_of(self.firm)
        self.assertEqual(line.reference, self.link.sync_reference)
        return run

    def of_connection(self, kind):
        run = self.env["silverfin.run"]._ask(kind, connection=self.connection)
        self.work()
        return run

    def forget_years(self):
        """As after a reset: nobody says whether Silverfin keeps them."""
        self.position().settings_sent = False

    def let_the_access_end(self):
        self.env.cr.execute("UPDATE silverfin_token SET expires_at = '2020-01-01'")

    def test_documentation_names_each_call(self):
        text = (Path(__file__).parents[1] / "docs" / "faults.rst").read_text()
        for call in CALLS:
            self.assertIn(f"   * - {call.name}\n", text)


def _test(call: Call):
    def test(self):
        self.play(call)

    return test


for _call in CALLS:
    _name = re.sub(r"\W+", "_", _call.name)
    setattr(TestFaultCalls, f"test_{_name}", _test(_call))


@tagged("post_install", "-at_install")
class TestFaultWebhooks(FaultsCase):
    """The calls that register this database's address: the look goes on without."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "https://odoo.test"
        )
        (application,) = self.sandbox.state.applications.values()
        self.connection.webhook_token_1_input = application.signing_tokens[0]
        reached = webhook.ProbeResult(True, 200)
        probe = patch.object(webhook, "probe", lambda *_args, **_options: reached)
        probe.start()
        self.addCleanup(probe.stop)

    def test_registration(self):
        for method in ("GET", "POST"):
            for name, effect in chosen_faults():
                with self.subTest(method=method, fault=name):
                    self.sandbox.state.webhooks.clear()
                    self.refresh_companies()
                    self.sandbox.state.webhooks.clear()
                    rule = self.sandbox.faults.add(
                        method=method, path="/webhooks$", nth=1, **effect
                    )
                    self.refresh_companies()
                    self.assertEqual(rule.fired, 1)
                    if name == "401":
                        self.assertEqual(self.connection.webhook_state, "webhook")
                    else:
                        self.assertEqual(self.connection.webhook_state, "polling")
                        self.assert_readable(
                            self.connection.webhook_reason, "did not take the address"
                        )
                    self.sandbox.faults.clear()
                    self.refresh_companies()
                    self.assertEqual(self.connection.webhook_state, "webhook")
                    self.assertEqual(len(self.sandbox.state.webhooks), 1)
                    self.assertFalse(self.connection.sudo().activity_ids)


@tagged("post_install", "-at_install")
class TestNoTransaction(SilverfinBooksCase):
    """Whatever Silverfin is asked: no transaction of the worker is open meanwhile."""

    def work(self):
        """As ever, with an eye on the worker's cursor at each request."""
        exchange = client.exchange

        def look(*args, **content):
            # in tests a cursor has a savepoint while its transaction would be open
            self.asked[args[2].rpartition("/")[2]] = bool(cr._savepoint)
            return exchange(*args, **content)

        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            with patch.object(client, "exchange", look):
                env["silverfin.run"]._cron_run()
        self.env.invalidate_all()

    def setUp(self):
        self.asked = {}
        super().setUp()

    def test_no_transaction_is_open(self):
        self.entry({"400000": 7, "700000": -7})
        self.sync()
        self.env["silverfin.run"]._ask("reset", link=self.link)
        self.work()
        self.assertLess(
            {"companies", "sync_references", "settings", "info", "transactions"}
            | {"reset", "periods", "accounts", "adjustments"},
            self.asked.keys() | {"and others"},
        )
        self.assertEqual([name for name, is_open in self.asked.items() if is_open], [])
