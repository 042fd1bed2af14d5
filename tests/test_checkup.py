"""The check-up of a company's books: each finding made on purpose, and none else."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestCheckup(SilverfinBooksCase):
    """Small books without a client file."""

    def setUp(self):
        # no sandbox: nothing is asked of Silverfin
        TransactionCase.setUp(self)
        self.today = fields.Date.context_today(self.env.user)
        self.clean = self.entry({"100000": -1000, "550000": 1000}, self.today)

    def check(self):
        """``{code: finding}`` of a new check-up."""
        checkup = self.env["silverfin.checkup"]._check(self.company)
        codes = checkup.finding_ids.mapped("code")
        self.assertEqual(len(codes), len(set(codes)), "one finding of each kind")
        return {finding.code: finding for finding in checkup.finding_ids}

    def listed(self, finding):
        """The records that the finding's button shows."""
        action = finding.action_open()
        return self.env[action["res_model"]].search(action["domain"])

    def assert_finds(self, code, amount, records, severity="orange"):
        """That one finding and no other, with this sum and list; the finding."""
        found = self.check()
        self.assertEqual(list(found), [code])
        finding = found[code]
        self.assertEqual(finding.severity, severity)
        self.assertEqual(finding.checkup_id.state, severity)
        self.assertAlmostEqual(finding.amount, amount, 2)
        self.assertEqual(finding.item_count, len(records))
        self.assertEqual(self.listed(finding), records)
        for text in (finding.title, finding.what, finding.advice):
            self.assertTrue(text and "%(" not in text, text)
        return finding

    def test_clean_books_are_green(self):
        checkup = self.env["silverfin.checkup"]._check(self.company)
        self.assertEqual(checkup.state, "green")
        self.assertFalse(checkup.finding_ids)
        self.assertEqual(checkup.user_id, self.user)
        self.assertFalse(checkup.link_id)

    def test_drafts_by_sum(self):
        draft = self.entry({"600000": 75.5, "550000": -75.5}, self.today, post=False)
        self.entry(
            {"600000": 5, "550000": -5}, fields.Date.add(self.today, days=1), post=False
        )
        self.assert_finds("drafts", 75.5, draft)

    def test_who_may_not_read_the_books_may_not_check(self):
        nobody = new_test_user(
            self.env(su=True),
            "silverfin-nobody",
            groups="account_silverfin.group_user",
            company_ids=[Command.set(self.company.ids)],
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.env["silverfin.checkup"].with_user(nobody)._check(self.company)
