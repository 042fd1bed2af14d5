"""Start again, from a date or whole: what goes there, and what goes again."""

from datetime import date
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestStartAgain(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.old = self.entry({"400000": 10, "700000": -10}, date="2025-06-30")
        self.before = self.entry({"400000": 20, "700000": -20}, date="2025-12-31")
        self.after = self.entry({"440000": -30, "600000": 30}, date="2026-01-01")
        self.late = self.entry({"400000": 40, "700000": -40}, date="2026-05-05")
        self.sync()

    def wizard(self, first=None):
        action = self.link.action_start_again()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        if first:
            wizard.write({"reach": "date", "reset_from": first})
        return wizard

    def resets(self):
        """The ``after_date`` of each reset there, None: everything."""
        return [
            entry.query.removeprefix("after_date=") or None
            for entry in self.sandbox.log
            if entry.method == "DELETE"
        ]

    def test_everything(self):
        wizard = self.wizard()
        self.assertEqual((wizard.again_count, wizard.kept_count), (8, 0))
        wizard.action_start()
        run = self.run_open()
        self.assertEqual((run.kind, run.state, run.upserted), ("reset", "done", 8))
        self.assertEqual(self.resets(), [None])
        self.assert_equal_to_books()

    def test_from_a_date(self):
        """1 January 2026: four items go there, and again; so do the two of the day
        before, of which nobody knows whether they went; two stay as they are."""
        wizard = self.wizard("2026-01-01")
        self.assertEqual((wizard.again_count, wizard.kept_count), (4, 4))
        self.assertFalse(wizard.problem)
        wizard.action_start()
        run = self.run_open()
        self.assertEqual(run.reset_from, date(2026, 1, 1))
        self.assertEqual(self.resets(), ["2025-12-31"])
        self.assertEqual((run.state, run.upserted, run.changed), ("done", 6, 2))
        self.assert_equal_to_books()
        self.assertEqual(self.sync().upserted, 0)

    def test_what_is_held_goes_along_and_that_is_said(self):
        """Two entries are held, one of them dated on or after the day."""
        self.link.write({"closed_until": "2026-02-28", "closed_policy": "hold"})
        for move in (self.old, self.after):
            move.button_draft()
            move.unlink()
        self.assertEqual(self.sync().held, 2)
        remark = self.wizard("2026-01-01").held_remark
        self.assertIn("closed years: 1.", remark)
        wizard = self.wizard()
        self.assertIn("closed years: 2.", wizard.held_remark)
        wizard.action_start()
        self.assertEqual(self.run_open().held, 0)
        self.assert_equal_to_books()
        self.assertFalse(self.wizard().held_remark)

    def test_where_the_day_before_is_wiped_as_well(self):
        """Another server may read ``after_date`` as included."""
        wipe = self.client_file.ledger.wipe

        def inclusive(after=None):
            wipe(after and date.fromordinal(after.toordinal() - 1))

        with patch.object(self.client_file.ledger, "wipe", inclusive):
            self.wizard("2026-01-01").action_start()
            self.run_open()
        self.assert_equal_to_books()

    def test_deleted_on_the_day_before(self):
        """What is gone from the books on that day goes there too."""
        self.before.button_draft()
        self.before.unlink()
        self.wizard("2026-01-01").action_start()
        run = self.run_open()
        self.assertEqual((run.state, run.upserted, run.deleted), ("done", 4, 2))
        self.assert_equal_to_books()

    def test_accounts_that_went_with_their_last_item(self):
        """440000 and 600000 have no item before: they are told again."""
        wipe = self.client_file.ledger.wipe

        def with_accounts(after=None):
            wipe(after)
            for number in ("440000", "600000"):
                del self.client_file.accounts[number]

        with patch.object(self.client_file.ledger, "wipe", with_accounts):
            self.wizard("2026-01-01").action_start()
            self.assertEqual(self.run_open().state, "done")
        self.assertIn("600000", self.client_file.accounts)
        self.assert_equal_to_books()

    def test_a_lost_answer_is_repeated_from_the_same_date(self):
        self.sandbox.faults.add(method="DELETE", drop="after", times=1)
        self.wizard("2026-01-01").action_start()
        run = self.run_open()
        self.assertEqual(run.state, "running", "nobody knows yet")
        self.in_doubt_no_more(run)
        run = self.run_open()
        self.assertEqual(self.resets(), ["2025-12-31"] * 2)
        self.assertEqual((run.state, run.upserted), ("done", 6))
        self.assert_equal_to_books()

    def test_who_asks_for_everything_meanwhile_gets_it(self):
        self.sandbox.faults.add(method="DELETE", drop="after", times=1)
        self.wizard("2026-01-01").action_start()
        narrow = self.run_open()
        self.link.action_reset()
        self.assertEqual(narrow.state, "cancelled")
        self.in_doubt_no_more(narrow)
        run = self.run_open()
        self.assertEqual(self.resets(), ["2025-12-31", None])
        self.assertEqual((run.state, run.upserted), ("done", 8))
        self.assert_equal_to_books()

    def test_someone_else_moved_meanwhile_means_everything(self):
        self.wizard("2026-01-01").action_start()
        self.client_file.ledger.wipe()
        self.client_file.sync.point = "moved-by-somebody"
        run = self.run_open()
        self.assertEqual(self.resets(), [None])
        self.assertEqual((run.state, run.upserted), ("done", 8))
        self.assert_equal_to_books()

    def test_over_turns_of_one_request_each(self):
        self.wizard("2026-01-01").action_start()
        with patch("odoo.addons.account_silverfin.sync.worker.TURN_SECONDS", 0):
            run = self.run_open()
        self.assertEqual(self.resets(), ["2025-12-31"])
        self.assertEqual((run.state, run.upserted), ("done", 6))
        self.assert_equal_to_books()

    def in_doubt_no_more(self, run):
        position = self.position()
        position.in_flight = dict(position.in_flight, at=0)
        self.env["silverfin.run"].sudo().search(
            [("state", "in", ("queued", "running"))]
        ).due_at = fields.Datetime.now()

    def test_dates_that_cannot_be_meant(self):
        for day, why in (
            (False, "From which date"),
            ("2025-06-30", "oldest item that was sent is dated 06/30/2025"),
            ("2020-01-01", "choose a later date, or Everything"),
            ("2026-05-06", "newest item is dated 05/05/2026"),
        ):
            wizard = self.wizard()
            wizard.write({"reach": "date", "reset_from": day})
            with self.subTest(day), self.assertRaisesRegex(UserError, why):
                wizard.action_start()
        self.assertFalse(self.resets())

    def test_in_the_middle_of_a_year(self):
        wizard = self.wizard("2026-02-01")
        self.assertIn("within the financial year from 01/01/2026", wizard.remark)
        self.assertFalse(self.wizard("2026-01-01").remark)

    def test_a_date_within_a_corrected_year_is_told(self):
        self.link.year_ids = [
            Command.create({"start_date": "2025-07-01", "end_date": "2026-06-30"})
        ]
        self.assertIn("from 07/01/2025 to 06/30/2026", self.wizard("2026-01-01").remark)
        self.assertFalse(self.wizard("2025-07-01").remark)

    def test_only_administrators(self):
        self.user.sudo().group_ids -= self.env.ref("account_silverfin.group_manager")
        self.user.sudo().group_ids += self.env.ref("account_silverfin.group_user")
        with self.assertRaises(AccessError):
            self.link.action_start_again()
