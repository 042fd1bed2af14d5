"""The texts that go along with each item: chosen, ordered and worded by connection."""

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .books import SilverfinBooksCase

PROPOSED = [
    "Journal",
    "Entry",
    "Reference",
    "Document date",
    "Due date",
    "Currency",
    "Amount in currency",
]


@tagged("post_install", "-at_install")
class TestExtraFields(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.fields = self.env["silverfin.extra.field"]

    def choose(self, *kinds, **labels):
        """The connection's fields are these, then those with another name."""
        self.connection.extra_field_ids = [
            Command.clear(),
            *(Command.create({"kind": kind}) for kind in kinds),
            *(
                Command.create({"kind": kind, "label": label})
                for kind, label in labels.items()
            ),
        ]

    def tax(self, name, amount):
        group = self.env["account.tax.group"].create({"name": "VAT"})
        return self.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "tax_group_id": group.id,
                "country_id": self.env.ref("base.be").id,
            }
        )

    def put(self, line, name, record):
        """On a posted item, which Odoo lets nobody do by hand."""
        field = line._fields[name]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                line.id,
                record.id,
            )
        )
        self.env.invalidate_all()

    def texts(self, line):
        there = self.there()[str(line.id)]
        return dict(
            zip(self.client_file.extra_field_labels, there.extra_fields, strict=True)
        )

    def test_proposed_for_a_new_connection(self):
        with Form(self.env["silverfin.connection"]) as form:
            form.name = "Another firm"
        self.assertEqual(form.record.extra_field_ids.mapped("label"), PROPOSED)
        self.assertEqual(self.connection.extra_field_ids.mapped("label"), PROPOSED)

    def test_every_kind_is_sent(self):
        tax = self.tax("21% S", 21)
        tag = (
            self.env["account.account.tag"]
            .sudo()
            .create({"name": "+03", "applicability": "taxes"})
        )
        partner = self.env["res.partner"].create(
            {"name": "Azure", "ref": "C-7", "vat": "BE0477472701"}
        )
        self.choose(
            *("payment_reference", "partner_code", "partner_vat"),
            *("document", "address", "tax", "tax_grid", "to_review"),
            entry="No.",
        )
        move = self.entry(
            {"400000": 121, "700000": -121},
            partner_id=partner.id,
            payment_reference="+++1+++",
        )
        line = move.line_ids[1]
        self.put(line, "tax_ids", tax)
        self.put(line, "tax_tag_ids", tag)
        self.env["ir.attachment"].create(
            {"name": "i.pdf", "res_model": "account.move", "res_id": move.id}
        )
        move.checked = False
        self.sync()
        address = f"{self.connection.get_base_url()}/mail/view"
        self.assertEqual(
            self.texts(line),
            {
                "Payment reference": "+++1+++",
                "Partner code": "C-7",
                "VAT number": "BE0477472701",
                "Document attached": "Yes",
                "Entry in Odoo": f"{address}?model=account.move&res_id={move.id}",
                "Tax": "21% S",
                "Tax grid": "+03",
                "To review": "To review",
                "No.": move.name,
            },
        )

    def test_matching(self):
        self.choose("matching")
        invoice = self.entry({"400000": 100, "700000": -100})
        payment = self.entry({"400000": -100, "550000": 100})
        self.sync()
        receivables = invoice.line_ids[0] + payment.line_ids[0]
        self.assertEqual(self.texts(receivables[0]), {"Matching": ""})
        receivables.reconcile()
        self.sync()
        number = receivables[0].matching_number
        self.assertTrue(number)
        self.assertEqual(self.texts(receivables[1]), {"Matching": number})

    def test_another_order_or_name_sends_all_again_once(self):
        self.entry({"400000": 100, "700000": -100})
        self.sync()
        self.assertEqual(self.connection.sent_item_count, 2)
        self.connection.extra_field_ids[0].label = "Dagboek"
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.client_file.extra_field_labels[0], "Dagboek")
        self.connection.extra_field_ids[0].sequence = 1000
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.client_file.extra_field_labels[-1], "Dagboek")
        self.assertEqual(self.sync().upserted, 0)

    def test_without_any(self):
        self.choose()
        self.entry({"400000": 100, "700000": -100})
        run = self.sync()
        self.assertEqual((run.state, run.upserted), ("done", 2))
        self.assertFalse(self.client_file.extra_field_labels)
        self.assertEqual(self.sync().upserted, 0)

    def test_labels_in_the_language_of_the_connection(self):
        self.env["res.lang"].sudo()._activate_lang("nl_BE")
        self.connection.extra_field_lang = "nl_BE"
        tax = self.tax("Reduced", 6)
        tax.with_context(lang="nl_BE").name = "Verlaagd"
        self.choose("tax")
        line = self.entry({"400000": 106, "700000": -106}).line_ids[0]
        self.put(line, "tax_ids", tax)
        self.sync()
        self.assertIn("Verlaagd", self.texts(line).values())

    def test_eleven_are_too_many(self):
        kinds = [kind for kind, _name in self.fields._selection_kind()]
        self.choose(*kinds[:10])
        with self.assertRaisesRegex(ValidationError, "at most 10 .* 11"):
            self.connection.extra_field_ids = [Command.create({"kind": kinds[10]})]

    @mute_logger("odoo.sql_db")
    def test_unclear_names(self):
        field = self.connection.extra_field_ids[0]
        for label in (" Journal", "a\nb", "x" * 61):
            with self.assertRaisesRegex(ValidationError, "cannot be the name"):
                field.label = label
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            field.label = "Entry"
            field.flush_recordset()
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.connection.extra_field_ids = [Command.create({"kind": "entry"})]

    def test_a_kind_whose_module_is_gone_is_empty(self):
        self.choose("entry")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE silverfin_extra_field SET kind = 'asset' WHERE id = %s",
            [self.connection.extra_field_ids.id],
        )
        self.env.invalidate_all()
        if "asset_ids" in self.env["account.move.line"]._fields:
            self.skipTest("Odoo Enterprise's assets are installed.")
        line = self.entry({"400000": 100, "700000": -100}).line_ids[0]
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.texts(line), {"Entry": ""})

    def test_users_cannot_change_them(self):
        user = new_test_user(
            self.env(su=True),
            "silverfin-extra",
            groups="account_silverfin.group_user,account.group_account_invoice",
        )
        field = self.connection.extra_field_ids[0].with_user(user)
        with self.assertRaises(AccessError):
            field.label = "Mine"
