"""What is sent, and what not, of cases that every accountant asks about."""

import random
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..ledger.sent import sent
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestSpecialCases(SilverfinBooksCase):
    def values(self, number, *, opened=False):
        """The values there on an account, or what is open of them, in order of date."""
        items = sorted(
            (item for item in self.there().values() if item.account_number == number),
            key=lambda item: (item.date, item.value),
        )
        return [item.open_value if opened else item.value for item in items]

    def test_an_advance(self):
        """50.00 is paid in advance: -50.00 is open, and the customer's balance is that.

        The invoice of 121.00 comes, 50.00 of it settled: 71.00 is open, of the advance
        nothing. Credited with 71.00, nothing is left of anything."""
        advance = self.entry({"550000": 50, "400000": -50}, date="2026-01-10")
        self.sync()
        self.assertEqual(self.values("400000", opened=True), [-50])
        invoice = self.entry(
            {"400000": 121, "700000": -100, "451000": -21}, date="2026-02-10"
        )
        (advance.line_ids[1] + invoice.line_ids[0]).reconcile()
        run = self.sync()
        self.assertEqual(run.upserted, 4, "the advance and the new entry")
        self.assertEqual(self.values("400000", opened=True), [None, 71])
        self.assertEqual(self.balance_there("400000"), 71)
        credit = self.entry({"700000": 71, "400000": -71}, date="2026-03-10")
        (credit.line_ids[1] + invoice.line_ids[0]).reconcile()
        self.assertEqual(self.sync().upserted, 3, "the invoice and the new entry")
        self.assertEqual(self.values("400000"), [-50, 121, -71])
        self.assertEqual(self.values("400000", opened=True), [None] * 3)
        self.assertEqual(self.balance_there("700000"), -29)

    def test_what_stays_here(self):
        """Of an invoice of two lines, 100.00 and 0.00, with a section and a note, the
        income of 100.00 and the customer go; of a cancelled and a draft one nothing.
        An entry of tomorrow goes today."""
        journal = self.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SAL",
                "type": "sale",
                "default_account_id": self.account("700000").id,
            }
        )
        partner = self.env["res.partner"].create(
            {
                "name": "Azure",
                "property_account_receivable_id": self.account("400000").id,
            }
        )
        texts = [
            Command.create({"display_type": kind, "name": kind})
            for kind in ("line_section", "line_subsection", "line_note")
        ]
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "journal_id": journal.id,
                    "partner_id": partner.id,
                    "invoice_date": "2026-03-31",
                    "invoice_line_ids": [
                        texts[0],
                        texts[1],
                        Command.create(
                            {"name": "Work", "price_unit": 100, "tax_ids": False}
                        ),
                        Command.create(
                            {"name": "Gift", "price_unit": 0, "tax_ids": False}
                        ),
                        texts[2],
                    ],
                }
                for _number in range(3)
            ]
        )
        posted, cancelled, _draft = invoices
        posted.action_post()
        cancelled.button_cancel()
        self.assertEqual(len(posted.line_ids), 6)
        tomorrow = fields.Date.today() + timedelta(days=1)
        late = self.entry({"600000": 7, "550000": -7}, date=tomorrow)
        self.sync()
        self.assertEqual(
            {item.description for item in self.there().values()},
            {"Work", posted.payment_reference, "Line on 600000", "Line on 550000"},
        )
        self.assertEqual(self.values("700000"), [-100])
        self.assertEqual(self.values("400000"), [100])
        self.assertEqual(self.there()[str(late.line_ids[0].id)].date, tomorrow)
        # the value becomes zero: the item is removed there
        posted.button_draft()
        posted.invoice_line_ids.filtered("price_unit").price_unit = 0
        posted.action_post()
        self.sync()
        self.assertEqual(self.values("700000") + self.values("400000"), [])

    def test_storno(self):
        """Where a correction is a negative debit, its value is that: 30.00 less."""
        self.company.sudo().account_storno = True
        self.entry({"600000": 100, "550000": -100}, date="2026-01-10")
        lines = self.lines({"600000": -30, "550000": 30}, is_storno=True)
        storno = self.entry({}, date="2026-02-10", line_ids=lines)
        self.assertEqual(storno.line_ids.mapped("debit"), [-30, 0])
        self.sync()
        self.assertEqual(self.values("600000"), [100, -30])
        self.assertEqual(self.balance_there("600000"), 70)
        self.assert_equal_to_books()

    def test_the_code_as_this_company_sees_it(self):
        """One account of two companies has a code in each: ours goes, with its names
        in the languages that Silverfin takes."""
        self.env["res.lang"].sudo()._activate_lang("nl_BE")
        account = self.account("601000")
        account.with_context(lang="nl_BE").name = "Diensten"
        other = self.env["res.company"].sudo().create({"name": "Another"})
        shared = account.sudo()
        shared.with_company(other).code = "777777"
        shared.company_ids += other
        self.entry({"601000": 5, "550000": -5})
        self.sync()
        self.assertEqual(self.values("601000"), [5])
        self.assertEqual(
            self.client_file.accounts["601000"].names,
            {"en": "Services", "nl": "Diensten"},
        )
        self.assertNotIn("777777", self.client_file.accounts)
        shared.with_company(other).code = "888888"
        self.assertEqual(self.sync().upserted, 0, "another company's code")

    def test_ten_thousand_conversions(self):
        """A third in each of three currencies, random amounts at random rates, rounded
        by Odoo: each value that is sent is Odoo's to the last digit, and so is their
        sum."""
        chance = random.Random(16)
        currencies = {
            name: self.env.ref(f"base.{name}").sudo() for name in ("EUR", "JPY", "KWD")
        }
        move = self.entry_of_lines(1)
        line, other = move.line_ids
        for name, currency in currencies.items():
            currency.active = True
            # Odoo refuses it to books with items
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_company SET currency_id = %s WHERE id = %s",
                [currency.id, self.company.id],
            )
            self.env.invalidate_all()
            amounts = [
                currency.round(chance.uniform(-1e7, 1e7) * chance.uniform(0.001, 200))
                for _number in range(3334)
            ]
            self.add_lines(line, amounts)
            scope = self.link._silverfin_scope(())
            where = SQL("line.move_id = %s", move.id)
            self.env.cr.execute(
                SQL("SELECT value::text FROM (%s) i", sent(self.env.cr, scope, where))
            )
            read = [Decimal(value) for (value,) in self.env.cr.fetchall()]
            digits = currency.decimal_places
            exact = [Decimal(f"{amount:.{digits}f}") for amount in amounts]
            exact = [amount for amount in exact if amount]
            own = [Decimal(f"{item.balance:.{digits}f}") for item in (line, other)]
            self.assertEqual(sorted(read), sorted(exact + own), name)
            self.assertEqual(sum(read), sum(exact + own), name)
            self.env.cr.execute(
                "DELETE FROM account_move_line WHERE move_id = %s AND id <> ALL(%s)",
                [move.id, [line.id, other.id]],
            )

    def add_lines(self, line, amounts):
        """Copies of an item past the ORM, which would take minutes."""
        self.env.flush_all()
        columns = [
            name
            for name, field in line._fields.items()
            if field.store
            and field.column_type
            and name not in ("id", "balance", "amount_currency")
        ]
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.env.cr.execute(
            SQL(
                """INSERT INTO account_move_line (%s, balance, amount_currency)
                SELECT %s, amount, amount FROM account_move_line,
                    unnest(%s::float8[]) amount WHERE id = %s""",
                names,
                names,
                amounts,
                line.id,
            )
        )
