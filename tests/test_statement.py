"""The statement of agreement: it stays as it is, and says what was found.

What one of a whole ledger says is tested in ``statements.py``, by ``test_ledgers``.
"""

import base64
from decimal import Decimal
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_datetime

from .books import SilverfinBooksCase
from .statements import StatementCase


@tagged("post_install", "-at_install")
class TestStatement(StatementCase, SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.move = self.entry({"400000": 121, "451000": -21, "700000": -100})
        self.sync()

    def test_nobody_changes_or_deletes_it(self):
        statement = self.statement()
        for record in (statement, statement.sudo()):
            for values in ({"verdict": "differs"}, {"facts": {}}, {"name": "x"}):
                with self.assertRaises(UserError):
                    record.write(values)
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(UserError):
            self.env["silverfin.statement"].create({"name": "made up"})
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", statement._name), ("res_field", "=", "workbook")]
            )
        )
        self.assertEqual(len(attachment), 1)
        with self.assertRaises(AccessError):
            attachment.with_user(self.user).unlink()
        with self.assertRaises(AccessError):
            attachment.with_user(self.user).write({"raw": b"other"})
        with self.assertRaisesRegex(UserError, "are kept"):
            self.link.unlink()

    def test_by_company(self):
        statement = self.statement()
        other = self.env["res.company"].sudo().create({"name": "Other Ltd"})
        stranger = new_test_user(
            self.env(su=True),
            "silverfin-statement-other",
            groups="account.group_account_manager,account_silverfin.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        seen = (
            self.env["silverfin.statement"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
        )
        self.assertFalse(seen.search([]))
        with self.assertRaises(AccessError):
            seen.browse(statement.id).read(["facts"])
        reader = new_test_user(
            self.env(su=True),
            "silverfin-statement-reader",
            groups="account_silverfin.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertIn(statement.digest, statement.with_user(reader).page)
        # each company counts for itself
        numbers = self.env["silverfin.statement"]
        self.assertTrue(numbers._next_number(self.company).endswith("-0002"))
        self.assertTrue(numbers._next_number(other).endswith("-0001"))

    def test_one_that_differs(self):
        self.entry({"400000": 5, "700000": -5}, date="2026-04-04")
        self.sandbox.tamper(
            self.client_file, "451000", fields.Date.to_date("2026-03-31"), 1
        )
        statement = self.statement()
        self.assertEqual(statement.verdict, "differs")
        rows = {
            (row[0], row[-1].rsplit(None, 1)[0], row[-2])
            for row in self.sheets(statement)["Differences"][1:]
        }
        self.assertLessEqual(
            {
                ("451000", "cause unknown", 1),
                ("400000", "not yet sent", -5),
                ("700000", "not yet sent", 5),
            },
            rows,
        )
        self.assertIn("differs from the books", statement.page)
        self.assertIn("cause unknown", statement.page)

    def test_another_retained_earnings_account(self):
        """The opening stands where Silverfin has it, and nothing moved."""
        self.entry({"400000": 7, "700000": -7}, date="2025-03-03")
        self.sync()
        self.sandbox.change_settings(
            self.client_file, retained_earnings_account="140000"
        )
        statement = self.statement()
        self.assertEqual(statement.verdict, "equal")
        rows = {
            (row["account"], side): [Decimal(amount) for amount in row[side]]
            for row in statement.facts["years"][-1]["rows"]
            for side in ("books", "there")
        }
        self.assertEqual(rows["140000", "there"], [-7, 0, -7])
        self.assertEqual(rows["149000", "books"], [-7, 0, -7])
        self.assertEqual(rows["149000", "there"], [0, 0, 0])
        self.assertIn("same total, on another account", statement.page)

    def test_without_the_right_to_read(self):
        self.connection.read_back = False
        self.company.partner_id.sudo().tz = "Asia/Tokyo"
        statement = self.statement()
        self.assertEqual(
            (statement.verdict, statement.basis), ("equal", "acknowledged")
        )
        self.assertIn("own balances were not read", statement.page)
        summary = dict(row[:2] for row in self.sheets(statement)["Statement"])
        self.assertIn("were not read", summary["Compared with"])
        # the moment on the page and in the sheet: the company's, which is named
        made = format_datetime(self.env, statement.made_at, tz="Asia/Tokyo")
        self.assertEqual(summary["Made on"], f"{made} (time of Asia/Tokyo)")
        self.assertIn(summary["Made on"], statement.page)

    def test_gaps_in_numbers(self):
        second, third = (self.entry({"400000": 1, "700000": -1}) for _ in range(2))
        self.sync()
        second.button_draft()
        statement = self.statement()
        # an entry that is a draft again still has its number
        self.assertEqual(statement.facts["journals"][0]["missing"], 0)
        second.with_context(force_delete=True).unlink()
        self.sync()
        (row,) = self.statement().facts["journals"]
        self.assertEqual((row["first"], row["last"]), (self.move.name, third.name))
        self.assertEqual(row["missing"], 1)
        self.assertEqual(row["gaps"], [str(third.sequence_number - 1)])

    def test_once_for_a_comparison(self):
        statement = self.statement()
        run = self.env["silverfin.run"].search([("kind", "=", "verify")], limit=1)
        # a crash after it was made, before the run ended
        run.sudo().write({"state": "queued", "ended_at": False})
        self.env.flush_all()
        self.work()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.link.statement_ids, statement)
        self.assertEqual(self.link.statement_count, 1)
        # the next comparison makes none unless somebody asks
        self.verify()
        self.assertEqual(self.link.statement_count, 1)

    def test_not_while_a_comparison_runs(self):
        run = self.env["silverfin.run"]._ask("verify", link=self.link)
        run.sudo().state = "running"
        with self.assertRaisesRegex(UserError, "is being compared right now"):
            self.link.action_statement()

    def test_pdf(self):
        """Made once, kept; where the server cannot, the page to print."""
        statement = self.statement()
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "get_wkhtmltopdf_state", return_value="install"):
            statement.invalidate_recordset(["pdf_missing"])
            self.assertTrue(statement.pdf_missing)
            self.assertIn("/report/html/", statement.action_pdf()["url"])
        self.assertFalse(statement.pdf)
        with (
            patch.object(Report, "get_wkhtmltopdf_state", return_value="ok"),
            patch.object(
                Report, "_render_qweb_pdf", return_value=(b"%PDF-1.4", "pdf")
            ) as made,
        ):
            url = statement.action_pdf()["url"]
            self.assertEqual(statement.action_pdf()["url"], url)
        self.assertEqual(made.call_count, 1)
        self.assertEqual(base64.b64decode(statement.pdf), b"%PDF-1.4")
        with self.assertRaises(UserError):
            statement.sudo().pdf = base64.b64encode(b"another")
