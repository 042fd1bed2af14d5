"""Random books and random faults: after each synchronisation both sides are equal.

SILVERFIN_ROUNDS=n goes through n sequences that nobody tried before, instead of the few
that are always the same; SILVERFIN_SEED=s repeats one. SILVERFIN_WITHOUT="3 8" leaves
steps out: each has a chance of its own, so that the others stay much as they were.
"""

import os
import random
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models.silverfin_run import OPEN_STATES
from ..silverfin_api import wire
from ..sync import failures, worker
from ..sync.packed import unpack
from .bookkeeper import Bookkeeper
from .books import SilverfinBooksCase
from .expected import expected_accounts, expected_items, held_accounts, held_items

STEPS = 25
SYNCS = 0.25
"""Of the steps; the last step is one too."""
FEW_SEEDS = (1, 2, 3)
WITHOUT = {int(number) for number in os.environ.get("SILVERFIN_WITHOUT", "").split()}
WITHDRAWN = 0.9
"""How often an entry is taken back whose request is in doubt."""
MOST_TURNS = 20
"""In which a synchronisation ends, whatever goes wrong at first."""
NO_TOKEN = r"^(?!.*oauth)"
SUBMIT = r"/transactions$"
FAULTS = (
    {"drop": "before"},
    {"drop": "after"},
    {"half": True},
    {"html": True},
    {"status": 500},
    {"status": 500, "act": True},
    {"status": 503, "headers": {"Retry-After": "7"}},
    {"status": 429},
    {"status": 401, "times": 1},
    {"status": 403, "times": 1},
    {"status": 409, "times": 1},
    {"status": 422, "times": 1},
    {"status": 422, "times": 1, "body": {"errors": [{"index": 1, "message": "No"}]}},
)


def seeds():
    """Those of this run, by what was asked for."""
    if seed := os.environ.get("SILVERFIN_SEED"):
        return [int(seed)]
    if rounds := os.environ.get("SILVERFIN_ROUNDS"):
        return random.sample(range(10, 10**6), int(rounds))
    return FEW_SEEDS


