"""The statement of agreement: what it says, that it is recomputed, that it stays."""

import base64
import io
import json
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch
from urllib.request import Request, urlopen

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from ..models.silverfin_statement import REPORT
from .books import SilverfinBooksCase
from .ledgers import MadeLedgerCase, OdooSums

RECOMPUTE = "account_silverfin/static/proof/recompute.py"


class StatementCase:
    def statement(self):
        """Press the button, let the worker work."""
        self.link.action_statement()
        self.work()
        found = self.env["silverfin.statement"].search(
            [("link_id", "=", self.link.id)], limit=1
        )
        run = self.env["silverfin.run"].search([("kind", "=", "verify")], limit=1)
        self.assertEqual(run.state, "done", run.message)
        return found

    def sheets(self, statement):
        """Rows by sheet, read back."""
        content = io.BytesIO(base64.b64decode(statement.workbook))
        book = openpyxl.load_workbook(content, read_only=True)
        return {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book
        }

    def exported(self):
        """What Silverfin holds, as it gives it to whoever asks: nothing of Odoo's."""
        request = Request(
            f"{self.server.url}/_control/transactions",
            json.dumps({"client_file": self.client_file.id}).encode(),
            {"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def recomputed(self, text, suffix=".json"):
        """What the documented command prints, by its first word."""
        with tempfile.NamedTemporaryFile("w", suffix=suffix) as file:
            file.write(text)
            file.flush()
            done = subprocess.run(
                [sys.executable, "-I", file_path(RECOMPUTE), file.name],
                capture_output=True,
                text=True,
                check=True,
                timeout=120,
                env={},
                cwd=Path(file.name).parent,
            )
        return dict(row.rsplit(None, 1) for row in done.stdout.splitlines())


@tagged("post_install", "-at_install")
class TestStatementOfALedger(StatementCase, MadeLedgerCase):
    """A Belgian ledger of four years and an entry in the next."""

    def test_what_it_says(self):
        self.client_file.reporting = "quarterly"
        self.assertEqual(self.sync().state, "done")
        draft = self.ledger.entry(
            self.ledger.day(4, 6, 1),
            [(self.ledger.bank(), 12.5), (self.ledger.sales(), -12.5)],
            post=False,
        )
        locked = self.ledger.years()[1][1]
        self.company.sudo().write(
            {"vat": "BE0477472701", "fiscalyear_lock_date": locked}
        )
        run = self.env["silverfin.run"]._ask("verify", link=self.link)
        run._extend_verify(all_years=True)
        statement = self.statement()
        self.assertEqual(statement.verdict, "equal", self.position().verify_result)
        self.assertRegex(statement.name, r"^SOA-\d{4}-0001$")
        self.assertEqual(statement.user_id, self.user)
        facts = statement.facts
        self.assertEqual(facts["company"]["vat"], "BE0477472701")
        self.assertEqual(len(facts["years"]), 5)
        self.check_trial_balances(facts)
        self.check_journals(facts)
        self.assertEqual(
            [(row["why"], row["entries"], row["debit"]) for row in facts["not_sent"]],
            [("draft", 1, "12.50")],
        )
        self.assertEqual(
            {row["account"]: row["balance"] for row in facts["off_balance"]},
            {"G0001": "5000.00", "G0002": "-5000.00"},
        )
        self.assertEqual(
            [(row["lock"], row["date"]) for row in facts["locks"]],
            [("fiscalyear_lock_date", locked.isoformat())],
        )
        for row in facts["open"]:
            self.assertEqual(row["open"], row["balance"], row["account"])
        self.check_hash(statement)
        self.check_workbook(statement)
        self.check_page(statement)
        self.assertIn(
            statement.digest, "".join(map(str, self.link.message_ids.mapped("body")))
        )
        draft.unlink()

    def check_trial_balances(self, facts):
        """Against Odoo's own sums, both sides, each figure."""
        sums = OdooSums(self.company, self.link.retained_earnings_account_id)
        # the opening entry counts on the first day: it is what that year moved first
        first = date.fromisoformat(facts["years"][0]["start"])
        for number, year in enumerate(facts["years"]):
            start, last = (date.fromisoformat(year[key]) for key in ("start", "last"))
            opening = sums.opening(start) if number else {}
            closing = sums.closing(start, last)
            found = {
                side: {
                    row["account"]: [Decimal(amount) for amount in row[side]]
                    for row in year["rows"]
                }
                for side in ("books", "there")
            }
            for side, rows in found.items():
                where = f"{side} {year['start']}"
                self.assertEqual(
                    {n: row[0] for n, row in rows.items() if row[0]}, opening, where
                )
                self.assertEqual(
                    {n: row[2] for n, row in rows.items() if row[2]}, closing, where
                )
                self.assertEqual(sum(row[2] for row in rows.values()), 0, where)
            result = facts["result"]["years"][number]["result"]
            moved = sums.movement(start if number else first, last)
            expected = -sum(
                value for code, value in moved.items() if code in sums._nominal
            )
            self.assertEqual(Decimal(result["there"]), expected, year["start"])
            self.assertEqual(Decimal(result["books"]), expected, year["start"])

    def check_journals(self, facts):
        moves = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "posted")]
        )
        found = {row["prefix"]: row for row in facts["journals"]}
        self.assertEqual(sum(row["entries"] for row in found.values()), len(moves))
        self.assertEqual(facts["sent"]["books"], facts["sent"]["items"])
        self.assertEqual(facts["sent"]["items"], len(self.there()))
        for prefix, row in found.items():
            own = moves.filtered(lambda move, p=prefix: move.sequence_prefix == p)
            own = own.sorted("sequence_number")
            self.assertEqual((row["first"], row["last"]), (own[0].name, own[-1].name))
            self.assertEqual(row["missing"], 0)

    def check_hash(self, statement):
        text = self.exported()
        printed = self.recomputed(text)
        self.assertEqual(printed["SHA-256"], statement.digest)
        self.assertEqual(int(printed["transactions"]), len(self.there()))
        sent = statement.facts["sent"]
        for name in ("debit", "credit"):
            self.assertEqual(Decimal(printed[f"total {name}"]), Decimal(sent[name]))
        rows = json.loads(text)
        as_csv = ["value;date;id;account"] + [
            f"{row['value']};{row['date']};{key};{row['account_number']}"
            for key, row in sorted(rows.items(), reverse=True)
        ]
        self.assertEqual(
            self.recomputed("\n".join(as_csv), ".csv")["SHA-256"], statement.digest
        )
        key = next(iter(rows))
        for change in (
            {"value": rows[key]["value"] + 0.01},
            {"date": "2020-01-01"},
            {"account_number": "499000"},
        ):
            other = rows | {key: rows[key] | change}
            self.assertNotEqual(
                self.recomputed(json.dumps(other))["SHA-256"], statement.digest
            )

    def check_workbook(self, statement):
        sheets = self.sheets(statement)
        summary = {row[0]: row[1] for row in sheets["Statement"] if row[0]}
        self.assertEqual(summary["Verdict"], "Equal")
        self.assertEqual(summary["VAT number"], "BE0477472701")
        digest = summary["SHA-256 of ids, dates, accounts and values"]
        self.assertEqual(digest, statement.digest)
        head, *rows = sheets["Trial balance"]
        expected = sum(len(year["rows"]) for year in statement.facts["years"])
        self.assertEqual(len(rows), expected)
        place = head.index("Balance in Silverfin")
        of_last = [row for row in rows if row[1] == rows[-1][1]]
        self.assertAlmostEqual(sum(row[place] for row in of_last), 0)
        self.assertEqual(sheets["Not sent"][1][:2], ["Drafts", 1])
        periods = sheets["Periods"][1:]
        self.assertEqual(len(periods), statement.facts["result"]["periods"])
        self.assertEqual(
            sum(row[2] for row in periods), statement.facts["result"]["accounts"]
        )
        self.assertEqual(len(sheets["Journals"]), len(statement.facts["journals"]) + 1)

    def check_page(self, statement):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, statement.ids
        )
        for words in (
            b"is equal to the books",
            statement.digest.encode(),
            b"BE0477472701",
            b"python3 recompute.py",
        ):
            self.assertIn(words, html)
        self.assertIn(statement.name, statement.page)


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
        statement = self.statement()
        self.assertEqual(
            (statement.verdict, statement.basis), ("equal", "acknowledged")
        )
        self.assertIn("own balances were not read", statement.page)
        summary = dict(row[:2] for row in self.sheets(statement)["Statement"])
        self.assertIn("were not read", summary["Compared with"])

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
