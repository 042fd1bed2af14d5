"""Accounts that are recoded, merged, archived or without a code; and drafts."""

from lxml import html

from odoo import Command
from odoo.tests import Form, tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestAccounts(SilverfinBooksCase):
    def recode(self):
        """Three items on 600000, one of them in a closed year."""
        for day in ("2024-12-31", "2025-02-02", "2026-03-03"):
            self.entry({"600000": 10, "550000": -10}, date=day)
        self.sync()
        self.company.sudo().fiscalyear_lock_date = "2024-12-31"
        self.account("600000").code = "600010"

    def test_recoded_is_told_and_followed(self):
        self.recode()
        run = self.sync()
        sentence = (
            "600000 → 600010: 3 items, 1 in closed years; working papers in Silverfin "
            "stay on 600000."
        )
        self.assertIn(sentence, run.message)
        told = html.fromstring(str(self.link.message_ids[0].body))
        self.assertEqual(told.text_content(), sentence)
        [opens] = told.iter("a")
        self.assertEqual(opens.get("data-oe-model"), "account.account")
        self.assertEqual(opens.get("data-oe-id"), str(self.account("600000").id))
        self.assertEqual(run.upserted, 3)
        self.assert_equal_to_books()
        told = len(self.link.message_ids)
        for _time in range(2):
            self.assertNotIn("→", self.sync().message)
        self.assertEqual(len(self.link.message_ids), told)

    def test_told_before_anything_goes(self):
        self.recode()
        self.sandbox.faults.add(method="POST", path="transactions$", status=503)
        run = self.sync()
        self.assertEqual(run.upserted, 0)
        self.assertIn("600000 → ", self.link.message_ids[0].body)
        told = len(self.link.message_ids)
        run = self.run_open()
        self.assertEqual(len(self.link.message_ids), told, "told once")

    def test_a_number_that_comes_back_is_sent_as_new(self):
        self.recode()
        self.sync()
        self.sync()
        self.account("600000").code = "600000"
        run = self.sync()
        self.assertIn("600010 → 600000: 3 items", run.message)
        self.assert_equal_to_books()
        self.assertIn(
            "600000", self.link.env["silverfin.account"].search([]).mapped("number")
        )

    def test_an_item_that_moves_is_no_recoding(self):
        entry = self.entry({"600000": 10, "550000": -10})
        self.sync()
        entry.line_ids[0].account_id = self.account("601000")
        run = self.sync()
        self.assertEqual(run.upserted, 1)
        self.assertNotIn("→", run.message)

    def test_merged(self):
        """Odoo merges accounts of different companies: ours becomes the other's, and
        keeps its number here. Nothing goes again, and what is new goes as before."""
        self.entry({"600000": 10, "550000": -10})
        self.sync()
        other = self.env["res.company"].sudo().create({"name": "Another"})
        theirs = (
            self.env["account.account"]
            .sudo()
            .with_company(other)
            .create(
                {
                    "code": "611111",
                    "name": "Purchases",
                    "account_type": "expense",
                    "company_ids": [Command.set(other.ids)],
                }
            )
        )
        self.user.sudo().company_ids += other
        ours = self.account("600000").sudo()
        self.env["account.merge.wizard"].sudo()._action_merge(theirs | ours)
        self.env.invalidate_all()
        self.assertFalse(ours.exists())
        self.assertEqual(self.sync().upserted, 0)
        self.accounts = {**self.accounts, "600000": theirs.with_env(self.env)}
        self.entry({"600000": 5, "550000": -5})
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.balance_there("600000"), 15)
        self.assert_equal_to_books()

    def test_archived(self):
        self.entry({"600000": 10, "550000": -10})
        self.account("600000").active = False
        self.assertEqual(self.sync().state, "done")
        self.assert_equal_to_books()

    def test_without_code_stops_only_its_own_entries(self):
        good = self.entry({"601000": 5, "550000": -5})
        # a first push would not start: see test_checkup.py
        self.sync()
        self.entry({"600000": 10, "550000": -10})
        self.account("600000").code_store = False
        self.assertEqual(self.sync().state, "partial")
        self.assertEqual(set(self.there()), {str(line.id) for line in good.line_ids})
        aside = self.link.rejection_ids
        self.assertTrue(aside.lacks_code)
        action = aside.action_open_account()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("account.account", self.account("600000").id),
        )
        self.account("600000").code_store = "600000"
        self.assertEqual(self.sync().state, "done")
        self.assert_equal_to_books()

    def test_drafts_are_counted_and_not_sent(self):
        self.entry({"601000": 5, "550000": -5})
        draft = self.entry({"600000": 10, "550000": -10}, post=False)
        self.entry({"600000": 1, "550000": -1}).button_cancel()
        self.sync()
        self.assertEqual(len(self.there()), 2)
        self.assertEqual(self.link.draft_count, 1)
        action = self.link.action_open_drafts()
        found = self.env["account.move"].search(action["domain"])
        self.assertEqual(found, draft)


