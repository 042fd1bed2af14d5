"""Closing entries are recognised and left out, on both sides of the proof."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestClosing(SilverfinBooksCase):
    def setUp(self):
        """2024: sales 100.00, purchases 30.00, services 20.00: a profit of 50.00."""
        super().setUp()
        self.entry({"700000": -100, "400000": 100}, date="2024-03-03")
        self.entry({"600000": 30, "440000": -30}, date="2024-04-04")
        self.entry({"601000": 20, "550000": -20}, date="2024-05-05")
        self.entry({"700000": -7, "550000": 7}, date="2025-01-15")

    def close(self, amounts=None, day="2024-12-31", **values):
        closing = {"700000": 100, "600000": -30, "601000": -20, "100000": -50}
        return self.entry(amounts or closing, date=day, **values)

    def left_out(self):
        ids = self.link._silverfin_scope(()).left_out_move_ids
        return self.env["account.move"].browse(ids)

    def assert_proven(self):
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def test_left_out_by_default(self):
        """The income statement of 2024 stays; its 50.00 open 2025 on 149000."""
        closing = self.close()
        self.assertEqual(self.left_out(), closing)
        self.assert_proven()
        self.assertEqual(self.balance_there("700000", "2024-12-31"), -100)
        self.assertEqual(self.balance_there("100000", "2024-12-31"), 0)
        self.assertEqual(self.balance_there("149000", "2025-01-01"), -50)
        self.assertIn(closing.name, str(self.link.years_overview))

    def test_sent_by_choice(self):
        self.close()
        self.assert_proven()
        self.link.closing_entry_policy = "send"
        self.assert_proven()
        self.assertEqual(self.balance_there("700000", "2024-12-31"), 0)
        self.assertEqual(self.balance_there("100000", "2024-12-31"), -50)
        self.assertEqual(self.balance_there("149000", "2025-01-01"), 0)
        self.link.closing_entry_policy = "leave_out"
        run = self.sync()
        self.assertEqual((run.upserted, run.deleted), (0, 4))

    def test_dated_the_first_day_of_the_next_year(self):
        closing = self.close(day="2025-01-01")
        self.assertEqual(self.left_out(), closing)
        self.assert_proven()

    def test_in_two_entries(self):
        income = self.close({"700000": 100, "100000": -100})
        expense = self.close({"600000": -30, "601000": -20, "100000": 50})
        self.assertEqual(self.left_out(), income | expense)

    def test_nine_of_ten(self):
        """Of eleven accounts ten are emptied, 91 %; of four three, 75 %, are not
        enough."""
        for number in range(8):
            code = f"61000{number}"
            self.accounts[code] = self.env["account.account"].create(
                {"code": code, "name": code, "account_type": "expense"}
            )
            self.entry({code: 1, "550000": -1}, date="2024-06-06")
        amounts = {f"61000{number}": -1 for number in range(8)}
        amounts |= {"700000": 100, "600000": -30, "100000": -62}
        closing = self.close(amounts)
        self.assertEqual(self.left_out(), closing)
        closing.button_draft()
        closing.unlink()
        self.close({"700000": 100, "610000": -1, "610001": -1, "100000": -98})
        self.assertFalse(self.left_out())

    def test_only_part_of_an_account(self):
        self.close({"700000": 99, "600000": -30, "601000": -20, "100000": -49})
        self.assertFalse(self.left_out())

    def test_in_the_middle_of_a_year(self):
        self.close(day="2024-12-30")
        self.assertFalse(self.left_out())

    def test_never_against_anything_but_equity(self):
        """A reversal of everything against the bank is a booking like any other."""
        self.close({"700000": 100, "600000": -30, "601000": -20, "550000": -50})
        self.assertFalse(self.left_out())

    def test_never_appropriation_transfer_or_dividend(self):
        """Belgian 69/79 against 14 and 47, 999999 to 120, a dividend."""
        for code, name in (("693000", "To carry"), ("790000", "Carried")):
            self.accounts[code] = self.env["account.account"].create(
                {"code": code, "name": name, "account_type": "equity_unaffected"}
            )
        self.entry(
            {"693000": 40, "100000": -40, "790000": -5, "149000": 5}, date="2024-12-31"
        )
        self.entry({"149000": 50, "100000": -50}, date="2025-01-01")
        self.entry({"149000": 10, "440000": -10}, date="2024-12-31")
        self.assertFalse(self.left_out())
        self.assert_proven()

    def test_never_an_ordinary_entry_of_that_day(self):
        """A grant goes to the result on the last day: only the closing is left out."""
        self.accounts["753000"] = self.env["account.account"].create(
            {"code": "753000", "name": "Grants", "account_type": "income_other"}
        )
        self.entry({"100000": 5, "753000": -5}, date="2024-12-31")
        closing = self.close(
            {
                "700000": 100,
                "600000": -30,
                "601000": -20,
                "753000": 5,
                "100000": -55,
            }
        )
        self.assertEqual(self.left_out(), closing)

    def test_balance_sheet_closed_and_re_opened(self):
        """400000 100.00, 440000 -30.00, 550000 -20.00, capital -5.00 and 5.00 more on
        the bank: emptied on the last day, put back on the first."""
        self.entry({"100000": -5, "550000": 5}, date="2024-01-01")
        emptied = {"400000": -100, "440000": 30, "550000": 15, "100000": 5}
        technical = {**emptied, "451000": 50}
        closing = self.close(technical)
        opening = self.close({n: -v for n, v in technical.items()}, day="2025-01-01")
        self.assertEqual(self.left_out(), closing | opening)
        self.assert_proven()
        self.assertEqual(self.balance_there("400000", "2024-12-31"), 100)

    def test_an_accrual_and_its_reversal_are_no_pair(self):
        self.close({"451000": -9, "100000": 9})
        self.close({"451000": 9, "100000": -9}, day="2025-01-01")
        self.assertFalse(self.left_out())

    def test_a_journal_that_is_named(self):
        journal = self.env["account.journal"].create(
            {"name": "Closing", "code": "CLO", "type": "general"}
        )
        odd = self.close(
            {"700000": 1, "550000": -1}, day="2024-07-07", journal_id=journal.id
        )
        self.assertFalse(self.left_out())
        self.link.closing_journal_ids = [Command.set(journal.ids)]
        self.assertEqual(self.left_out(), odd)
        self.assert_proven()

    def test_the_end_of_another_financial_year(self):
        """The closing day follows the years that a person corrected."""
        closing = self.close(day="2024-06-30")
        self.assertFalse(self.left_out())
        self.link.year_ids = [
            Command.create({"start_date": date(2024, 1, 1), "end_date": "2024-06-30"})
        ]
        self.assertEqual(self.left_out(), closing)
