"""A start date in Silverfin: what lies before it goes as an opening, kept equal."""

from datetime import date
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged

from ..sync import failures
from .books import SilverfinBooksCase

START = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestStartDate(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.start(START)

    def start(self, day):
        """Choose the start date in Silverfin."""
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference, day)
        self.refresh_companies()

    def openings(self):
        """By account number and value, those of items by their id."""
        found = {}
        for key, line in self.there().items():
            if key.startswith("opening/"):
                self.assertEqual(line.date, self.link.sync_start_at)
                name = line.account_number if "account" in key else key.split("/")[1]
                found[name] = (line.value, line.open_value)
        return found

    def done(self):
        """Synchronise, twice; the first run."""
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        again = self.sync()
        self.assertEqual((again.upserted, again.deleted), (0, 0), "sent once")
        return run

    def assert_proven(self):
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def test_per_account_and_per_open_item(self):
        """By hand, on 1 January 2026.

        An invoice of 121.00 in 2024 (VAT 21.00), 40.00 of it paid in 2025 and 30.00 in
        2026: 81.00 was open on the day, 51.00 is now. An invoice of 10.00 paid in 2025:
        nothing. A bill of 50.00 in 2025, credited in 2026: 50.00 was open, nothing is
        now. Bank: 40 + 10 = 50.00. Result: sales 100 + 10, purchases 50: 60.00 profit,
        into 149000. Sum: 81 - 50 + 50 - 21 - 60 = 0."""
        invoice = self.entry(
            {"400000": 121, "451000": -21, "700000": -100}, date="2024-05-05"
        )
        first = self.entry({"550000": 40, "400000": -40}, date="2025-02-02")
        second = self.entry({"550000": 30, "400000": -30}, date="2026-02-02")
        (invoice.line_ids[0] + first.line_ids[1]).reconcile()
        (invoice.line_ids[0] + second.line_ids[1]).reconcile()
        paid = self.entry({"400000": 10, "700000": -10}, date="2025-03-03")
        payment = self.entry({"550000": 10, "400000": -10}, date="2025-12-31")
        (paid.line_ids[0] + payment.line_ids[1]).reconcile()
        bill = self.entry({"440000": -50, "600000": 50}, date="2025-06-06")
        credit = self.entry({"440000": 50, "600000": -50}, date="2026-01-01")
        (bill.line_ids[0] + credit.line_ids[0]).reconcile()
        self.done()
        self.assertEqual(
            self.openings(),
            {
                str(invoice.line_ids[0].id): (Decimal(81), Decimal(51)),
                str(bill.line_ids[0].id): (Decimal(-50), None),
                "451000": (Decimal(-21), None),
                "550000": (Decimal(50), None),
                "149000": (Decimal(-60), None),
            },
        )
        self.assertEqual(
            [
                (f"{year.start}", year.compute_opening_balances)
                for year in self.client_file.years
            ],
            [("2026-01-01", False)],
        )
        self.assertEqual(self.balance_there("700000"), 0)
        self.assertEqual(self.balance_there("400000"), 51)
        self.assert_proven()

    def test_an_opening_item_keeps_its_words(self):
        partner = self.env["res.partner"].create({"name": "Azure Interior"})
        invoice = self.entry(
            {"400000": 121, "700000": -121},
            date="2025-05-05",
            partner_id=partner.id,
            ref="PO 7",
        )
        self.done()
        there = self.there()[f"opening/{invoice.line_ids[0].id}"]
        self.assertEqual(there.relation, "Azure Interior")
        self.assertEqual(there.description, "Line on 400000")
        self.assertEqual(there.open_category, "receivable")
        self.assertIn(invoice.name, there.extra_fields)

    def test_a_payment_later_sends_only_what_is_open_now(self):
        invoice = self.entry({"400000": 121, "700000": -121}, date="2025-05-05")
        line = invoice.line_ids[0]
        self.done()
        self.assertEqual(self.openings()[str(line.id)], (121, 121))
        payment = self.entry({"550000": 121, "400000": -121}, date="2026-02-02")
        (line + payment.line_ids[1]).reconcile()
        run = self.done()
        self.assertEqual(run.upserted, 3, "the payment, and the item it paid")
        self.assertNotIn("opening", run.message)
        self.assertEqual(self.openings()[str(line.id)], (121, None))
        # and a payment before the day takes the opening away
        line.remove_move_reconcile()
        earlier = self.entry({"550000": 121, "400000": -121}, date="2025-12-31")
        (line + earlier.line_ids[1]).reconcile()
        self.done()
        self.assertEqual(
            self.openings(), {"550000": (121, None), "149000": (-121, None)}
        )
        self.assert_proven()

    def test_an_older_entry_changes_and_is_named(self):
        """100.00 becomes 130.00 in an entry of 2025, another is deleted."""
        entry = self.entry({"550000": 100, "700000": -100}, date="2025-05-05")
        other = self.entry({"601000": 7, "550000": -7}, date="2025-06-06")
        same = self.entry({"601000": 1, "550000": -1}, date="2025-07-07")
        self.entry({"550000": 5, "700000": -5}, date="2026-05-05")
        run = self.done()
        self.assertNotIn("opening", run.message)
        self.assertEqual(self.openings(), {"550000": (92, None), "149000": (-92, None)})
        name = other.name
        entry.button_draft()
        entry.line_ids = [
            Command.update(line.id, {"balance": line.balance * 1.3})
            for line in entry.line_ids
        ]
        entry.action_post()
        other.button_draft()
        other.unlink()
        run = self.done()
        self.assertEqual(
            self.openings(), {"550000": (129, None), "149000": (-129, None)}
        )
        self.assertIn(
            f"The opening on 01/01/2026 changed, by entries before it: {entry.name}, "
            f"{name} (removed).",
            run.message,
        )
        self.assertNotIn(same.name, run.message)
        self.assertIn(name, self.link.message_ids[0].body)
        self.assert_proven()

    def test_nothing_left_of_an_account(self):
        entry = self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        self.done()
        self.assertEqual(set(self.openings()), {"550000", "100000"})
        entry.button_draft()
        entry.unlink()
        self.entry({"550000": 1, "700000": -1}, date="2026-05-05")
        run = self.done()
        self.assertEqual(run.deleted, 2)
        self.assertEqual(self.openings(), {})

    def test_recoded_and_retyped(self):
        """The opening of an account follows its number, and carries its type along."""
        self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        self.done()
        self.account("550000").code = "550009"
        run = self.done()
        self.assertEqual((run.upserted, run.deleted), (1, 0))
        self.assertEqual(set(self.openings()), {"550009", "100000"})
        self.account("100000").account_type = "liability_non_current"
        run = self.done()
        self.assertEqual(run.upserted, 1)
        self.assertEqual(self.client_file.accounts["100000"].type, "liability")

    def test_an_account_number_that_is_an_items_number(self):
        """An item 123 and an account 123 have openings of their own."""
        invoice = self.entry({"400000": 121, "550000": -121}, date="2025-05-05")
        line = invoice.line_ids[0]
        self.account("550000").code = str(line.id)
        self.done()
        values = sorted(
            there.value
            for key, there in self.there().items()
            if key.startswith("opening/")
        )
        self.assertEqual(values, [-121, 121])

    def test_without_code(self):
        self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        self.account("550000").code_store = False
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("first synchronisation. Accounts without a code:", run.message)
        self.link.checkup_id.action_accept()
        run = self.run_open()
        self.assertEqual(run.state, "failed")
        self.assertIn("“Bank” cannot be sent: the account has no code", run.message)
        self.account("550000").code_store = "550000"
        self.done()
        self.assert_proven()

    def test_a_refused_opening_is_told(self):
        self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        rule = self.sandbox.reject(account_number="550000", message="Closed")
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("refused the opening of the account “Bank”", run.message)
        self.sandbox.rejections.remove(rule)
        self.done()
        self.assert_proven()

    def test_an_answer_lost(self):
        """Accepted, and nobody heard; in between the opening becomes another."""
        entry = self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        self.sandbox.faults.add(
            method="POST", path="transactions$", drop="after", times=1
        )
        run = self.sync()
        self.assertEqual(len(self.there()), 2)
        entry.button_draft()
        entry.line_ids[1].account_id = self.account("700000")
        entry.action_post()
        position = self.position()
        flight = dict(position.in_flight)
        flight["at"] -= failures.DEADLINE + 1
        position.in_flight = flight
        self.link.open_run_id.sudo().due_at = fields.Datetime.now()
        self.work()
        self.assertEqual(
            self.openings(), {"550000": (100, None), "149000": (-100, None)}
        )
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(run.deleted, 1, "100000, of which nothing is left")
        self.assert_proven()

    def test_only_the_first_day_of_a_year(self):
        self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        self.start(date(2026, 2, 1))
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("which is not the first day of a financial year", run.message)
        self.assertIn("01/01/2026 to 12/31/2026", run.message)
        self.assertFalse(self.there())
        # a year corrected here is enough
        self.link.year_ids = [
            Command.create({"start_date": "2026-02-01", "end_date": "2026-12-31"})
        ]
        self.done()
        self.assertEqual(set(self.openings()), {"550000", "100000"})

    def test_only_older_entries(self):
        self.entry({"550000": 100, "100000": -100}, date="2020-05-05")
        self.done()
        self.assertEqual(len(self.client_file.years), 1)
        self.assertEqual(self.balance_there("550000"), 100)

    def test_a_typing_error_is_no_opening(self):
        self.entry({"550000": 5, "700000": -5}, date="2025-12-31")
        wrong = self.entry({"550000": 100, "100000": -100}, date="0217-02-28")
        run = self.sync()
        self.assertEqual(run.state, "partial")
        self.assertEqual(self.link.rejection_ids.move_id, wrong)
        self.assertEqual(self.openings(), {"550000": (5, None), "149000": (-5, None)})

    def test_another_start_date(self):
        """What was sent is removed there, and goes again from the other day on."""
        self.entry({"550000": 100, "700000": -100}, date="2024-05-05")
        self.entry({"550000": 20, "700000": -20}, date="2025-05-05")
        self.done()
        self.assertEqual(self.openings()["550000"], (120, None))
        self.start(date(2025, 1, 1))
        self.work()
        self.assertEqual(self.openings()["550000"], (100, None))
        self.assertEqual(len(self.there()), 4)
        self.assert_proven()
        self.start(None)
        self.work()
        self.assertEqual(self.openings(), {})
        self.assert_equal_to_books()

    def test_another_start_date_before_the_first_load_was_done(self):
        """What went meanwhile goes away: it is in the opening now."""
        self.start(None)
        self.sandbox.max_actions = 2
        self.entry({"400000": 10, "700000": -10}, date="2025-05-05")
        self.entry({"550000": 20, "700000": -20}, date="2026-05-05")
        self.sandbox.faults.add(path="transactions$", status=403, nth=2)
        self.assertEqual(self.sync().state, "failed")
        self.assertEqual(len(self.there()), 2)
        self.start(START)
        self.done()
        self.assertLessEqual(START, min(line.date for line in self.there().values()))
        self.assert_proven()

    def test_without_a_retained_earnings_account(self):
        self.link.retained_earnings_account_id = False
        self.entry({"550000": 5, "700000": -5}, date="2025-12-31")
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("Choose the retained earnings account", run.message)
