"""Files for Silverfin's import: read back, typed, and equal to the trial balance."""

import csv
import io
import os
import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import openpyxl

from odoo import Command, api
from odoo.cli.command import find_command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..export import xlsx_file
from ..models import silverfin_export
from .books import SilverfinBooksCase

HEADERS = [
    "Date",
    "Account number",
    "Account name",
    "Account type",
    "Amount",
    "Description",
    "Relation",
    "Journal",
    "Entry",
]
STRANGE = 'Desk <&> "new" \\ ' + "é€😀"


class ExportCase(SilverfinBooksCase):
    """By hand: before 2026 a sale of 100.10 on credit and a purchase of 40.00.

    So 2026 opens with debtors 100.10, suppliers -40.00 and, the result of 60.10 being
    retained, 149000 at -60.10; sum nil. In 2026 a sale of 9.99 and, next to nothing, of
    0.01: debtors 110.10, sales -10.00.
    """

    def setUp(self):
        super().setUp()
        self.entry({"400000": 100.10, "700000": -100.10}, date="2025-06-30")
        self.entry({"600000": 40, "440000": -40}, date="2025-12-31")
        self.sale = self.entry({"400000": 9.99, "700000": -9.99}, date="2026-01-01")
        self.sale.line_ids[0].name = STRANGE
        self.cent = self.entry({"400000": 0.01, "700000": -0.01}, date="2026-02-28")
        self.cent.line_ids.name = "=1+1"
        self.entry({"400000": 5, "700000": -5}, date="2026-03-01", post=False)

    def file(self, **values):
        return self.env["silverfin.export"].create(
            {"date_from": "2026-01-01", "date_to": "2026-12-31", **values}
        )

    def made(self, **values):
        export = self.file(**values)
        self.assertIs(export.action_make(), True)
        action = export.action_download()
        self.assertIn(f"/web/content/{export.attachment_id.id}", action["url"])
        return export

    def csv_rows(self, export):
        text = export.attachment_id.raw.decode()
        return list(csv.reader(io.StringIO(text)))

    def xlsx_rows(self, export):
        book = openpyxl.load_workbook(io.BytesIO(export.attachment_id.raw))
        return [list(row) for row in book.active.iter_rows(values_only=True)]

    def summed(self, rows):
        found = {}
        for row in rows:
            found[row[1]] = found.get(row[1], Decimal(0)) + Decimal(str(row[4]))
        return {number: value for number, value in found.items() if value}


