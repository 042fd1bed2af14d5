"""In a browser: what was booked into a closed year is held, read and released."""

from odoo.tests import HttpCase, tagged
from odoo.tools import format_datetime

from .browser import BrowserMixin
from .test_closed_years import ClosedCase


@tagged("post_install", "-at_install")
class TestClosedYearsTour(BrowserMixin, ClosedCase, HttpCase):
    def tour(self, name, start="/odoo"):
        self.start_tour(start, name, login=self.user.login, timeout=180)
        self.env.invalidate_all()

    def statement(self):
        self.work()
        return self.env["silverfin.statement"].search(
            [("link_id", "=", self.link.id)], limit=1
        )

    def test_booked_held_released_and_in_the_next_statement(self):
        self.link.action_statement()
        first = self.statement()
        self.assertEqual(first.facts["closed_changes"], [])
        self.assertIn("years since the first synchronisation", first.page)
        self.tour(
            "account_silverfin_closed_years_book",
            "/odoo/action-account.action_move_journal_line",
        )
        self.assertEqual(self.sync().held, 1)
        self.tour("account_silverfin_closed_years")
        self.assertFalse(self.link.rejection_ids)
        second = self.statement()
        self.assert_equal_to_books()
        sent = self.changes("sent")
        self.assertEqual(len(sent), 2)
        self.assertEqual(set(sent.mapped("reason")), {"The client took it back"})
        self.assertEqual(sent.released_by_id, self.user)
        zone = {"tz": second.facts["zone"]}
        since = format_datetime(self.env, first.made_at, **zone)
        self.assertIn(f"Changes in closed years since {since}", second.page)
        for row in second.facts["closed_changes"]:
            self.assertIn(format_datetime(self.env, row["when"], **zone), second.page)
        self.tour("account_silverfin_closed_years_statement")
        amounts = {
            (row["account"], row["date"]): (row["before"], row["after"])
            for row in second.facts["closed_changes"]
        }
        self.assertEqual(
            amounts,
            {
                ("400000", "2025-07-31"): ("0.00", "-100.00"),
                ("700000", "2025-07-31"): ("0.00", "100.00"),
            },
        )
        # and only there
        self.link.action_statement()
        self.assertEqual(self.statement().facts["closed_changes"], [])
