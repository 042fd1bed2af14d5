"""Amounts by the currency: yen, dinars, and invoices in another currency."""

from decimal import Decimal

from odoo.tests import tagged

from .books import SilverfinBooksCase


class CurrencyCase(SilverfinBooksCase):
    currency = "EUR"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().currency_id = cls.other(cls.currency)

    @classmethod
    def other(cls, name):
        currency = cls.env.ref(f"base.{name}").sudo()
        currency.active = True
        return currency

    def assert_same_to_the_last_digit(self):
        """Each item as Odoo shows it, and what is open of it."""
        decimals = self.company.currency_id.decimal_places
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        self.assertTrue(lines)

        def exact(amount):
            return f"{amount:.{decimals}f}"

        def is_open(line):
            kind = line.account_id.account_type
            return kind in ("asset_receivable", "liability_payable")

        self.assertEqual(
            {
                key: (f"{item.value}", f"{item.open_value or 0:.{decimals}f}")
                for key, item in self.there().items()
            },
            {
                str(line.id): (
                    exact(line.balance),
                    exact(line.amount_residual if is_open(line) else 0),
                )
                for line in lines
            },
        )

    def odd_entries(self, *amounts):
        for amount in amounts:
            self.entry({"400000": amount, "700000": -amount})
        invoice = self.entry({"400000": amounts[0], "700000": -amounts[0]})
        unit = self.company.currency_id.rounding
        payment = self.entry({"550000": 3 * unit, "400000": -3 * unit})
        (invoice.line_ids[0] + payment.line_ids[1]).reconcile()
        self.sync()
        self.assert_same_to_the_last_digit()
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal")


@tagged("post_install", "-at_install")
class TestEuros(CurrencyCase):
    def test_to_the_last_digit(self):
        self.odd_entries(0.07, 19.99, 1234567.89, 99999999.99)

    def test_foreign_invoice_paid_in_two(self):
        """An invoice of 1,000.00 USD at 1.25 is 800.00 EUR.

        500.00 USD at 1.20 is 416.67: of the invoice 400.00 is settled, the gain is
        16.67, and 400.00 stays open. 500.00 USD at 1.30 is 384.62: the loss is 15.38,
        and nothing stays open. Each gain or loss is an entry of Odoo's on the
        customer's account, sent as it is.
        """
        dollar = self.other("USD")
        self.exchange_accounts()
        invoice = self.foreign(dollar, {"400000": (800, 1000), "700000": (-800, -1000)})
        first = self.foreign(
            dollar, {"550000": (416.67, 500), "400000": (-416.67, -500)}
        )
        debt = invoice.line_ids[0]
        (debt + first.line_ids[1]).reconcile()
        self.sync()
        self.assert_same_to_the_last_digit()
        there = self.there()[str(debt.id)]
        self.assertEqual((there.value, there.open_value), (800, 400))
        self.assertEqual(self.in_currency(there), ("USD", "1000.00"))
        self.assertEqual(self.balance_there("754000"), Decimal("-16.67"))
        self.assertEqual(self.balance_there("400000"), Decimal("400.00"))

        second = self.foreign(
            dollar, {"550000": (384.62, 500), "400000": (-384.62, -500)}
        )
        (debt + second.line_ids[1]).reconcile()
        self.sync()
        self.assert_same_to_the_last_digit()
        self.assertIsNone(self.there()[str(debt.id)].open_value)
        self.assertEqual(self.balance_there("654000"), Decimal("15.38"))
        self.assertEqual(self.balance_there("400000"), 0)
        self.assertEqual(self.balance_there("550000"), Decimal("801.29"))
        self.assertFalse([item for item in self.there().values() if item.open_value])
        self.verify()
        self.assertEqual(self.link.verify_state, "equal")
        # Odoo's own entries have a value and nothing in dollars
        gain = next(
            item for item in self.there().values() if item.account_number == "754000"
        )
        self.assertEqual(self.in_currency(gain), ("USD", "0.00"))

    def test_open_in_another_currency_is_not_converted_anew(self):
        """1,000.00 USD booked at 1.25 stays open for 800.00, whatever happens to it."""
        dollar = self.other("USD")
        invoice = self.foreign(dollar, {"400000": (800, 1000), "700000": (-800, -1000)})
        self.sync()
        self.env["res.currency.rate"].sudo().create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": "2026-04-01",
                "rate": 2,
            }
        )
        self.assertEqual(self.sync().upserted, 0)
        there = self.there()[str(invoice.line_ids[0].id)]
        self.assertEqual(there.open_value, 800)

    def test_amounts_by_the_decimals_of_their_own_currency(self):
        """16,000 yen have no decimals, 10.125 dinars have three; euros are not told."""
        for name, amount, text in (
            ("JPY", 16000, "16000"),
            ("KWD", 10.125, "10.125"),
            ("USD", 125, "125.00"),
        ):
            move = self.foreign(
                self.other(name), {"600000": (100, amount), "440000": (-100, -amount)}
            )
            self.sync()
            there = self.there()[str(move.line_ids[0].id)]
            self.assertEqual(there.value, 100)
            self.assertEqual(self.in_currency(there), (name, text))
        move = self.entry({"600000": 100, "440000": -100})
        self.sync()
        there = self.there()[str(move.line_ids[0].id)]
        self.assertEqual(self.in_currency(there), ("", ""))

    def test_a_difference_of_currency_alone_is_no_item(self):
        """An item of 0.00 EUR and 0.01 JPY has no value: Silverfin gets nothing."""
        move = self.foreign(self.other("JPY"), {"600000": (0, 1), "440000": (0, -1)})
        self.entry({"600000": 5, "440000": -5})
        self.sync()
        self.assertTrue(move.line_ids)
        self.assertEqual(len(self.there()), 2)

    # === Helpers === #

    def foreign(self, currency, amounts):
        """An entry in another currency: ``{number: (balance, amount)}``."""
        lines = self.lines(
            {number: balance for number, (balance, _) in amounts.items()}
        )
        for line, (_balance, amount) in zip(lines, amounts.values(), strict=True):
            line[2].update(currency_id=currency.id, amount_currency=amount)
        move = self.env["account.move"].create(
            {"journal_id": self.journal.id, "date": "2026-03-31", "line_ids": lines}
        )
        move.action_post()
        return move

    def in_currency(self, there):
        labels = [field.label for field in self.connection.extra_field_ids]
        texts = dict(zip(labels, there.extra_fields, strict=True))
        return texts["Currency"], texts["Amount in currency"]

    def exchange_accounts(self):
        gain, loss = self.env["account.account"].create(
            [
                {"code": code, "name": name, "account_type": account_type}
                for code, name, account_type in (
                    ("754000", "Exchange gains", "income_other"),
                    ("654000", "Exchange losses", "expense"),
                )
            ]
        )
        self.company.sudo().write(
            {
                "currency_exchange_journal_id": self.env["account.journal"]
                .create({"name": "Exchange", "code": "EXCH", "type": "general"})
                .id,
                "income_currency_exchange_account_id": gain.id,
                "expense_currency_exchange_account_id": loss.id,
            }
        )


@tagged("post_install", "-at_install")
class TestYen(CurrencyCase):
    currency = "JPY"

    def test_to_the_last_digit(self):
        self.odd_entries(7, 19, 123456789, 9999999999)


@tagged("post_install", "-at_install")
class TestDinars(CurrencyCase):
    currency = "KWD"

    def test_to_the_last_digit(self):
        self.odd_entries(0.007, 19.999, 1234567.891, 99999999.999)