@tagged("post_install", "-at_install")
class TestExport(ExportCase):
    def work_off(self):
        """One call of the job's entry."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["silverfin.export"]._cron_make()
        self.env.invalidate_all()

    def odoos(self, last, *domain):
        """Balances by account number, by Odoo's own sums."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", last),
                *domain,
            ],
            ["account_id"],
            ["balance:sum"],
        )
        return {
            account.code: round(Decimal(f"{value:.2f}"), 2) for account, value in groups
        }

    def test_xlsx_of_journal_items(self):
        export = self.made(file_type="xlsx")
        headers, *rows = self.xlsx_rows(export)
        self.assertEqual(headers, HEADERS)
        self.assertFalse([text for text in headers if any(map(str.isdigit, text))])
        self.assertEqual(len(rows), export.row_count)
        self.assertEqual(
            self.summed(rows),
            {
                "400000": Decimal("110.10"),
                "440000": -40,
                "149000": Decimal("-60.10"),
                "700000": -10,
            },
        )
        for row in rows:
            self.assertIs(type(row[0]), datetime)
            self.assertIn(type(row[4]), (int, float))
            self.assertTrue(all(type(row[n]) is str for n in (1, 2, 3)), row)
        first = next(row for row in rows if row[8] == self.sale.name)
        self.assertEqual(
            first,
            [
                datetime(2026, 1, 1),
                "400000",
                "Trade debtors",
                "asset",
                9.99,
                STRANGE,
                None,
                "MISC",
                self.sale.name,
            ],
        )
        formula = [row[5] for row in rows if row[8] == self.cent.name]
        self.assertEqual(formula, ["=1+1", "=1+1"], "text, not a formula")
        self.assertEqual({row[5] for row in rows[:3]}, {"Opening balance"})
        self.assertIn("7 rows; all amounts together are", export.message)
        self.assertIn("0.00", export.message)

    def test_csv_of_journal_items(self):
        export = self.made(file_type="csv", with_opening=False)
        headers, *rows = self.csv_rows(export)
        self.assertEqual(headers, HEADERS)
        self.assertEqual(len(rows), 4)
        self.assertEqual(
            rows[0],
            [
                "2026-01-01",
                "400000",
                "Trade debtors",
                "asset",
                "9.99",
                STRANGE,
                "",
                "MISC",
                self.sale.name,
            ],
        )
        self.assertEqual(rows[2][5], "'=1+1", "no formula for a spreadsheet")
        self.assertEqual(sum(Decimal(row[4]) for row in rows), 0)
        self.entry({"400000": 1234567.8, "700000": -1234567.8}, date="2026-04-01")
        *_others, debit, credit = self.csv_rows(self.made(file_type="csv"))
        self.assertEqual((debit[4], credit[4]), ("1234567.80", "-1234567.80"))

    def test_the_same_in_both(self):
        as_csv = self.csv_rows(self.made(file_type="csv"))
        as_xlsx = self.xlsx_rows(self.made(file_type="xlsx"))
        self.assertEqual(len(as_csv), 8)
        for one, other in zip(as_csv[1:], as_xlsx[1:], strict=True):
            self.assertEqual(one[0], other[0].date().isoformat())
            self.assertEqual(Decimal(one[4]), Decimal(str(other[4])))
            self.assertEqual(one[5].removeprefix("'"), other[5] or "")
            self.assertEqual([one[1], one[2], one[3]], [other[1], other[2], other[3]])

    def test_balances(self):
        """At the end of 2025 no year is closed yet: sales and purchases stand."""
        for last in ("2025-12-31", "2026-12-31"):
            for file_type, read in (("csv", self.csv_rows), ("xlsx", self.xlsx_rows)):
                with self.subTest(last=last, file_type=file_type):
                    export = self.made(
                        content="balances", date_to=last, file_type=file_type
                    )
                    _headers, *rows = read(export)
                    found = self.summed(rows)
                    self.assertEqual(len(rows), len(found), "one total per account")
                    self.assertEqual(sum(found.values()), 0)
        self.assertEqual(
            found,
            {
                "400000": Decimal("110.10"),
                "440000": -40,
                "149000": Decimal("-60.10"),
                "700000": -10,
            },
        )
        export = self.made(content="balances", date_to="2025-12-31", file_type="csv")
        self.assertEqual(
            self.summed(self.csv_rows(export)[1:]), self.odoos("2025-12-31")
        )

    def test_from_the_middle_of_a_year(self):
        """The opening on 1 February holds January's sale of 9.99 as such."""
        export = self.made(date_from="2026-02-01", file_type="csv")
        rows = self.csv_rows(export)[1:]
        opening = self.summed([row for row in rows if row[5] == "Opening balance"])
        self.assertEqual(opening["700000"], Decimal("-9.99"))
        self.assertEqual(opening["149000"], Decimal("-60.10"))
        self.assertEqual(self.summed(rows)["700000"], -10)

    def test_without_a_client_file(self):
        self.assertTrue(self.file().is_synchronised)
        self.link.unlink()
        self.assertFalse(self.file().is_synchronised)
        export = self.made(file_type="csv")
        self.assertEqual(
            self.summed(self.csv_rows(export)[1:])["149000"], Decimal("-60.10")
        )
        proposed = self.env["silverfin.export"].create({})
        self.assertEqual(
            (proposed.date_from, proposed.date_to),
            (date(2026, 1, 1), date(2026, 12, 31)),
        )

    def test_a_start_date_in_silverfin_does_not_cut_the_file(self):
        self.sandbox.set_up_sync(
            self.client_file, self.link.sync_reference, date(2026, 1, 1)
        )
        self.refresh_companies()
        export = self.made(date_from="2025-01-01", file_type="csv")
        self.assertEqual(
            self.summed(self.csv_rows(export)[1:]), self.odoos("2026-12-31")
        )

    def test_what_is_private_stays_out(self):
        self.link.private_journal_ids = [Command.set(self.journal.ids)]
        export = self.made(file_type="csv", with_opening=False)
        self.assertNotIn("Desk", export.attachment_id.raw.decode())

    def test_closing_entries_are_left_out_and_named(self):
        closing = self.entry({"700000": 10, "149000": -10}, date="2026-12-31")
        export = self.made(file_type="csv")
        self.assertIn(closing.name, export.message)
        self.assertEqual(self.summed(self.csv_rows(export)[1:])["700000"], -10)

    def test_bad_requests(self):
        # as an account that another company made, and shares
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_account SET code_store = '{}' WHERE id = %s",
            [self.account("601000").id],
        )
        for values, why in (
            ({"date_from": "2026-12-31", "date_to": "2026-01-01"}, "before it begins"),
            ({"date_from": False}, "first day"),
            ({"date_from": "2020-01-01", "date_to": "2020-12-31"}, "nothing posted"),
        ):
            with self.subTest(why), self.assertRaisesRegex(UserError, why):
                self.file(**values).action_make()
        with (
            patch.object(xlsx_file, "MOST_ROWS", 3),
            self.assertRaisesRegex(UserError, "7 rows are more.*CSV"),
        ):
            self.file(file_type="xlsx").action_make()
        self.entry({"601000": 1, "440000": -1}, date="2026-05-05")
        with self.assertRaisesRegex(UserError, "no code for Books Ltd: Services"):
            self.file().action_make()

    def test_a_large_one_is_made_by_the_job(self):
        self.enterContext(patch.object(silverfin_export, "MOST_AT_ONCE", 3))
        export, poor = self.file(file_type="csv"), self.file(file_type="xlsx")
        self.assertIs(export.action_make(), True)
        poor.action_make()
        self.assertEqual(export.state, "queued")
        with patch.object(xlsx_file, "MOST_ROWS", 3):
            self.work_off()
        self.assertEqual((export.state, poor.state), ("done", "failed"))
        self.assertEqual(len(self.csv_rows(export)), 8)
        told = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "silverfin.export"),
                    ("message_type", "=", "user_notification"),
                ]
            )
        )
        self.assertEqual(told.mapped("res_id"), [poor.id, export.id])
        self.assertIn("is ready", told[1].body)
        self.assertIn("choose CSV", told[0].body)

    def test_a_server_that_dies_is_not_tried_for_ever(self):
        self.enterContext(patch.object(silverfin_export, "MOST_AT_ONCE", 3))
        export = self.file()
        export.action_make()
        export.sudo().attempts = 2
        self.work_off()
        self.assertEqual(export.state, "failed")
        self.assertIn("stopped twice", export.message)

    def test_only_own_files_and_only_with_the_books(self):
        export = self.made()
        other = new_test_user(
            self.env(user=1),
            "export-other",
            groups="account.group_account_user,account_silverfin.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            export.with_user(other).read(["message"])
        with self.assertRaises(AccessError):
            export.attachment_id.with_user(other).read(["raw"])
        blind = new_test_user(
            self.env(user=1),
            "export-blind",
            groups="account_silverfin.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        asked = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
        own = self.env["silverfin.export"].with_user(blind).create(asked)
        with self.assertRaises(AccessError):
            own.action_make()
        # books do not lie about
        fresh, attachment = self.made(), export.attachment_id
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE silverfin_export
            SET write_date = write_date - interval '1 day' * CASE id WHEN %s THEN 8
                ELSE 6 END""",
            [export.id],
        )
        self.env.invalidate_all()
        self.env["silverfin.export"].sudo()._gc_exports()
        self.assertEqual((export | fresh).exists(), fresh)
        self.assertFalse(attachment.exists())

    def test_the_command_line(self):
        command = find_command("silverfin")()
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        options = command._parser_of_arguments().parse_args(
            [
                "export",
                "--database",
                self.env.cr.dbname,
                "--company",
                "Books Ltd",
                "--from",
                "2026-01-01",
                "--to",
                "2026-12-31",
                "--output",
                str(folder / "books.csv"),
            ]
        )
        said = command._export(self.env(user=1), options)
        self.assertIn("7 rows", said)
        self.assertEqual(os.stat(folder / "books.csv").st_mode & 0o777, 0o600)
        with open(folder / "books.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        self.assertEqual(sum(Decimal(row[4]) for row in rows[1:]), 0)
        with self.assertRaises(FileExistsError):
            command._export(self.env(user=1), options)
