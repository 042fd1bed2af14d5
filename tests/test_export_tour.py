"""In a browser: both files are asked for, made and downloaded, by those who may."""

from decimal import Decimal

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .browser import BrowserMixin
from .test_export import ExportCase

START = "/odoo/silverfin-set-aside"
"""A page that loads quickly."""
BALANCES = {
    "400000": Decimal("110.10"),
    "440000": -40,
    "149000": Decimal("-60.10"),
    "700000": -10,
}


@tagged("post_install", "-at_install")
class TestExportTour(BrowserMixin, ExportCase, HttpCase):
    def user_with(self, login, groups, company):
        return new_test_user(
            self.env(user=1),
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_as_accountant_as_reader_and_from_elsewhere(self):
        """In one test: Odoo builds its assets anew for each."""
        reader = self.user_with(
            "export-reader",
            "account.group_account_readonly,account_silverfin.group_user",
            self.company,
        )
        self.assertFalse(self.sale.with_user(reader).has_access("write"))
        for user in (self.user, reader):
            with self.subTest(user.login):
                self.start_tour(START, "account_silverfin_export", login=user.login)
                self.check_files_of(user)
        stranger = self.user_with(
            "export-stranger",
            "account.group_account_manager,account_silverfin.group_user",
            self.env(user=1)["res.company"].create({"name": "Elsewhere"}),
        )
        self.start_tour(START, "account_silverfin_export_nothing", login=stranger.login)

    def check_files_of(self, user):
        """What the tour left behind: one of items, one of balances, both his own."""
        self.env.invalidate_all()
        balances, items = self.env["silverfin.export"].with_user(user).search([])
        self.assertEqual(items.create_uid, user)
        _headers, *rows = self.xlsx_rows(items)
        self.assertEqual(len(rows), 7)
        self.assertEqual(self.summed(rows), BALANCES)
        _headers, *rows = self.csv_rows(balances)
        self.assertEqual(len(rows), 4)
        self.assertEqual(self.summed(rows), BALANCES)
