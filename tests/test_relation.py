"""Whose item it is: the commercial partner, told apart from its namesakes."""

from odoo.tests import tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestRelation(SilverfinBooksCase):
    def partner(self, name, **values):
        return self.env["res.partner"].create({"name": name, **values})

    def relation(self, line):
        return self.there()[str(line.id)].relation

    def test_namesakes_are_told_apart_by_code_or_number(self):
        first = self.partner("J. Peeters", ref="C-1")
        move = self.entry({"400000": 10, "700000": -10}, partner_id=first.id)
        self.sync()
        self.assertEqual(self.relation(move.line_ids[0]), "J. Peeters")
        second = self.partner("J. Peeters")
        other = self.entry({"400000": 20, "700000": -20}, partner_id=second.id)
        self.assertEqual(self.sync().upserted, 4, "the first one's two as well")
        self.assertEqual(self.relation(move.line_ids[0]), "J. Peeters (C-1)")
        self.assertEqual(self.relation(other.line_ids[0]), f"J. Peeters ({second.id})")
        self.assertEqual(self.sync().upserted, 0)

    def test_contacts_and_other_companies_are_no_namesakes(self):
        partner = self.partner("J. Peeters", ref="C-1")
        self.partner("J. Peeters", parent_id=partner.id)
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.env["res.partner"].sudo().create(
            {"name": "J. Peeters", "company_id": elsewhere.id}
        )
        move = self.entry({"400000": 10, "700000": -10}, partner_id=partner.id)
        self.sync()
        self.assertEqual(self.relation(move.line_ids[0]), "J. Peeters")

    def test_the_entrys_partner_where_the_item_has_none(self):
        partner = self.partner("Azure Interior")
        move = self.entry({"400000": 10, "700000": -10}, partner_id=partner.id)
        move.line_ids.partner_id = False
        self.sync()
        self.assertEqual(self.relation(move.line_ids[0]), "Azure Interior")

    def test_what_the_bank_wrote_where_odoo_knows_no_partner(self):
        journals = self.env["account.journal"].sudo()
        journal = journals.create({"name": "Bank", "code": "BNK9", "type": "bank"})
        journal.suspense_account_id = self.account("999000")
        self.env["account.bank.statement.line"].sudo().create(
            [
                {
                    "journal_id": journal.id,
                    "date": "2026-03-31",
                    "amount": 12,
                    "payment_ref": "Transfer",
                    "partner_name": name,
                }
                for name in ("MR JANSSENS ", False)
            ]
        )
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(
            sorted(item.relation for item in self.there().values()),
            ["", "", "MR JANSSENS", "MR JANSSENS"],
        )
