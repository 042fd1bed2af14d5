"""The comparison with Silverfin: each cause is named, clean books raise no alarm."""

from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..silverfin_api import OPEN_ITEM_SCOPES, PUSH_SCOPES, READ_SCOPES
from ..sync import worker
from .books import SilverfinBooksCase


def day(text):
    return fields.Date.to_date(text)


class CompareCase(SilverfinBooksCase):
    """Three years of sales on credit, 2024 to 2026, reported by quarter."""

    reporting = "quarterly"

    def setUp(self):
        super().setUp()
        self.client_file.reporting = self.reporting
        for date in ("2024-05-05", "2025-05-05", "2026-02-02", "2026-05-05"):
            self.entry({"400000": 121, "451000": -21, "700000": -100}, date=date)

    def verify(self):
        """Every year, whatever the day on which the test runs."""
        self.link.action_verify_all()
        run = self.env["silverfin.run"].search([("kind", "=", "verify")], limit=1)
        self.work()
        self.result = self.position().verify_result
        return run

    def named(self):
        """(account, from, to, difference, causes) of each difference."""
        return [
            (
                row["account"],
                row["from"],
                row["to"],
                row["difference"],
                [cause for cause, _amount in row["causes"]],
            )
            for row in self.result["differences"]
        ]

    def assert_equal(self):
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.result["differences"])
        self.assertFalse(self.result["differences"])
        self.assertFalse(self.result["retained"])
        self.assertFalse(self.result["adjustments"])
        self.assertFalse([year for year in self.result["years"] if year["own"]])

    def told(self):
        return self.link.sudo().activity_ids.mapped("note")


