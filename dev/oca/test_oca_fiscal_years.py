"""The financial years follow the records of OCA's account_fiscal_year."""

from odoo.tests import tagged

from odoo.addons.account_silverfin.tests.books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestFiscalYears(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        for day in ("2023-03-31", "2026-03-31"):
            self.entry({"700000": -1, "550000": 1}, date=day)

    def record(self, start, end):
        return (
            self.env["account.fiscal.year"]
            .sudo()
            .create(
                {
                    "name": f"{start} to {end}",
                    "date_from": start,
                    "date_to": end,
                    "company_id": self.company.id,
                }
            )
        )

    def sent(self):
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal")
        return [f"{year.start} {year.end}" for year in self.client_file.years]

    def assert_refused(self, problem):
        before = self.submits()
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertRegex(run.message, problem)
        self.assertIn("the fiscal years of Books Ltd in Odoo", run.message)
        self.assertEqual(self.submits(), before)

    def test_years_follow_the_records(self):
        """A long first year, usual years between the records, a year end that moves."""
        self.record("2022-07-01", "2023-12-31")
        self.record("2025-01-01", "2025-06-30")
        self.record("2025-07-01", "2026-06-30")
        self.assertEqual(
            self.sent(),
            [
                "2022-07-01 2023-12-31",
                "2024-01-01 2024-12-31",
                "2025-01-01 2025-06-30",
                "2025-07-01 2026-06-30",
            ],
        )

    def test_a_record_that_changes(self):
        record = self.record("2023-01-01", "2023-12-31")
        self.assertEqual(
            self.sent()[:2], ["2023-01-01 2023-12-31", "2024-01-01 2024-12-31"]
        )
        record.date_from = "2022-10-01"
        self.assertEqual(self.sent()[0], "2022-10-01 2023-12-31")

    def test_after_the_last_record(self):
        """Odoo's usual year, from the day after on."""
        self.record("2023-01-01", "2024-06-30")
        self.assertEqual(
            self.sent(),
            [
                "2023-01-01 2024-06-30",
                "2024-07-01 2024-12-31",
                "2025-01-01 2025-12-31",
                "2026-01-01 2026-12-31",
            ],
        )

    def test_a_gap(self):
        """January 2025 belongs to no record, and is no usual year."""
        self.record("2024-01-01", "2024-12-31")
        self.record("2025-02-01", "2026-01-31")
        self.assert_refused("gap between .* 12/31/2024 and 02/01/2025")

    def test_an_overlap(self):
        """OCA refuses it, an import by SQL does not ask."""
        self.record("2024-01-01", "2024-12-31")
        second = self.record("2025-01-01", "2025-12-31")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_fiscal_year SET date_from = '2024-12-01' WHERE id = %s",
            [second.id],
        )
        self.env.invalidate_all()
        self.assert_refused("12/31/2024 and 12/01/2024 .*overlap")

    def test_two_years_are_too_long(self):
        self.record("2023-01-01", "2024-12-31")
        self.assert_refused("01/01/2023 to 12/31/2024 is too long")

    def test_a_correction_here_stands_above_a_record(self):
        self.record("2023-01-01", "2024-12-31")
        self.link.year_ids = [
            (0, 0, {"start_date": "2023-01-01", "end_date": "2023-12-31"}),
            (0, 0, {"start_date": "2024-01-01", "end_date": "2024-12-31"}),
        ]
        self.assertEqual(
            self.sent(),
            [f"{year}-01-01 {year}-12-31" for year in (2023, 2024, 2025, 2026)],
        )

    def test_records_of_another_company_and_far_away(self):
        other = self.env["res.company"].sudo().create({"name": "Another"})
        self.record("2023-02-01", "2024-01-31").company_id = other
        self.record("2001-01-01", "2010-12-31")
        self.assertEqual(self.sent()[0], "2023-01-01 2023-12-31")
