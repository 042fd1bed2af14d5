"""The fault matrix: each fault of one submit, in a first load and in a later sync.

Whatever goes wrong, the client file ends equal to the books, a stated number of submits
is repeated, and what a person reads meanwhile is a sentence. docs/faults.rst says the
same in words: it names each row of :data:`FAULTS`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from ..silverfin_api import client
from ..sync import failures
from .faults import GENEROUS, FaultsCase

SUBMIT = r"/transactions$"
FAULTY = 2
"""The submit that goes wrong, counted from 1: one is acknowledged, others follow."""
FIRST_LOAD, LATER = 3, 4
"""Submits that the two syncs of a row need where nothing goes wrong."""
SHORT = 0.5
"""Deadline in seconds of the submit that goes wrong; all others keep the real one."""
REFUSED = "601000"
"""The account of one entry in the submit that goes wrong."""


@dataclass(frozen=True)
class Fault:
    """A row: what goes wrong, and what comes of it in both syncs alike.

    ``rules``: of the sandbox, all for the submit that goes wrong and those right after
    it; ``during``: a method that is called when that submit is about to leave, instead
    of them. ``ends``: the run's state after the first turn; ``says``: words of what the
    person reads then. ``wait``: seconds until the next try, at least. ``repeats``:
    submits more than without a fault, in the first load and in the later sync.
    ``mend``: the method that does what a person does, where the run does not go on by
    itself. ``short``: the request's deadline is over before its answer is there.
    ``retry_after``: what the answer says, in seconds or as a date so far from now.
    """

    name: str
    rules: tuple[dict, ...] = ()
    during: str = ""
    before: str = ""
    ends: str = "running"
    says: str = ""
    wait: float = 0
    repeats: tuple[int, int] = (1, 1)
    mend: str = ""
    short: bool = False
    retry_after: int | timedelta | None = None


LOST = {"says": "answer was lost", "wait": failures.DEADLINE}
BUSY = {"says": "cannot be reached or is busy"}


def _busy(status: int) -> list[Fault]:
    return [
        Fault(
            f"{status} without Retry-After",
            ({"status": status},),
            wait=failures.FIRST_PAUSE,
            **BUSY,
        ),
        Fault(
            f"{status} with Retry-After in seconds",
            ({"status": status},),
            retry_after=600,
            wait=600,
            **BUSY,
        ),
        Fault(
            f"{status} with Retry-After as a date",
            ({"status": status},),
            retry_after=timedelta(seconds=900),
            # a turn on a slow machine takes its part of it
            wait=840,
            **BUSY,
        ),
    ]


FAULTS = [
    Fault("no fault", ends="done", says="Items sent", repeats=(0, 0)),
    Fault(
        "connection refused",
        before="stop_server",
        wait=failures.FIRST_PAUSE,
        repeats=(0, 0),
        **BUSY,
    ),
    Fault("reset before it was carried out", ({"drop": "before"},), **LOST),
    Fault("reset after it was carried out", ({"drop": "after"},), **LOST),
    Fault(
        "time-out, never carried out",
        ({"hold": "after", "status": 500},),
        short=True,
        **LOST,
    ),
    Fault("time-out, carried out late", ({"hold": "before"},), short=True, **LOST),
    Fault("time-out, carried out", ({"hold": "after"},), short=True, **LOST),
    Fault("slow answer past the deadline", ({"drip": 0.05},), short=True, **LOST),
    Fault("401 once", ({"status": 401},), ends="done", says="Items sent"),
    Fault(
        "401 also after a renewal",
        ({"status": 401}, {"status": 401}),
        ends="queued",
        says="Connect",
        repeats=(2, 2),
        mend="connect_again",
    ),
    Fault(
        "403",
        ({"status": 403},),
        ends="failed",
        says="Missing right: financials:transactions:sync",
        mend="sync",
    ),
    Fault(
        "404",
        ({"status": 404},),
        ends="failed",
        says="does not know this client file",
        mend="set_up_again",
    ),
    Fault(
        # everything goes again: also what was acknowledged before
        "409, someone else moved",
        during="somebody_resets",
        says="no longer has the data",
        wait=failures.LOOK_PAUSE,
        repeats=(2, 2),
    ),
    Fault(
        "409, not set up",
        during="misconfigure",
        says="no longer has the data",
        wait=failures.LOOK_PAUSE,
        mend="configure",
    ),
    Fault(
        "422 that names an action",
        during="refuse_naming",
        ends="partial",
        says="Entries set aside: 1.",
        repeats=(2, 2),
        mend="accept_again",
    ),
    Fault(
        "422 that names none",
        during="refuse_nameless",
        ends="partial",
        says="Entries set aside: 1.",
        # the halves of the request, then of the entry
        repeats=(6, 6),
        mend="accept_again",
    ),
    *_busy(429),
    *_busy(503),
    Fault("500", ({"status": 500},), **LOST),
    Fault("a gateway's page", ({"html": True},), **LOST),
    Fault(
        "a page that says 200", ({"html": True, "status": 200, "act": True},), **LOST
    ),
    Fault("half an answer", ({"half": True},), **LOST),
    Fault("an answer without a sync point", ({"patch": {"sync_point": None}},), **LOST),
]


@tagged("post_install", "-at_install")
class TestFaults(FaultsCase):
    def setUp(self):
        super().setUp()
        self.sandbox.max_actions = 4

    def play(self, fault):
        """Both syncs of a row."""
        entries = self.entries(
            "700000", "700000", "700000", REFUSED, "700000", "700000"
        )
        with self.subTest("first load"):
            self.sync_with(fault, FIRST_LOAD, fault.repeats[0])
        self.change(entries)
        with self.subTest("incremental"):
            self.sync_with(fault, LATER, fault.repeats[1])

    def entries(self, *numbers):
        """An entry with each of these accounts, all at once."""
        entries = self.env["account.move"].create(
            [
                {
                    "journal_id": self.journal.id,
                    "date": "2026-03-31",
                    "line_ids": self.lines({"400000": amount, number: -amount}),
                }
                for amount, number in enumerate(numbers, 1)
            ]
        )
        entries.action_post()
        return entries

    def change(self, entries):
        """Three batches of changed and new entries, one of removals."""
        entries[:3].button_draft()
        entries[:2].line_ids.name = "another label"
        entries[:2].action_post()
        entries[2].unlink()
        self.entries("700000", REFUSED, "700000")

    def sync_with(self, fault, needed, repeats):
        before = self.submits()
        if fault.before:
            getattr(self, fault.before)()
        with self.in_force(fault):
            run = self.sync()
        told = run.message
        if run.state in ("queued", "failed", "partial"):
            told = self.link.message
        self.assertEqual(run.state, fault.ends, told)
        self.assert_readable(told, fault.says)
        if fault.ends == "running":
            wait = (run.due_at - run.turn_at).total_seconds()
            self.assertGreaterEqual(wait, fault.wait - 1)
            self.assertLess(wait, 1.3 * fault.wait + GENEROUS)
            if fault.before:
                self.server.start()
            self.settle()
            run = self.turns(run)
        if fault.mend:
            self.assertNotEqual(run.state, "done", "only a person can go on")
            self.assert_readable(self.link.message, "")
            self.assertEqual(self.link.state, self.state_to_mend(fault))
            run = getattr(self, fault.mend)() or self.run_open()
        self.assertEqual(run.state, "done", run.message)
        self.assertFalse(self.position().in_flight)
        self.assertEqual(self.link.state, "in_sync")
        self.assertEqual(self.submits() - before, needed + repeats, "submits")
        self.assertEqual(self.sandbox.overlaps(self.client_file), 0)
        self.assert_equal_to_books()

    def in_force(self, fault):
        """The rules, and a submit that is known as the one that goes wrong."""
        headers = {}
        if isinstance(fault.retry_after, timedelta):
            moment = datetime.now(timezone.utc) + fault.retry_after
            headers["Retry-After"] = format_datetime(moment, usegmt=True)
        elif fault.retry_after:
            headers["Retry-After"] = str(fault.retry_after)
        for effect in fault.rules:
            # of two rules the second sees the requests that the first lets go
            self.sandbox.faults.add(
                method="POST", path=SUBMIT, nth=FAULTY, headers=headers, **effect
            )
        exchange = client.exchange
        count = 0

        def submit(session, method, url, *, deadline, **content):
            nonlocal count
            count += url.endswith("/transactions")
            if url.endswith("/transactions") and count == FAULTY:
                if fault.during:
                    getattr(self, fault.during)()
                deadline = SHORT if fault.short else deadline
            return exchange(session, method, url, deadline=deadline, **content)

        return patch.object(client, "exchange", submit)

    def test_every_seventh_answer_is_lost(self):
        self.sandbox.max_actions = 2
        self.entries(*["700000"] * 15)
        rule = self.sandbox.faults.add(
            method="POST", path=SUBMIT, every=7, drop="after"
        )
        run = self.turns(self.sync())
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(rule.fired, 2)
        self.assertEqual(self.submits(), 15 + rule.fired)
        self.assert_equal_to_books()

    # === What goes wrong, and how it is put right === #

    def stop_server(self):
        self.server.stop()

    def set_up_again(self):
        self.refresh_companies()
        return self.sync()

    def somebody_resets(self):
        self.sandbox.wipe(self.client_file)

    def misconfigure(self):
        self.client_file.misconfigured = "The sync is not configured."

    def configure(self):
        self.assertIn("not ready", self.link.message)
        self.client_file.misconfigured = ""
        return self.sync()

    def refuse_naming(self):
        self.sandbox.reject(account_number=REFUSED, message="The year is closed.")

    def refuse_nameless(self):
        self.sandbox.reject(account_number=REFUSED, index=False)

    def accept_again(self):
        aside = self.link.rejection_ids
        self.assertEqual(len(aside), 1)
        self.assert_readable(aside.reason, "")
        self.sandbox.rejections.clear()
        aside.action_retry()

    def state_to_mend(self, fault):
        return "removed" if fault.mend == "set_up_again" else "attention"

    def test_documentation_names_each_row(self):
        text = (Path(__file__).parents[1] / "docs" / "faults.rst").read_text()
        for fault in FAULTS[1:]:
            self.assertIn(f"- {fault.name}\n", text)


def _test(fault: Fault):
    def test(self):
        self.play(fault)

    return test


for _fault in FAULTS:
    _name = re.sub(r"\W+", "_", _fault.name.lower())
    setattr(TestFaults, f"test_{_name}", _test(_fault))
