"""For each field of what is sent: a change of it alone is sent, and nothing else is."""

from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestPayload(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Azure Interior"})
        self.move = self.entry(
            {"400000": 121, "700000": -121}, ref="PO 7", partner_id=self.partner.id
        )
        self.line = self.move.line_ids[0]
        self.line.write(
            {
                "name": "Consultancy",
                "partner_id": self.partner.id,
                "date_maturity": "2026-04-30",
            }
        )
        self.other = self.entry({"400000": 5, "700000": -5})
        self.sync()

    def sent(self, items=1):
        """Synchronise; the line as Silverfin then has it.

        :param items: how many items the change alone must send
        """
        run = self.sync()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.upserted, items)
        self.assertEqual(run.deleted, 0)
        self.assertEqual(self.sync().upserted, 0, "sent once, not again and again")
        self.assert_equal_to_books()
        return self.there()[str(self.line.id)]

    def extra(self, there, label):
        return there.extra_fields[self.client_file.extra_field_labels.index(label)]

    def by_sql(self, query):
        """What neither ``write_date`` nor any hook would tell."""
        self.env.flush_all()
        self.env.cr.execute(query)
        self.env.invalidate_all()

    def test_as_it_is_sent_first(self):
        there = self.there()[str(self.line.id)]
        self.assertEqual(there.date, fields.Date.to_date("2026-03-31"))
        self.assertEqual(there.account_number, "400000")
        self.assertEqual(there.value, Decimal(121))
        self.assertEqual(there.description, "Consultancy")
        self.assertEqual(there.relation, "Azure Interior")
        self.assertEqual(there.open_value, Decimal(121))
        self.assertEqual(there.open_category, "receivable")
        self.assertEqual(
            dict(
                zip(
                    self.client_file.extra_field_labels,
                    there.extra_fields,
                    strict=True,
                )
            ),
            {
                "Journal": "MISC",
                "Entry": self.move.name,
                "Reference": "PO 7",
                "Document date": "",
                "Due date": "2026-04-30",
                "Currency": "",
                "Amount in currency": "",
            },
        )

    def test_date(self):
        self.move.button_draft()
        self.move.date = "2026-03-30"
        self.move.action_post()
        self.assertEqual(self.sent(2).date, fields.Date.to_date("2026-03-30"))

    def test_account(self):
        self.line.account_id = self.account("550000")
        there = self.sent()
        self.assertEqual(there.account_number, "550000")
        self.assertIsNone(there.open_value)

    def test_account_number(self):
        self.account("400000").code = "400009"
        self.assertEqual(self.sent(2).account_number, "400009")

    def test_value(self):
        self.by_sql(
            SQL(
                """UPDATE account_move_line SET
                    balance = balance + sign(balance) * 0.01,
                    debit = CASE WHEN debit > 0 THEN debit + 0.01 ELSE 0 END,
                    credit = CASE WHEN credit > 0 THEN credit + 0.01 ELSE 0 END
                WHERE move_id = %s""",
                self.move.id,
            )
        )
        self.assertEqual(self.sent(2).value, Decimal("121.01"))

    def test_description(self):
        self.line.name = "Consultancy in March"
        self.assertEqual(self.sent().description, "Consultancy in March")

    def test_description_of_several_lines_becomes_one(self):
        self.line.name = "Consultancy\n  in   March"
        self.assertEqual(self.sent().description, "Consultancy in March")

    def test_description_falls_back_on_the_reference(self):
        self.line.name = False
        self.assertEqual(self.sent().description, "PO 7")

    def test_a_description_of_line_breaks_alone_says_nothing(self):
        self.line.name = "\n \t"
        self.assertEqual(self.sent().description, "PO 7")
        self.line.name = "\n\tConsultancy\n"
        self.assertEqual(self.sent().description, "Consultancy")

    def test_relation(self):
        self.partner.name = "Azure Interior NV"
        self.assertEqual(self.sent(2).relation, "Azure Interior NV")

    def test_relation_is_the_commercial_partner(self):
        contact = self.env["res.partner"].create(
            {"name": "The Buyer", "parent_id": self.partner.id}
        )
        self.line.partner_id = contact
        self.assertEqual(self.sync().upserted, 0, "the same relation as before")
        self.assertEqual(self.there()[str(self.line.id)].relation, "Azure Interior")

    def test_open_item(self):
        payment = self.entry({"550000": 21, "400000": -21})
        self.sync()
        (self.line + payment.line_ids[1]).reconcile()
        self.assertEqual(self.sent(2).open_value, Decimal(100))
        self.assertIsNone(self.there()[str(payment.line_ids[1].id)].open_value)
        # and back
        self.line.remove_move_reconcile()
        self.assertEqual(self.sent(2).open_value, Decimal(121))

    def test_open_category(self):
        self.line.account_id = self.account("440000")
        self.assertEqual(self.sent().open_category, "payable")

    def test_journal(self):
        self.journal.code = "DIV"
        self.assertEqual(self.extra(self.sent(4), "Journal"), "DIV")

    def test_entry_number(self):
        self.move.name = "MISC/2026/03/0100"
        self.assertEqual(self.extra(self.sent(2), "Entry"), "MISC/2026/03/0100")

    def test_reference(self):
        self.move.ref = "PO 8"
        self.assertEqual(self.extra(self.sent(2), "Reference"), "PO 8")

    def test_due_date(self):
        self.line.date_maturity = "2026-05-31"
        self.assertEqual(self.extra(self.sent(), "Due date"), "2026-05-31")

    def test_currency_and_amount_in_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.move.button_draft()
        self.move.write(
            {
                "line_ids": [
                    Command.update(
                        line.id,
                        {
                            "currency_id": dollar.id,
                            "amount_currency": line.balance * 2,
                            "balance": line.balance,
                        },
                    )
                    for line in self.move.line_ids
                ]
            }
        )
        self.move.action_post()
        there = self.sent(2)
        self.assertEqual(there.value, Decimal(121))
        self.assertEqual(self.extra(there, "Currency"), "USD")
        self.assertEqual(self.extra(there, "Amount in currency"), "242.00")
        self.by_sql(
            SQL(
                "UPDATE account_move_line SET amount_currency = 242.01 WHERE id = %s",
                self.line.id,
            )
        )
        self.assertEqual(self.extra(self.sent(), "Amount in currency"), "242.01")

    def test_a_text_that_moves_to_the_next_field(self):
        """NULLs must keep their place in the digest: ("a", "") is not ("", "a")."""
        self.by_sql(
            SQL(
                """UPDATE account_move SET ref = 'X', name = name WHERE id = %s;
                UPDATE account_move_line SET date_maturity = NULL WHERE move_id = %s""",
                self.move.id,
                self.move.id,
            )
        )
        self.assertEqual(self.extra(self.sent(2), "Reference"), "X")
        self.by_sql(
            SQL("UPDATE account_move SET ref = NULL WHERE id = %s", self.move.id)
        )
        self.assertEqual(self.extra(self.sent(2), "Reference"), "")

    def test_account_type(self):
        """A retyped account goes again: what carries forward depends on it."""
        self.account("600000").account_type = "asset_current"
        self.assertEqual(self.sync().upserted, 0, "not used yet")
        self.account("700000").account_type = "income_other"
        self.assertEqual(self.sync().upserted, 0, "still income for Silverfin")
        self.account("700000").account_type = "liability_current"
        self.assertEqual(self.sync().upserted, 1)
        self.assertEqual(self.client_file.accounts["700000"].type, "liability")

    def test_session_does_not_matter(self):
        """Language, time zone and user leave the digest alone."""
        self.env["res.lang"].sudo()._activate_lang("nl_NL")
        self.env.cr.execute("SET LOCAL TIME ZONE 'Pacific/Auckland'")
        self.link.user_id.sudo().write({"lang": "nl_NL", "tz": "Pacific/Auckland"})
        run = self.sync()
        # a further language gives the accounts names in it: they go along with one
        # item each, no other item does
        self.assertEqual(run.upserted, 2)
        self.assertEqual(self.sync().upserted, 0)