@tagged("post_install", "-at_install")
class TestCauses(CompareCase):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.sync().state, "done")

    def test_clean(self):
        self.assert_equal()
        years = self.result["years"]
        self.assertEqual([year["end"][:4] for year in years], ["2024", "2025", "2026"])
        self.assertEqual({year["result"]["there"] for year in years[:2]}, {"100.00"})
        # each quarter up to the last item, and the ends of all years
        self.assertEqual([year["periods"] for year in years], [4, 4, 3])

    def test_a_cent_altered(self):
        self.sandbox.tamper(
            self.client_file, "451000", day("2025-05-20"), Decimal("0.01")
        )
        self.verify()
        self.assertEqual(
            self.named(),
            [("451000", "2025-06-30", "2026-12-31", "0.01", ["unknown"])],
        )
        row = self.result["differences"][0]
        self.assertEqual((row["books"], row["there"]), ("-84.00", "-83.99"))
        self.assertEqual(self.result["differing"], row["periods"])
        self.assertIn("451000", self.link.verify_report)
        self.assertIn("cause unknown", self.link.verify_report)

    def test_a_cent_of_income_becomes_retained_earnings(self):
        self.sandbox.tamper(
            self.client_file, "700000", day("2025-05-20"), Decimal("0.01")
        )
        self.verify()
        self.assertEqual(
            self.named(),
            [
                ("700000", "2025-06-30", "2025-12-31", "0.01", ["unknown"]),
                ("149000", "2026-03-31", "2026-12-31", "0.01", ["unknown"]),
            ],
        )

    def test_an_adjustment_is_set_apart(self):
        entry = self.sandbox.add_adjustment(
            self.client_file, "700000", day("2025-12-31"), Decimal(1250), "Accrual"
        )
        other = self.sandbox.add_adjustment(
            self.client_file, "451000", day("2025-12-31"), Decimal(-1250), "Accrual"
        )
        for included in (False, True):
            self.sandbox.adjustments_in_value = included
            self.verify()
            self.assertEqual(self.link.verify_state, "equal", self.named())
            self.assertEqual(self.result["adjusted"], included)
            found = {
                (row["id"], row["account"], row["value"], row["year"])
                for row in self.result["adjustments"]
            }
            self.assertEqual(
                found,
                {
                    (str(entry.id), "700000", "1250", "2025-12-31"),
                    (str(other.id), "451000", "-1250", "2025-12-31"),
                },
            )
            self.assertIn("“Accrual”", self.link.verify_report)
        # beside an adjustment, a difference is still one
        self.sandbox.tamper(self.client_file, "451000", day("2025-12-31"), 1)
        self.verify()
        self.assertEqual(
            self.named(),
            [
                (
                    "451000",
                    "2025-12-31",
                    "2025-12-31",
                    "1.00",
                    ["adjustment", "unknown"],
                ),
                ("451000", "2026-03-31", "2026-12-31", "1.00", ["unknown"]),
            ],
        )

    def test_adjustments_that_may_not_be_read(self):
        self.sandbox.faults.add(path="/adjustments$", status=404)
        self.assertEqual(self.verify().state, "done")
        self.assertTrue(self.result["no_adjustments"])
        self.assertEqual(self.link.verify_state, "equal")
        asked = [e for e in self.sandbox.log if e.path.endswith("/adjustments")]
        self.assertEqual(len([e for e in asked if e.status == 404]), 1, "asked once")

    def test_set_aside_and_held(self):
        move = self.entry({"400000": 7, "700000": -7}, date="2026-03-03")
        self.sandbox.reject(id=str(move.line_ids[0].id), message="Locked")
        self.sync()
        self.link.write({"closed_until": "2026-03-31", "closed_policy": "hold"})
        self.entry({"400000": 5, "700000": -5}, date="2026-03-03")
        self.sync()
        self.verify()
        causes = ["held", "aside"]
        self.assertEqual(
            self.named(),
            [
                ("400000", "2026-03-31", "2026-12-31", "-12.00", causes),
                ("700000", "2026-03-31", "2026-12-31", "12.00", causes),
            ],
        )

    def test_not_yet_sent(self):
        self.entry({"400000": 7, "700000": -7}, date="2025-03-03")
        self.verify()
        self.assertEqual(
            self.named(),
            [
                ("400000", "2025-03-31", "2026-12-31", "-7.00", ["unsent"]),
                ("700000", "2025-03-31", "2025-12-31", "7.00", ["unsent"]),
                ("149000", "2026-03-31", "2026-12-31", "7.00", ["unsent"]),
            ],
        )
        self.sync()
        self.assert_equal()

    def test_two_causes_of_one_difference(self):
        self.sandbox.tamper(self.client_file, "400000", day("2025-05-20"), -3)
        self.entry({"400000": 7, "700000": -7}, date="2026-03-03")
        self.verify()
        named = {(row[0], row[1]): row[3:] for row in self.named()}
        self.assertEqual(named["400000", "2025-06-30"], ("-3.00", ["unknown"]))
        self.assertEqual(
            named["400000", "2026-03-31"], ("-10.00", ["unsent", "unknown"])
        )

    def test_another_retained_earnings_account(self):
        self.sandbox.change_settings(
            self.client_file, retained_earnings_account="140000"
        )
        self.verify()
        self.assertEqual(self.link.verify_state, "equal", self.named())
        self.assertEqual(
            self.result["retained"],
            {"here": "149000", "there": ["140000"], "from": "2025-03-31"},
        )
        self.assertIn("Same total", self.link.verify_report)
        # a cent beside it is found all the same, in the total
        self.sandbox.tamper(
            self.client_file, "700000", day("2024-05-20"), Decimal("0.01")
        )
        self.verify()
        self.assertEqual(self.link.verify_state, "differs")
        self.assertEqual(
            self.named()[0],
            ("700000", "2024-06-30", "2024-12-31", "0.01", ["unknown"]),
        )

    def test_years_set_by_hand(self):
        years = [
            (day(f"{year}-07-01"), day(f"{year + 1}-06-30"))
            for year in (2023, 2024, 2025)
        ]
        self.sandbox.change_settings(self.client_file, years=years)
        self.verify()
        self.assertEqual({tuple(row[4]) for row in self.named()}, {("years",)})
        accounts = {row[0] for row in self.named()}
        self.assertEqual(accounts, {"149000", "700000"}, "the others are equal")
        self.assertEqual(
            [(year["start"], year["own"]) for year in self.result["years"]],
            [
                ("2023-07-01", ["2024-01-01", "2024-12-31"]),
                ("2024-07-01", ["2025-01-01", "2025-12-31"]),
                ("2025-07-01", ["2026-01-01", "2026-12-31"]),
            ],
        )
        self.assertIn("Silverfin counts a financial year from", self.link.verify_report)

    def test_a_month_wrong_within_a_right_year(self):
        for date, amount in (("2025-05-05", 100), ("2025-08-08", -100)):
            self.sandbox.tamper(self.client_file, "700000", day(date), amount)
            self.sandbox.tamper(self.client_file, "400000", day(date), -amount)
        self.verify()
        self.assertEqual(
            self.named(),
            [
                ("400000", "2025-06-30", "2025-06-30", "-100.00", ["month"]),
                ("700000", "2025-06-30", "2025-06-30", "100.00", ["month"]),
            ],
        )

    def test_a_period_from_another_source(self):
        """An upload is whole bookings, also on accounts that were never sent."""
        self.sandbox.upload(
            self.client_file, day("2025-05-31"), {"400000": 50, "700000": -50}
        )
        self.sandbox.upload(
            self.client_file, day("2026-05-31"), {"550000": 9, "700000": -9}
        )
        self.verify()
        source = ["source"]
        self.assertEqual(
            self.named(),
            [
                ("400000", "2025-06-30", "2026-12-31", "50.00", source),
                ("700000", "2025-06-30", "2025-12-31", "-50.00", source),
                ("149000", "2026-03-31", "2026-12-31", "-50.00", source),
                ("550000", "2026-05-31", "2026-12-31", "9", source),
                ("700000", "2026-05-31", "2026-12-31", "-9.00", source),
            ],
        )

    def test_periods_before_the_first_day_that_is_sent(self):
        """They hold what another program left there: said, and no alarm."""
        self.sandbox.upload(
            self.client_file, day("2022-12-31"), {"550000": 9, "550001": -9}
        )
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.named())
        self.assertGreater(self.result["earlier"], 0)
        self.assertIn("another source", self.link.verify_report)

    def test_one_activity(self):
        self.sandbox.tamper(self.client_file, "400000", day("2025-05-20"), 1)
        self.verify()
        self.verify()
        self.assertEqual(len(self.told()), 1)
        self.assertIn("400000", self.told()[0])

    def test_what_the_next_turn_finds(self):
        asked = len(self.reads())
        with patch.object(worker, "TURN_SECONDS", 0):
            self.assert_equal()
        self.assertEqual(len(self.reads()) - asked, self.result["periods"])
        self.env.cr.execute("SELECT count(DISTINCT run_id) FROM silverfin_compared")
        self.assertEqual(self.env.cr.fetchone(), (1,), "the one before is forgotten")

    def reads(self):
        return [e for e in self.sandbox.log if e.path.endswith("/accounts")]

    def test_only_the_open_and_the_last_two_years(self):
        for year in range(2018, 2024):
            self.entry({"400000": 1, "700000": -1}, date=f"{year}-06-30")
        self.sync()
        # "Verify" as a person presses it, and as it comes each week
        SilverfinBooksCase.verify(self)
        result = self.position().verify_result
        self.assertEqual(self.link.verify_state, "equal", result["differences"])
        self.assertLessEqual(len(result["years"]), 3)
        self.verify()
        self.assertEqual(len(self.result["years"]), 9)

    def test_without_the_right_to_read(self):
        self.connection.read_back = False
        self.assert_equal()
        self.assertEqual(self.result["basis"], "acknowledged")
        self.assertEqual(len(self.result["years"]), 3)
        self.assertIn("were not read in Silverfin itself", self.link.verify_report)
        self.entry({"400000": 7, "700000": -7}, date="2025-03-03")
        run = self.verify()
        self.assertEqual({tuple(row[4]) for row in self.named()}, {("unsent",)})
        self.assertIn("not its own figures", run.message)