@tagged("post_install", "-at_install")
class TestOffBalance(SilverfinBooksCase):
    def setUp(self):
        """Guarantees of 500.00 and 20.00; the second one was given back: 0.00."""
        super().setUp()
        for code in ("009000", "009100"):
            self.accounts[code] = self.env["account.account"].create(
                {
                    "code": code,
                    "name": f"Guarantee {code}",
                    "account_type": "off_balance",
                }
            )
        self.entry({"009000": 500, "009100": -500}, date="2024-02-02")
        self.entry({"009000": 20, "009100": -20}, date="2026-02-02")
        self.entry({"009000": -20, "009100": 20}, date="2026-03-03")
        self.entry({"600000": 10, "550000": -10}, date="2024-04-04")

    def assert_proven(self):
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def shown(self, link=None):
        """The rows of the page: account, items, sum."""
        report = html.fromstring((link or self.link).off_balance_report)
        rows = [
            [" ".join(cell.text_content().split()) for cell in row.iter("td")]
            for row in report.iter("tr")
        ]
        return report.find("p").text_content(), [row for row in rows if row]

    def test_what_is_left_out_is_told(self):
        """Per account 1 + 2 items: 500 + 20 - 20 = 500.00, and the same in credit."""
        run = self.sync()
        self.assertRegex(
            run.message,
            r"Off-balance accounts are left out \(items: 6\): 009000 .*500.00.*, "
            "009100 -.*500.00.*\\.",
        )
        self.assertEqual(run.state, "done")
        self.assertNotIn("009000", self.client_file.accounts)
        text, rows = self.shown()
        self.assertIn("Left out", text)
        self.assertEqual(
            [row[:2] for row in rows],
            [
                ["009000 Guarantee 009000", "3"],
                ["009100 Guarantee 009100", "3"],
            ],
        )
        self.assertIn("500.00", rows[0][2])
        self.assertIn("-", rows[1][2])
        self.assertNotIn("Off-balance", self.sync().message, "nothing went")

    def test_by_choice(self):
        """As an asset: it carries forward, and debit is credit."""
        self.assert_proven()
        with Form(self.link) as form:
            form.off_balance = True
            self.assertIn("Once you save", form.off_balance_report)
        self.assertIn("These are sent", self.shown()[0])
        run = self.sync()
        self.assertEqual(run.upserted, 6)
        self.assertNotIn("left out", run.message)
        self.assert_proven()
        self.assertEqual(self.balance_there("009000", "2025-12-31"), 500)
        self.assertEqual(self.client_file.accounts["009000"].type, "asset")
        self.link.off_balance = False
        run = self.sync()
        self.assertEqual((run.upserted, run.deleted), (0, 6))

    def test_nothing_off_balance(self):
        moves = self.env["account.move"].search([("company_id", "=", self.company.id)])
        moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "off_balance"
        ).move_id.button_draft()
        self.assertFalse(self.link.off_balance_report)
        self.assertNotIn("Off-balance", self.sync().message)
