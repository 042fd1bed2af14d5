"""Accounts that carry forward though Odoo types them as income: named, and offered."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..ledger.carried import is_proposed
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestCarried(SilverfinBooksCase):
    """German books, taken over from another program by balances brought forward.

    2024: bank 1,000.00 and capital -900.00 against 9000, where -100.00 is left by
    mistake; sales 50.00. 2025: 30.00 of it is put right against the bank; sales 7.00.
    9000 has -100.00 in 2024 and 30.00 in 2025: together -70.00.
    """

    def setUp(self):
        super().setUp()
        for code in ("9000", "9008", "9800"):
            self.accounts[code] = self.env["account.account"].create(
                {
                    "code": code,
                    "name": f"Carried {code}",
                    "account_type": "income_other",
                }
            )
        self.company.sudo().account_fiscal_country_id = self.env.ref("base.de")
        self.entry({"550000": 1000, "9000": -1000}, date="2024-01-01")
        self.entry({"9000": 900, "100000": -900}, date="2024-01-01")
        self.entry({"400000": 50, "700000": -50}, date="2024-05-05")
        self.entry({"9000": 30, "550000": -30}, date="2025-02-02")
        self.entry({"400000": 7, "700000": -7}, date="2025-05-05")
        self.entry({"400000": 1, "700000": -1}, date="2026-01-15")

    def choose(self, *numbers):
        ids = [self.account(number).id for number in numbers]
        self.link.carried_account_ids = [Command.set(ids)]

    def assert_proven(self):
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def assert_there(self, number, **balances):
        """``_2024_12_31=-100``: the balance in Silverfin on that day."""
        found = {
            day: self.balance_there(number, day.strip("_").replace("_", "-"))
            for day in balances
        }
        self.assertEqual(found, balances, number)

    def test_a_rest_is_named(self):
        """As income, 2024 has a profit of 50 + 100, and 2025 of 7 - 30."""
        run = self.sync()
        self.assertIn("9000 -", run.message)
        self.assertRegex(
            run.message, "9000 .*100.00.*year to 12/31/2024; .*30.00.*12/31/2025"
        )
        report = self.link.carried_report
        self.assertIn("A balance remains", report)
        self.assertEqual(report.count("Carried 9000"), 2)
        self.assertIn("70.00", report)
        self.assertNotIn("9800", report, "no account of the chart that carries forward")
        self.assertTrue(self.link.has_carried_proposal)
        self.assertFalse(self.link.carried_account_ids, "nothing is forced")
        self.assert_proven()
        self.assert_there("149000", _2025_01_01=-150, _2026_01_01=-127)
        self.assert_there("9000", _2024_12_31=-100, _2025_12_31=30, _2026_01_01=0)

    def test_sent_as_equity_and_back(self):
        """As equity, the profits are 50.00 and 7.00; 9000 keeps -100.00 and -70.00."""
        self.assert_proven()
        self.link.action_carry_proposed()
        self.assertEqual(
            self.link.carried_account_ids, self.account("9000") + self.account("9008")
        )
        self.assertFalse(self.link.carried_report)
        run = self.sync()
        self.assertEqual(run.upserted, 1, "the account, with one of its items")
        self.assertNotIn("9000", run.message)
        self.assertEqual(self.client_file.accounts["9000"].type, "equity")
        self.assert_proven()
        self.assert_there("149000", _2025_01_01=-50, _2026_01_01=-57)
        self.assert_there("9000", _2024_12_31=-100, _2025_12_31=-70, _2026_01_01=-70)
        self.assertEqual(
            [row["result"] for row in self.link._years_overview()["years"]], [50, 7, 1]
        )
        self.choose()
        self.assert_proven()
        self.assertEqual(self.client_file.accounts["9000"].type, "income")
        self.assert_there("149000", _2025_01_01=-150)

    def test_the_change_is_shown_before(self):
        with Form(self.link) as form:
            form.carried_account_ids.add(self.account("9000"))
            self.assertIn("Once you save", form.carried_report)
            self.assertIn("100.00", form.carried_report)
            self.assertIn("70.00", form.carried_report)
            self.assertIn("149000", form.carried_report)
        self.assertFalse(self.link.carried_report)
        with Form(self.link) as form:
            form.carried_account_ids.add(self.account("9800"))
            self.assertIn("no figure changes", form.carried_report)

    def test_before_a_start_date(self):
        """From 2025 on: 149000 opens with -150.00, or with -50.00 and 9000 with
        -100.00."""
        start = date(2025, 1, 1)
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference, start)
        self.refresh_companies()
        self.assert_proven()
        self.assertIn("before the start date", self.link.carried_report)
        self.assert_there("149000", _2025_01_01=-150)
        self.choose("9000")
        self.assert_proven()
        self.assert_there("149000", _2025_01_01=-50, _2026_01_01=-57)
        self.assert_there("9000", _2025_01_01=-100, _2026_01_01=-70)

    def test_any_account_may_be_named(self):
        """Sales as equity: nonsense, but it is sent and proved as said."""
        self.choose("700000")
        self.assert_proven()
        self.assert_there("700000", _2024_12_31=-50, _2025_12_31=-57)
        self.assert_there("149000", _2025_01_01=-100, _2026_01_01=-70)

    def test_what_closes_a_year_empties_no_carried_account(self):
        """Of 2024, 700000 is all of the result: emptied, the entry closes the year.
        With 9000 as income it is one account of two, and no closing entry."""
        closing = self.entry({"700000": 50, "100000": -50}, date="2024-12-31")
        left_out = self.link._silverfin_scope(()).left_out_move_ids
        self.assertFalse(left_out)
        self.choose("9000")
        left_out = self.link._silverfin_scope(()).left_out_move_ids
        self.assertEqual(left_out, (closing.id,))
        self.assert_proven()

    def test_in_the_opening_entry(self):
        """5.00 of Odoo's own opening entry: as income it is retained earnings from the
        beginning, as equity it stays on 9000."""
        opening = self.entry({"550000": 5, "9000": -5}, date="2023-12-31")
        self.company.sudo().account_opening_move_id = opening
        self.assert_proven()
        self.assert_there("149000", _2024_01_01=-5, _2025_01_01=-155)
        self.choose("9000")
        self.assert_proven()
        self.assert_there("149000", _2024_01_01=0, _2025_01_01=-50)
        self.assert_there("9000", _2024_12_31=-105)

    def test_elsewhere_nothing_is_proposed(self):
        self.company.sudo().account_fiscal_country_id = self.env.ref("base.be")
        self.assertFalse(self.link.carried_report)
        self.assertNotIn("9000", self.sync().message)
        self.assertTrue(is_proposed("DE", "9008"))
        self.assertTrue(is_proposed("DE", "900800"))
        self.assertFalse(is_proposed("DE", "90081"))
        self.assertFalse(is_proposed("FR", "9000"))
        self.assertFalse(is_proposed("DE", False))

    def test_only_administrators_choose(self):
        self.user.sudo().group_ids -= self.env.ref("account_silverfin.group_manager")
        self.user.sudo().group_ids += self.env.ref("account_silverfin.group_user")
        self.assertTrue(self.link.carried_report)
        with self.assertRaises(AccessError):
            self.link.action_carry_proposed()