@tagged("post_install", "-at_install")
class TestOpenTotals(CompareCase):
    reporting = "yearly"

    def setUp(self):
        super().setUp()
        self.entry({"440000": -50, "600000": 50}, date="2026-03-03")
        self.sync()

    def allow(self):
        """Connect anew with the right to read open items."""
        self.connection.read_open_items = True
        scopes = self.connection._scopes()
        self.assertEqual(scopes, PUSH_SCOPES + READ_SCOPES + OPEN_ITEM_SCOPES)
        application = next(iter(self.sandbox.state.applications.values()))
        self.env["silverfin.token"].sudo()._store(
            self.connection,
            self.sandbox.grant(application, self.firm, scopes),
            scopes=" ".join(scopes),
            redirect_uri="http://127.0.0.1/none",
            firm_number=str(self.firm.id),
        )

    def test_not_asked_or_refused(self):
        self.assert_equal()
        self.assertIsNone(self.result["open_totals"])
        self.assertFalse([e for e in self.sandbox.log if "open_trans" in e.path])
        self.connection.read_open_items = True
        self.assert_equal()
        self.assertIsNone(self.result["open_totals"])
        refused = [e.status for e in self.sandbox.log if "open_trans" in e.path]
        self.assertEqual(refused, [403])

    def test_totals(self):
        self.allow()
        with patch(
            "odoo.addons.account_silverfin.silverfin_api.wire.READ_BACK_PER_PAGE", 2
        ):
            self.assert_equal()
        self.assertEqual(
            self.result["open_totals"],
            {
                "receivable": {"books": "484.00", "there": "484.00"},
                "payable": {"books": "-50.00", "there": "-50.00"},
            },
        )
        self.assertIn("Open today", self.link.verify_report)
        line = self.client_file.ledger[next(iter(self.there()))]
        self.client_file.ledger.upsert(line._replace(open_value=Decimal(120)))
        run = self.verify()
        self.assertEqual(self.link.verify_state, "differs")
        self.assertIn("The open amounts differ", run.message)


@tagged("post_install", "-at_install")
class TestWeekly(SilverfinBooksCase):
    def test_once_a_week(self):
        self.entry({"400000": 1, "700000": -1})
        self.sync()
        runs = self.env["silverfin.run"].search([("kind", "=", "verify")])
        self.assertEqual(len(runs), 1, "after the first load")
        self.work()
        self.assertEqual(len(self.proofs()), 1)
        runs.sudo().ended_at = fields.Datetime.subtract(runs.ended_at, days=8)
        self.env.flush_all()
        self.work()
        self.assertEqual(self.proofs().mapped("trigger"), ["schedule"] * 2)
        self.assertEqual(self.proofs().mapped("state"), ["done"] * 2)
        self.work()
        self.assertEqual(len(self.proofs()), 2)

    def proofs(self):
        return self.env["silverfin.run"].search([("kind", "=", "verify")])
