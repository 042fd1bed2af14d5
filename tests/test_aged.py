"""Aged lists: what was open on a day, by age, read back from the file."""

import base64
import io
import tempfile
from datetime import date, datetime
from pathlib import Path

import openpyxl

from odoo import Command
from odoo.cli.command import find_command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..ledger.ages import Ages
from .books import SilverfinBooksCase

BY_ITEM = [
    "Customer",
    "Invoice",
    "Description",
    "Date",
    "Due date",
    "Ageing",
    "Days overdue",
    "Original value",
    "Value",
    "Currency",
    "Value in currency",
]


@tagged("post_install", "-at_install")
class TestAged(SilverfinBooksCase):
    """By hand: an invoice of 121.00 of 10 January, due 9 February; 60.00 of it come in
    on 20 February, 61.00 on 5 April. 15.50 without a partner come in on 1 March and
    belong to nothing. A bill of 200.00 dollars of 15 January, due on 14 February,
    stands at 100.00; 80.00 dollars of it are paid on 1 March with 50.00, which is 10.00
    too much: an exchange difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # once for all tests
        cls()._book()

    def setUp(self):
        # nothing here speaks with Silverfin
        super(SilverfinBooksCase, self).setUp()

    def _book(self):
        case = type(self)
        self.customer, self.supplier = self.env["res.partner"].create(
            [{"name": "Azure Interior"}, {"name": "=Wood & Corner"}]
        )
        self.dollar = self.env.ref("base.USD")
        self.dollar.sudo().active = True
        self.company.sudo().write(
            {
                "currency_exchange_journal_id": self.journal.copy({"code": "EX"}).id,
                "income_currency_exchange_account_id": self.account("700000").id,
                "expense_currency_exchange_account_id": self.account("601000").id,
            }
        )
        case.invoice = self.dated(
            "2026-01-10",
            {"400000": 121, "700000": -121},
            partner_id=self.customer.id,
            date_maturity="2026-02-09",
            name="Desk",
        )
        for day, amount in (("2026-02-20", 60), ("2026-04-05", 61)):
            paid = self.dated(
                day, {"400000": -amount, "550000": amount}, partner_id=self.customer.id
            )
            (self.invoice + paid).reconcile()
        self.dated("2026-03-01", {"400000": -15.5, "550000": 15.5})
        bill = self.foreign("2026-01-15", -100, -200, "2026-02-14")
        paid = self.foreign("2026-03-01", 50, 80, "2026-03-01")
        (bill + paid).reconcile()

    def dated(self, day, amounts, **values):
        """The first item of an entry."""
        entry = self.entry({}, date=day, line_ids=self.lines(amounts, **values))
        return entry.line_ids[0]

    def foreign(self, day, balance, amount, due):
        lines = self.lines(
            {"440000": balance},
            currency_id=self.dollar.id,
            amount_currency=amount,
            partner_id=self.supplier.id,
            date_maturity=due,
        )
        lines += self.lines({"550000": -balance})
        return self.entry({}, date=day, line_ids=lines).line_ids[0]

    def aged(self, day, **values):
        return self.env["silverfin.aged"].create({"date": day, **values})

    def sheets(self, aged):
        """Rows by sheet, read back from what the button gives."""
        action = aged.action_make()
        number = int(action["url"].split("&id=")[1].split("&")[0])
        content = base64.b64decode(self.env["silverfin.file"].browse(number).data)
        book = openpyxl.load_workbook(io.BytesIO(content))
        return {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book
        }

    def test_what_was_open_on_each_day(self):
        """As it was then, whatever was settled since."""
        for day, customers, suppliers in (
            ("2026-01-09", [], []),
            ("2026-01-12", [(121, "Not due")], []),
            ("2026-02-09", [(121, "Not due")], [(-100, "Not due")]),
            ("2026-02-28", [(61, "1 to 30 days")], [(-100, "1 to 30 days")]),
            (
                "2026-03-31",
                [(-15.5, "1 to 30 days"), (61, "31 to 60 days")],
                [(-60, "31 to 60 days")],
            ),
            ("2026-05-10", [(-15.5, "61 to 90 days")], [(-60, "61 to 90 days")]),
            ("2026-12-31", [(-15.5, "Over 90 days")], [(-60, "Over 90 days")]),
        ):
            with self.subTest(day):
                if not customers and not suppliers:
                    with self.assertRaisesRegex(UserError, "Nothing was open"):
                        self.aged(day).action_make()
                    continue
                sheets = self.sheets(self.aged(day))
                found = {
                    number: [(row[8], row[5]) for row in sheets.get(number, [])[1:]]
                    for number in ("400000", "440000")
                }
                self.assertEqual(found, {"400000": customers, "440000": suppliers})
                for row in sheets["Accounts"][1:]:
                    self.assertEqual(row[-3], row[-2], "open, and the balance")
                    self.assertEqual(row[-1], 0)

    def test_the_file(self):
        sheets = self.sheets(self.aged("2026-03-31"))
        self.assertEqual(list(sheets), ["400000", "440000", "Partners", "Accounts"])
        headers, unknown, invoice = sheets["400000"]
        self.assertEqual(headers, BY_ITEM)
        self.assertFalse([text for text in headers if any(map(str.isdigit, text))])
        self.assertEqual(
            invoice,
            [
                "Azure Interior",
                self.invoice.move_id.name,
                "Desk",
                datetime(2026, 1, 10),
                datetime(2026, 2, 9),
                "31 to 60 days",
                50,
                121,
                61,
                None,
                None,
            ],
        )
        self.assertIsNone(unknown[0])
        headers, bill = sheets["440000"]
        self.assertEqual(headers, ["Supplier", *BY_ITEM[1:]])
        self.assertEqual(bill[0], "=Wood & Corner", "text, not a formula")
        self.assertEqual(bill[7:], [-100, -60, "USD", -120])
        headers, *rows = sheets["Partners"]
        ages = ["Not due", "1 to 30 days", "31 to 60 days", "61 to 90 days"]
        ages.append("Over 90 days")
        self.assertEqual(headers, ["Account number", "Partner", *ages, "Total"])
        self.assertEqual(
            rows,
            [
                ["400000", None, 0, -15.5, 0, 0, 0, -15.5],
                ["400000", "Azure Interior", 0, 0, 61, 0, 0, 61],
                ["440000", "=Wood & Corner", 0, 0, -60, 0, 0, -60],
            ],
        )
        self.assertEqual(
            sheets["Accounts"][1],
            ["400000", "Trade debtors", 2, 0, -15.5, 61, 0, 0, 45.5, 45.5, 0],
        )

    def test_choices(self):
        payable = self.account("440000")
        for values, numbers in (
            ({"kind": "receivable"}, ["400000"]),
            ({"kind": "payable"}, ["440000"]),
            ({"account_id": payable.id, "kind": "receivable"}, ["440000"]),
        ):
            sheets = self.sheets(self.aged("2026-03-31", **values))
            self.assertEqual(list(sheets)[:-2], numbers)
        rows = self.sheets(self.aged("2026-03-31", age_by="document", ages="7;30,75"))[
            "400000"
        ]
        self.assertEqual([row[5] for row in rows[1:]], ["8 to 30 days", "Over 75 days"])

    def test_the_screen(self):
        with Form(self.env["silverfin.aged"]) as form:
            form.date = "2026-03-31"
            self.assertIn("45.50", form.page)
            self.assertIn("Equal to what was open", form.page)
            form.ages = "30, x"
            self.assertIn("smallest first", form.page)
            form.ages = "60, 30"
            self.assertIn("smallest first", form.page)
            form.ages = "30"
            self.assertIn("Over 30 days", form.page)
            form.date = "2025-12-31"
            self.assertIn("Nothing was open", form.page)
        self.env.flush_all()
        # as an import may leave it: settled, and with nothing
        self.env.cr.execute(
            "DELETE FROM account_partial_reconcile WHERE debit_move_id = %s "
            "AND amount = 61",
            [self.invoice.id],
        )
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET amount = 59 WHERE debit_move_id = %s",
            [self.invoice.id],
        )
        page = self.aged("2026-03-31").page
        self.assertNotIn("difference", page, "both sides of it are on this account")
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET max_date = '2026-01-10' "
            "WHERE debit_move_id = %s",
            [self.invoice.id],
        )
        page = self.aged("2026-01-31").page
        self.assertIn("difference", page)
        self.assertIn("59.00", page)

    def test_private_names_stay_out(self):
        connection = self.env["silverfin.connection"].create(
            {"name": "The firm", "client_id": "x", "client_secret": "y"}
        )
        self.env["silverfin.link"].create(
            {
                "connection_id": connection.id,
                "company_id": self.company.id,
                "no_partner_names": True,
            }
        )
        sheets = self.sheets(self.aged("2026-03-31"))
        self.assertNotIn("Azure", str(sheets))
        self.assertEqual(len(sheets["400000"]), 3, "the items are there all the same")

    def test_only_for_who_may_read_the_books(self):
        blind = new_test_user(
            self.env(user=1),
            "aged-blind",
            groups="account_silverfin.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.aged("2026-03-31").with_user(blind).action_make()
        own = self.env["silverfin.aged"].with_user(blind).create({"date": "2026-03-31"})
        with self.assertRaises(AccessError):
            own.action_make()
        other = self.env["res.company"].sudo().create({"name": "Not theirs"})
        values = {"date": "2026-03-31", "company_id": other.id}
        new = self.env["silverfin.aged"].new(values)
        self.assertIn("Choose Not theirs", new.page)

    def test_the_command_line(self):
        command = find_command("silverfin")()
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

        def run(*more):
            words = ["export", "--database", self.env.cr.dbname, "--content", "aged"]
            words += ["--company", "Books Ltd", "--to", "2026-03-31", *more]
            options = command._parser_of_arguments().parse_args(words)
            return command._export(self.env(user=1), options)

        path = folder / "aged.xlsx"
        self.assertIn("only you can read it", run("--output", str(path)))
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(len(openpyxl.load_workbook(path).sheetnames), 4)
        one = folder / "one.xlsx"
        run("--output", str(one), "--account", "440000", "--ages", "15")
        book = openpyxl.load_workbook(one)
        self.assertEqual(book.sheetnames[0], "440000")
        self.assertEqual(book["440000"]["F2"].value, "Over 15 days")
        with self.assertRaisesRegex(Exception, "no account 4711"):
            run("--output", str(folder / "none.xlsx"), "--account", "4711")
        with self.assertRaisesRegex(Exception, "must end in .xlsx"):
            run("--output", str(folder / "aged.csv"))
        with self.assertRaises(FileExistsError):
            run("--output", str(one))

    def test_groups_of_age(self):
        """The last day of a group belongs to it."""
        ages = Ages.of("30, 60", not_due=True)
        self.assertEqual(ages.spans, [(None, 0), (1, 30), (31, 60), (61, None)])
        on = date(2026, 12, 31)
        for day, place in ((31, 0), (30, 1), (1, 1)):
            self.assertEqual(ages.place(date(2026, 12, day), on), place)
        self.assertEqual(ages.place(date(2026, 11, 30), on), 2)
        self.assertEqual(ages.place(date(2026, 11, 1), on), 2)
        self.assertEqual(ages.place(date(2026, 10, 31), on), 3)
        self.assertEqual(ages.place(date(2027, 1, 1), on), 0)
        for text in ("", "x", "0", "-5, 3", "30, 30", "5000", "1,2,3,4,5,6,7,8,9"):
            with self.subTest(text), self.assertRaises(ValueError):
                Ages.of(text, not_due=True)
