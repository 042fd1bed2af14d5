"""In a browser: an entry set aside is found from the dashboard and solved there; by who
may only read; and by who belongs to another company."""

from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .books import SilverfinBooksCase
from .browser import BrowserMixin


@tagged("post_install", "-at_install")
class TestDashboardTour(BrowserMixin, SilverfinBooksCase, HttpCase):
    looks = True

    def new_user(self, name, company, *groups):
        return new_test_user(
            self.env(su=True),
            f"silverfin-dashboard-{name}",
            groups=",".join(("base.group_user", *groups)),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_found_read_and_solved(self):
        self.entry({"550000": 1, "100000": -1})
        entry = self.entry({"400000": 5, "700000": -5})
        rule = self.sandbox.reject(account_number="700000", message="Not this one.")
        self.assertEqual(self.sync().rejected, 1)
        self.work()
        books = "account.group_account_readonly"
        user = "account_silverfin.group_user"
        reader = self.new_user("reader", self.company, user, books)
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger = self.new_user("stranger", elsewhere, user, books)
        tour = "account_silverfin_dashboard"
        self.start_tour("/odoo", f"{tour}_stranger", login=stranger.login)
        self.start_tour("/odoo", f"{tour}_reader", login=reader.login)
        self.assertEqual(self.link.rejection_ids.move_id, entry)

        self.sandbox.rejections.remove(rule)
        self.start_tour("/odoo", tour, login=self.user.login)
        self.work()
        self.assertFalse(self.link.rejection_ids)
        self.assert_equal_to_books()
        # it was compared while the entry was set aside
        self.position().verified_at -= timedelta(minutes=1)
        self.link.invalidate_recordset()
        self.assertEqual(self.link.step_button, "Compare")
        self.link.action_step()
        self.work()
        self.assertFalse(self.link.step_text)
