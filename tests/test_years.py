"""Financial years: Odoo's, corrected by a person, and what they carry forward."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..ledger.retained import pick
from ..ledger.years import FinancialYear
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestYears(SilverfinBooksCase):
    def years(self):
        return [
            (f"{year.start}", f"{year.end}") for year in self.link._silverfin_years()
        ]

    def sent(self):
        """The years there, with whether Silverfin computes their openings."""
        return [
            (
                f"{year.start}",
                f"{year.end}",
                year.compute_opening_balances and year.compute_retained_earnings,
            )
            for year in self.client_file.years
        ]

    def correct(self, *years):
        self.link.year_ids = [
            Command.clear(),
            *(Command.create({"start_date": a, "end_date": b}) for a, b in years),
        ]

    def test_without_entries(self):
        self.assertEqual(self.years(), [])

    def test_from_first_to_last_entry_also_ahead(self):
        self.entry({"700000": -1, "550000": 1}, date="2024-05-05")
        self.entry({"700000": -1, "550000": 1}, date="2027-01-01")
        self.sync()
        self.assertEqual(
            self.sent(),
            [
                ("2024-01-01", "2024-12-31", False),
                ("2025-01-01", "2025-12-31", True),
                ("2026-01-01", "2026-12-31", True),
                ("2027-01-01", "2027-12-31", True),
            ],
        )

    def test_year_end_in_february(self):
        """29 February is meant: 2024 has one, 2025 has none."""
        self.company.sudo().write(
            {"fiscalyear_last_month": "2", "fiscalyear_last_day": 29}
        )
        self.entry({"700000": -1, "550000": 1}, date="2024-02-29")
        self.entry({"700000": -1, "550000": 1}, date="2025-03-01")
        self.assertEqual(
            self.years(),
            [
                ("2023-03-01", "2024-02-29"),
                ("2024-03-01", "2025-02-28"),
                ("2025-03-01", "2026-02-28"),
            ],
        )

    def test_typing_errors_make_no_years(self):
        """They are set aside with their date; the rest goes on."""
        self.entry({"700000": -1, "550000": 1}, date="2026-03-31")
        early = self.entry({"700000": -2, "550000": 2}, date="0217-02-28")
        late = self.entry({"700000": -4, "550000": 4}, date="2206-01-15")
        run = self.sync()
        self.assertEqual(run.state, "partial")
        self.assertEqual(self.years(), [("2026-01-01", "2026-12-31")])
        reasons = {r.move_id: r.reason for r in self.link.rejection_ids}
        self.assertEqual(
            reasons,
            {
                early: "Date 0217-02-28: a typing error?",
                late: "Date 2206-01-15: a typing error?",
            },
        )
        self.assertEqual(len(self.there()), 2)

    def test_a_long_first_year(self):
        """Founded on 15 October 2023: the first year lasts until 31 December 2024.

        Sales 100.00 in 2023 and 20.00 in 2024 are one year's profit: the opening of
        2025 has 120.00 on 149000, credit, and 7.00 of 2025 is not in it."""
        self.entry({"700000": -100, "550000": 100}, date="2023-11-11")
        self.entry({"700000": -20, "550000": 20}, date="2024-11-11")
        self.entry({"700000": -7, "550000": 7}, date="2025-11-11")
        self.correct(("2023-10-15", "2024-12-31"))
        self.sync()
        self.assertEqual(
            self.sent(),
            [("2023-10-15", "2024-12-31", False), ("2025-01-01", "2025-12-31", True)],
        )
        self.assertEqual(self.balance_there("700000", "2024-12-31"), -120)
        self.assertEqual(self.balance_there("149000", "2025-12-31"), -120)
        self.assertEqual(self.balance_there("700000", "2025-12-31"), -7)
        # an older entry still belongs to a year, which ends the day before
        self.entry({"700000": -1, "550000": 1}, date="2023-02-02")
        self.sync()
        self.assertEqual(self.sent()[0], ("2023-01-01", "2023-10-14", False))
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal")

    def test_a_short_year_between(self):
        """The year end moved from December to June 2025: half a year in between."""
        self.entry({"700000": -1, "550000": 1}, date="2024-06-30")
        self.entry({"700000": -1, "550000": 1}, date="2026-03-31")
        self.company.sudo().write(
            {"fiscalyear_last_month": "6", "fiscalyear_last_day": 30}
        )
        self.correct(("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-06-30"))
        self.assertEqual(
            self.years(),
            [
                ("2024-01-01", "2024-12-31"),
                ("2025-01-01", "2025-06-30"),
                ("2025-07-01", "2026-06-30"),
            ],
        )

    def test_corrections_outside_the_books_are_not_sent(self):
        self.entry({"700000": -1, "550000": 1}, date="2025-06-30")
        self.correct(("2022-01-01", "2022-12-31"), ("2023-01-01", "2024-06-30"))
        self.assertEqual(self.years(), [("2025-01-01", "2025-12-31")])

    def test_two_years_are_too_long(self):
        with self.assertRaisesRegex(ValidationError, "less than two years"):
            self.correct(("2024-01-01", "2025-12-31"))
        self.correct(("2024-01-01", "2025-12-30"))

    def test_overlap_gap_and_backwards(self):
        with self.assertRaisesRegex(ValidationError, "01/01/2025 .* overlap"):
            self.correct(("2024-01-01", "2025-01-01"), ("2025-01-01", "2025-12-31"))
        with self.assertRaisesRegex(ValidationError, "gap .* 12/30/2024"):
            self.correct(("2024-01-01", "2024-12-30"), ("2025-01-01", "2025-12-31"))
        with self.assertRaisesRegex(ValidationError, "ends before it starts"):
            self.correct(("2024-12-31", "2024-01-01"))

    def test_a_boundary_moves_in_one_go(self):
        """Both years change at once, as the form saves them: no moment in between."""
        self.correct(("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31"))
        first, second = self.link.year_ids
        self.link.year_ids = [
            Command.update(first.id, {"end_date": "2025-03-31"}),
            Command.update(second.id, {"start_date": "2025-04-01"}),
        ]
        self.assertEqual(f"{second.start_date}", "2025-04-01")

    def test_a_gap_made_elsewhere_is_told_by_the_run(self):
        self.entry({"700000": -1, "550000": 1})
        self.correct(("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31"))
        self.link.year_ids[0].end_date = "2025-12-30"
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("There is a gap between the financial years", run.message)
        self.assertFalse(self.there())

    def recorded(self, *years):
        """As a module with fiscal-year records would have them; ``dev/run oca.py``
        tests with a real one."""
        days = [[fields.Date.to_date(day) for day in year] for year in years]
        patched = patch.object(
            type(self.link),
            "_fiscal_years",
            lambda link: [FinancialYear(*year) for year in days],
        )
        self.startPatcher(patched)

    def test_records_of_a_module(self):
        """From July 2022 for 18 months, then usual years, then the year end moves."""
        for day in ("2023-03-31", "2026-03-31"):
            self.entry({"700000": -1, "550000": 1}, date=day)
        self.recorded(
            ("2025-07-01", "2026-06-30"),
            ("2022-07-01", "2023-12-31"),
            ("2025-01-01", "2025-06-30"),
            ("1999-01-01", "2009-12-31"),
        )
        self.assertEqual(
            self.years(),
            [
                ("2022-07-01", "2023-12-31"),
                ("2024-01-01", "2024-12-31"),
                ("2025-01-01", "2025-06-30"),
                ("2025-07-01", "2026-06-30"),
            ],
        )
        self.correct(("2023-01-01", "2023-12-31"))
        self.assertEqual(self.years()[0], ("2023-01-01", "2023-12-31"))

    def test_records_that_cannot_be(self):
        self.entry({"700000": -1, "550000": 1}, date="2024-03-31")
        self.entry({"700000": -1, "550000": 1}, date="2026-03-31")
        for problem, *years in (
            (
                "gap between .* to 12/31/2024 and from 02/01/2025",
                ("2024-01-01", "2024-12-31"),
                ("2025-02-01", "2026-01-31"),
            ),
            (
                "to 12/31/2024 and from 12/31/2024 .*overlap",
                ("2024-01-01", "2024-12-31"),
                ("2024-12-31", "2025-12-31"),
            ),
            ("2024 to 12/31/2025 is too long", ("2024-01-01", "2025-12-31")),
        ):
            self.recorded(*years)
            with self.assertRaisesRegex(ValidationError, problem):
                self.years()
            run = self.sync()
            self.assertEqual(run.state, "failed")
            self.assertRegex(run.message, problem)
            self.assertIn("fiscal years of Books Ltd in Odoo", run.message)
            self.assertFalse(self.there())
            # the form opens all the same
            Form(self.link)

    def test_the_list_is_filled_and_forgotten(self):
        self.entry({"700000": -1, "550000": 1}, date="2025-06-30")
        self.entry({"700000": -1, "550000": 1}, date="2026-06-30")
        self.link.action_correct_years()
        self.assertEqual(
            self.link.year_ids.mapped("display_name"),
            ["01/01/2025 to 12/31/2025", "01/01/2026 to 12/31/2026"],
        )
        self.link.action_forget_years()
        self.assertFalse(self.link.year_ids)

    def test_only_administrators_correct(self):
        self.user.sudo().group_ids -= self.env.ref("account_silverfin.group_manager")
        self.user.sudo().group_ids += self.env.ref("account_silverfin.group_user")
        with self.assertRaises(AccessError):
            self.link.action_correct_years()
        self.link.action_show_years()

    def test_effect_on_each_opening(self):
        """2024: profit 100.00; 2025: loss 30.00, and 60.00 of the profit goes to the
        capital. The account opens 2025 with 100.00, 2026 with 100 - 60 - 30 = 10.00."""
        self.entry({"700000": -100, "550000": 100}, date="2024-12-31")
        self.entry({"600000": 30, "550000": -30}, date="2025-02-01")
        self.entry({"149000": 60, "100000": -60}, date="2025-06-01")
        self.entry({"700000": -1, "550000": 1}, date="2026-01-01")
        overview = self.link._years_overview()
        self.assertEqual(
            [
                tuple(year[key] for key in ("added", "opening", "result"))
                for year in overview["years"]
            ],
            [(0, 0, 100), (100, 100, -30), (-30, 10, 1)],
        )
        self.sync()
        self.assertEqual(self.balance_there("149000", "2025-01-01"), -100)
        self.assertEqual(self.balance_there("149000", "2026-01-01"), -10)
        shown = str(self.link.years_overview)
        self.assertIn("149000 Result brought forward", shown)
        self.assertIn("computed by Silverfin", shown)

    def test_another_account_of_that_type_is_nominal(self):
        """150000 starts each year at zero in Odoo, so its 40.00 of 2025 are part of
        what 149000 opens 2026 with: 40.00, credit."""
        self.env["account.account"].create(
            {"code": "150000", "name": "Odd", "account_type": "equity_unaffected"}
        )
        self.accounts["150000"] = self.env["account.account"].search(
            [("code", "=", "150000"), ("company_ids", "in", self.company.ids)]
        )
        self.entry({"150000": -40, "550000": 40}, date="2025-12-31")
        self.entry({"700000": -1, "550000": 1}, date="2026-01-01")
        self.sync()
        self.assertEqual(self.balance_there("150000"), 0)
        self.assertEqual(self.balance_there("149000"), -40)

    def test_proposals_by_country(self):
        """Of whatever length the codes are; a longer code is another account."""
        self.assertEqual(pick("BE", ["1401000", "14000", "149000"]), "14000")
        self.assertEqual(pick("BE", ["141000", "149000"]), "149000")
        self.assertEqual(pick("FR", ["110000", "119000"]), "110000")
        self.assertEqual(pick("FR", ["119000", "120000"]), "119000")
        self.assertEqual(pick("LU", ["1412", "142", "1411"]), "1411")
        self.assertIsNone(pick("NL", ["140000", "99999"]))
        self.assertIsNone(pick(None, ["140000"]))

    def test_the_choice_stays(self):
        """A better account that comes later changes nothing by itself."""
        chosen = self.link.retained_earnings_account_id
        self.assertEqual(chosen.code, "149000")
        self.env["account.account"].create(
            {"code": "140000", "name": "Profit", "account_type": "equity"}
        )
        self.entry({"700000": -1, "550000": 1})
        self.sync()
        self.assertEqual(self.link.retained_earnings_account_id, chosen)

    def test_changing_the_choice_resends_both_accounts(self):
        """149000 becomes income or expense, 100000 is equity as before."""
        self.entry({"149000": -5, "550000": 5}, date="2025-01-01")
        self.entry({"100000": -6, "550000": 6}, date="2026-01-01")
        self.sync()
        self.assertEqual(self.client_file.accounts["149000"].type, "equity")
        self.link.retained_earnings_account_id = self.account("100000")
        self.sync()
        self.assertEqual(self.client_file.accounts["149000"].type, "expense")
        self.assertEqual(self.client_file.retained_earnings_account, "100000")
        self.assertEqual(self.balance_there("100000"), -11)
        self.assertEqual(self.balance_there("149000"), 0)
