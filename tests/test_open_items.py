"""What is open: on which accounts, and whether it makes the account's balance."""

from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import SQL

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestOpenItems(SilverfinBooksCase):
    def open_values(self, number):
        return [
            item.open_value
            for item in self.there().values()
            if item.account_number == number
        ]

    def test_a_settlement_sends_the_items_whose_rest_changed(self):
        """Invoice 121, credit note 21, payment 60: open 40; then a write-off of 40.

        Each settlement changes the invoice and the other item it is settled with.
        """
        invoice = self.entry({"400000": 121, "700000": -121}).line_ids[0]
        note = self.entry({"700000": 21, "400000": -21}).line_ids[1]
        payment = self.entry({"550000": 60, "400000": -60}).line_ids[1]
        self.sync()
        self.assertEqual(self.open_values("400000"), [121, -21, -60])
        (invoice + note).reconcile()
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.open_values("400000"), [100, None, -60])
        (invoice + payment).reconcile()
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.open_values("400000"), [40, None, None])
        off = self.entry({"600000": 40, "400000": -40}).line_ids[1]
        (invoice + off).reconcile()
        self.assertEqual(self.sync().upserted, 3, "the invoice and the new entry")
        self.assertEqual(self.open_values("400000"), [None] * 4)

    def test_non_trade_accounts_by_choice(self):
        """A VAT current account: left out of the open items, never of the ledger."""
        self.account("440000").non_trade = True
        self.entry({"440000": -21, "600000": 21})
        self.sync()
        self.assertEqual(self.open_values("440000"), [Decimal(-21)])
        self.link.non_trade_open_items = False
        self.assertEqual(self.sync().upserted, 1, "that item, and no other")
        self.assertEqual(self.open_values("440000"), [None])
        self.assertEqual(self.balance("440000"), Decimal(-21))
        # trade accounts keep theirs
        self.entry({"400000": 5, "700000": -5})
        self.sync()
        self.assertEqual(self.open_values("400000"), [Decimal(5)])

    def balance(self, number):
        return sum(
            item.value
            for item in self.there().values()
            if item.account_number == number
        )

    def test_open_items_that_do_not_make_the_balance_are_named(self):
        line = self.entry({"400000": 121, "700000": -121}).line_ids[0]
        self.entry({"440000": -50, "600000": 50})
        self.sync()
        self.verify()
        self.assertFalse(self.position().verify_result["open_items"])
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET amount_residual = 120.99 WHERE id = %s",
                line.id,
            )
        )
        self.env.invalidate_all()
        run = self.verify()
        self.assertEqual(
            self.position().verify_result["open_items"],
            [{"account": "400000", "balance": "121.00", "open": "120.99"}],
        )
        self.assertIn("open items of 400000 do", run.message)
        self.assertIn("what is open on these accounts", self.link.verify_report)
        self.assertEqual(self.link.verify_state, "equal", "the ledger itself agrees")
