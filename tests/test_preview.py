"""The preview says what the synchronisation then sends, and sends nothing."""

from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..sync import preview as previews
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestPreview(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.sale = self.entry({"400000": 121, "700000": -100, "451000": -21})
        self.old = self.entry({"400000": 10, "700000": -10}, date="2025-06-30")

    def look(self):
        """The page's figures; no request was made for them."""
        requests, runs = len(self.sandbox.log), self.env["silverfin.run"].search([])
        action = self.link.action_preview()
        self.assertEqual(len(self.sandbox.log), requests)
        self.assertEqual(self.env["silverfin.run"].search([]), runs)
        self.wizard = self.env[action["res_model"]].browse(action["res_id"])
        return self.wizard.sudo().result

    def counts(self, result=None):
        total = (result or self.look())["total"]
        return total["new"], total["changed"], total["removed"]

    def rows(self, result):
        return {
            (year["name"][-4:], row["account"]): row
            for year in result["years"]
            for row in year["rows"]
        }

    def assert_run_does(self, counts):
        """The next run sends just what the preview counted."""
        run = self.sync()
        sent = (run.upserted - run.changed, run.changed, run.deleted)
        self.assertEqual(sent, counts)

    def test_an_account_that_was_recoded_and_waits(self):
        """Ask first: nothing goes, before the run that tells it and after; what is new
        joins it on the old number. Once agreed, or followed at once, it goes."""
        self.link.recode_policy = "ask"
        self.sync()
        self.account("700000").code = "700100"
        self.assertEqual(self.counts(), (0, 0, 0))
        self.entry({"400000": 5, "700000": -5})
        result = self.look()
        self.assertEqual(self.counts(result), (2, 0, 0))
        self.assertIn(("2026", "700000"), self.rows(result))
        self.assert_run_does((2, 0, 0))
        self.assertEqual(self.counts(), (0, 0, 0))
        self.link.waiting_recoding_ids.sudo().agreed = True
        self.assertEqual(self.counts(), (0, 3, 0))
        self.link.recode_policy = "follow"
        self.assertEqual(self.counts(), (0, 3, 0))
        self.assert_run_does((0, 3, 0))

    def test_before_the_first_push(self):
        result = self.look()
        self.assertEqual(self.counts(result), (5, 0, 0))
        rows = self.rows(result)
        self.assertEqual(rows["2026", "400000"]["new_value"], "121.00")
        self.assertEqual(rows["2025", "400000"]["moves"], "10.00")
        self.assertEqual(len(rows), 5)
        self.assertEqual(len(result["items"]), 5)
        page = str(self.wizard.page)
        self.assertIn("Trade debtors", page)
        self.assertIn("new items", page)
        self.assert_run_does((5, 0, 0))
        self.assertEqual(self.counts(), (0, 0, 0))
        self.assertIn("Nothing would be sent", str(self.wizard.page))

    def test_new_changed_and_removed(self):
        gone = self.entry({"600000": 7, "440000": -7})
        self.sync()
        gone.button_draft()
        gone.unlink()
        self.entry({"600000": 3, "440000": -3})
        self.sale.button_draft()
        by_account = {line.account_id.code: line for line in self.sale.line_ids}
        self.sale.write(
            {
                "line_ids": [
                    fields.Command.update(by_account["400000"].id, {"balance": 242}),
                    fields.Command.update(by_account["700000"].id, {"balance": -221}),
                ]
            }
        )
        self.sale.action_post()
        result = self.look()
        self.assertEqual(self.counts(result), (2, 2, 2))
        row = self.rows(result)["2026", "400000"]
        self.assertEqual(
            (row["changed"], row["old_value"], row["changed_value"], row["moves"]),
            (1, "121.00", "242.00", "121.00"),
        )
        self.assertEqual(self.rows(result)["2026", "600000"]["moves"], "-4.00")
        self.assert_run_does((2, 2, 2))

    def test_an_item_that_moves_to_another_year_and_account(self):
        self.entry({"400000": 1, "700000": -1}, date="2025-01-31")
        self.sync()
        self.old.button_draft()
        self.old.write({"name": False, "date": "2026-01-31"})
        line = self.old.line_ids.filtered(lambda line: line.balance < 0)
        line.account_id = self.account("601000")
        self.old.action_post()
        result = self.look()
        self.assertEqual(self.counts(result), (0, 2, 0))
        moves = {key: row["moves"] for key, row in self.rows(result).items()}
        self.assertEqual(
            moves,
            {
                ("2025", "400000"): "-10.00",
                ("2026", "400000"): "10.00",
                ("2025", "700000"): "10.00",
                ("2026", "601000"): "-10.00",
            },
        )
        self.assertIn("700000 → 601000", str(self.wizard.page))
        self.assert_run_does((0, 2, 0))

    def test_what_is_set_aside_does_not_count(self):
        self.sandbox.reject(id=str(self.sale.line_ids[0].id), message="Locked")
        self.sync()
        self.assertEqual(self.link.rejection_count, 1)
        numberless = self.entry({"400000": 5, "601000": -5})
        self.account("601000").code_store = False
        result = self.look()
        self.assertEqual(self.counts(result), (0, 0, 0))
        self.assertEqual(result["aside"], 5)
        self.assertIn("as they are: 5.", " ".join(str(self.wizard.page).split()))
        self.assert_run_does((0, 0, 0))
        self.assertEqual(self.link.rejection_ids.move_id, self.sale | numberless)

    def test_with_a_start_date(self):
        """What lies before goes as an opening; an older entry changes it."""
        self.position().sync_start_at = "2026-01-01"
        result = self.look()
        self.assertEqual(self.counts(result), (5, 0, 0))
        self.assert_run_does((5, 0, 0))
        self.assertEqual(self.counts(), (0, 0, 0))
        self.entry({"100000": -4, "550000": 4}, date="2025-03-01")
        result = self.look()
        self.assertEqual(self.counts(result), (2, 0, 0))
        self.assertEqual(self.rows(result)["2026", "550000"]["moves"], "4.00")
        self.assertIn("Opening", str(self.wizard.page))
        self.assert_run_does((2, 0, 0))

    def test_large_books_are_cut_in_time(self):
        result = self.look()
        self.assertTrue(result["is_whole"])
        scope = self.link._silverfin_scope(())
        with patch.object(previews, "SPAN", 1):
            spans = list(previews._spans(self.link, scope, 3))
            self.assertEqual([upto for *_rest, upto in spans], [1, 2, 3])
        found = previews.preview(self.link, scope, [], seconds=0)
        self.assertFalse(found.is_whole)
        self.assertEqual(found.total().new, 0)
        self.wizard._keep(found, [])
        self.assertIn("too large to be compared", str(self.wizard.page))

    def test_a_statement_that_takes_too_long_ends(self):
        def sleep(cr, *_args):
            cr.execute("SELECT pg_sleep(60)")

        scope = self.link._silverfin_scope(())
        with patch.object(previews, "_add", sleep):
            found = previews.preview(self.link, scope, [], seconds=0.5)
        self.assertFalse(found.is_whole)
        # and the request goes on, without that limit
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("0",))

    def test_many_items(self):
        self.entry_of_lines(150)
        result = self.look()
        self.assertEqual(self.counts(result), (156, 0, 0))
        self.assertEqual(len(result["items"]), previews.MOST_SHOWN)
        row = self.rows(result)["2026", "700000"]
        self.assertEqual((row["new"], Decimal(row["new_value"])), (151, -250))
        self.assertIn("The first 100 items", " ".join(str(self.wizard.page).split()))

    def test_who_may_look(self):
        groups = "base.group_user,account_silverfin.group_user"
        company = {"company_id": self.company.id, "company_ids": self.company.ids}
        env = self.env(su=True)
        booksless = new_test_user(env, "booksless", groups=groups, **company)
        with self.assertRaises(AccessError):
            self.link.with_user(booksless).action_preview()
        reader = new_test_user(
            env,
            "reader",
            groups=f"{groups},account.group_account_readonly",
            **company,
        )
        self.look()
        with self.assertRaises(AccessError):
            self.wizard.with_user(reader).read(["page"])
        action = self.link.with_user(reader).action_preview()
        own = self.env[action["res_model"]].with_user(reader).browse(action["res_id"])
        self.assertIn("new items", own.read(["page"])[0]["page"])
        with self.assertRaises(AccessError):
            own.read(["result"])
