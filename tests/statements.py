"""Statements of agreement as tests make them, read them back and recompute them."""

import base64
import io
import json
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.request import Request, urlopen

import openpyxl

from odoo.tools import file_path

from ..models.silverfin_statement import REPORT
from .ledgers import OdooSums

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


class StatementChecks(StatementCase):
    """Of a whole ledger, each figure against Odoo's own sums. Mixed into a
    :class:`.ledgers.MadeLedgerCase`."""

    def test_statement_of_agreement(self):
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