@tagged("post_install", "-at_install")
class TestModel(SilverfinBooksCase):
    """A method for each seed; where one fails, its message tells all steps."""

    def setUp(self):
        self.seed = int(self._testMethodName.split("_")[-1])
        # by turns one of the two readings of the contract
        self.sync_point = ("issued", "chosen")[self.seed % 2]
        reading = patch.object(wire, "SYNC_POINT_READING", self.sync_point)
        reading.start()
        self.addCleanup(reading.stop)
        super().setUp()
        self.bookkeeper = Bookkeeper(self)
        self.steps = []
        self.done = 0

    def sequence(self):
        try:
            self.run_sequence()
        except Exception as error:
            steps = "\n".join(self.steps)
            raise AssertionError(
                f"SILVERFIN_SEED={self.seed}\n{steps}\n{error}"
            ) from error

    def chance(self, *place):
        """Of one place in the sequence; the same in each run."""
        return random.Random("/".join(map(str, (self.seed, *place))))

    def change_books(self, *place):
        what, done = self.bookkeeper.work(self.chance(*place))
        self.steps.append(f"{'/'.join(map(str, place))}: {what}")
        self.done += done

    def run_sequence(self):
        self.sandbox.max_actions = self.chance("limit").choice((5, 12, 500))
        self.bookkeeper.begin(self.chance("begin"))
        for number in range(STEPS):
            if number in WITHOUT:
                continue
            if number == STEPS - 1 or self.chance(number, "kind").random() < SYNCS:
                self.synchronise(number)
                self.assert_equal()
            else:
                self.change_books(number)
        self.assertGreater(self.done, STEPS / 4, "hardly anything was done")
        run = self.sync()
        self.assertEqual(
            (run.state, run.upserted, run.deleted), ("done", 0, 0), run.message
        )
        self.verify()
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    # === A synchronisation that things happen to === #

    def synchronise(self, number):
        """Ends without a fault, however it began."""
        chance = self.chance(number)
        kind = chance.choices(("sync", "full", "reset"), (10, 1, 1))[0]
        fault = self.disturb(chance)
        self.steps.append(f"{number}: {kind}, with {fault}")
        run = self.env["silverfin.run"]._ask(kind, link=self.link)
        for turn in range(chance.randrange(1, 5)):
            self.turn(number, run, chance)
            if run.state not in OPEN_STATES:
                break
            self.withdraw_what_is_on_its_way(number, turn)
            if chance.random() < 0.5:
                self.change_books(number, turn)
        self.sandbox.faults.clear()
        self.sandbox.rejections.clear()
        self.link.rejection_ids.action_retry()
        for _turn in range(MOST_TURNS):
            # one that was open when the books changed may have been past the change
            last = self.env["silverfin.run"]._ask("sync", link=self.link)
            self.turn(number, last, chance)
            if last != run and last.state == "done" and run.state not in OPEN_STATES:
                break
        self.assertEqual(last.state, "done", last.message)

    def withdraw_what_is_on_its_way(self, *place):
        """Silverfin may have it, and nobody knows: only the record tells."""
        record = self.position().in_flight
        chance = self.chance(*place, "withdraw")
        if record and record.get("items") and chance.random() < WITHDRAWN:
            keys = unpack(record["items"])
            line_ids = [line_id for line_id, _part in keys if line_id > 0]
            what, done = self.bookkeeper.withdraw(chance, line_ids)
            self.steps.append(f"{'/'.join(map(str, place))}: {what}")
            self.done += done

    def turn(self, number, run, chance):
        """Let the workers work; then time passes."""
        seconds = chance.choice((worker.TURN_SECONDS, worker.TURN_SECONDS, 0))
        with patch.object(worker, "TURN_SECONDS", seconds):
            self.work()
        self.steps.append(f"{number}: {run.kind} {run.state}: {run.message}")
        self.let_time_pass()

    def disturb(self, chance):
        """Make something go wrong; what, in words."""
        kinds = ("", "lost", "fault", "refusal", "moved")
        what = chance.choices(kinds, (2, 4, 4, 2, 1))[0]
        if not what:
            return "nothing else"
        if what == "lost":
            fault = {"drop": "after", "path": SUBMIT, "nth": chance.choice((1, 1, 2))}
            self.sandbox.faults.add(**fault)
            return f"a lost answer, {fault}"
        if what == "moved":
            self.sandbox.wipe(self.client_file)
            return "someone else's reset"
        if what == "refusal":
            lines = self.env["account.move.line"].search(
                [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
            )
            place = chance.randrange(len(lines) or 1)
            named = chance.random() < 0.5
            self.sandbox.reject(id=str(lines[place].id if lines else 0), index=named)
            return f"a refusal of item {place} of {len(lines)}, named: {named}"
        fault = dict(chance.choice(FAULTS))
        fault |= {
            "path": chance.choice((SUBMIT, SUBMIT, NO_TOKEN)),
            "chance": chance.choice((0.3, 0.7, 1)),
            "seed": chance.randrange(1000),
        }
        self.sandbox.faults.add(**fault)
        return str(fault)

    def let_time_pass(self):
        """For the request whose outcome nobody knows, and for what is due later."""
        position = self.position()
        if record := position.in_flight:
            position.in_flight = {**record, "at": record["at"] - failures.DEADLINE - 1}
        runs = self.env["silverfin.run"].sudo()
        runs.search([("state", "in", OPEN_STATES)]).due_at = (
            fields.Datetime.now() - timedelta(seconds=1)
        )
        self.env.flush_all()

    # === Both sides === #

    def assert_equal(self):
        transactions = self.there()
        self.assert_same(
            expected_items(self.company), held_items(self.client_file, transactions)
        )
        there = held_accounts(self.client_file, transactions)
        accounts = expected_accounts(
            self.company,
            self.sandbox.locales,
            self.link.retained_earnings_account_id,
        )
        self.assert_same({number: accounts.get(number) for number in there}, there)

    def assert_same(self, expected, found):
        differences = [
            f"{key}:\n  in the books {expected.get(key)}\n  there {found.get(key)}"
            for key in sorted(expected.keys() | found.keys())
            if expected.get(key) != found.get(key)
        ]
        self.assertFalse(
            differences, "\n".join([f"{len(differences)} differ", *differences[:5]])
        )


for _seed in seeds():
    setattr(TestModel, f"test_sequence_{_seed}", TestModel.sequence)
