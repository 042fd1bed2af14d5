"""Texts that stay in Odoo: partner names, and journals such as payroll."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .books import SilverfinBooksCase

EVERY_KIND = (
    "journal",
    "entry",
    "reference",
    "payment_reference",
    "partner_code",
    "partner_vat",
    "matching",
    "tax",
    "due_date",
    "address",
)


@tagged("post_install", "-at_install")
class TestPrivacy(SilverfinBooksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payroll = cls.env["account.journal"].create(
            {"name": "Payroll", "code": "PAY", "type": "general"}
        )
        cls.employee = cls.env["res.partner"].create(
            {"name": "Jane (née O'Hara) Doe", "ref": "EMP7", "vat": "BE0477472701"}
        )

    def setUp(self):
        super().setUp()
        self.connection.extra_field_ids = [
            Command.clear(),
            *(Command.create({"kind": kind}) for kind in EVERY_KIND),
        ]
        self.wages = self.entry(
            {"601000": 3000, "440000": -3000},
            journal_id=self.payroll.id,
            ref="Wages of Jane",
            partner_id=self.employee.id,
        )
        self.wages.payment_reference = "Jane's wages"
        self.wages.line_ids.partner_id = self.employee
        self.wages.line_ids.name = "Net pay Jane"
        self.sale = self.entry(
            {"400000": 50, "700000": -50}, partner_id=self.employee.id
        )
        self.sale.line_ids.partner_id = self.employee
        self.sale.line_ids[0].name = "Desk for JANE  (née O'Hara) doe, paid by Kim"
        self.sale.line_ids[1].name = "Jane (née O'Hara) Doe"
        self.sale.ref = "By Jane (née O'Hara) Doe, 12 Doe Street"
        self.other = self.entry({"400000": 5, "700000": -5})
        self.sync()

    def texts(self, line):
        there = self.there()[str(line.id)]
        labels = self.client_file.extra_field_labels
        return [there.description, there.relation], dict(
            zip(labels, there.extra_fields, strict=True)
        )

    def test_no_text_of_a_payroll_journal_leaves(self):
        self.assertIn("Jane", str(self.there()[str(self.wages.line_ids[0].id)]))
        form = Form(self.link)
        form.private_journal_ids.add(self.payroll)
        self.assertIn("2 items go again", form.privacy_effect)
        form.save()
        self.assertFalse(self.link.privacy_effect)
        run = self.sync()
        self.assertEqual((run.state, run.upserted), ("done", 2), "those and no other")
        for line in self.wages.line_ids:
            (description, relation), extra = self.texts(line)
            self.assertEqual((description, relation), (self.wages.name, ""))
            del extra["Due date"]
            self.assertIn(str(self.wages.id), extra.pop("Entry in Odoo"))
            self.assertEqual(extra.pop("Journal"), "PAY")
            self.assertEqual(extra.pop("Entry"), self.wages.name)
            self.assertEqual(set(extra.values()), {""}, extra)
        self.assertIn("Desk for JANE", self.texts(self.sale.line_ids[0])[0][0])
        self.assert_equal_to_books()
        self.assertEqual(self.link.verify_state, "equal")
        form = Form(self.link)
        form.private_journal_ids.clear()
        self.assertIn("2 items go again", form.privacy_effect)
        form.save()
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.texts(self.wages.line_ids[0])[0][0], "Net pay Jane")

    def test_no_text_of_items_on_a_payroll_account_leaves(self):
        """Wages to be paid, 440000 here: in the wages and in their payment."""
        payment = self.entry({"440000": 3000, "550000": -3000})
        payment.line_ids.partner_id = self.employee
        payment.line_ids.name = "Wages Jane"
        self.sync()
        form = Form(self.link)
        form.private_account_ids.add(self.account("440000"))
        self.assertIn("2 items go again", form.privacy_effect)
        form.save()
        self.assertEqual(self.sync().upserted, 2, "those and no other")
        on_it, bank = payment.line_ids
        for line in self.wages.line_ids[1], on_it:
            (description, relation), extra = self.texts(line)
            self.assertEqual((description, relation), (line.move_id.name, ""))
            self.assertNotIn("Jane", str(extra))
        self.assertEqual(self.texts(bank)[0], ["Wages Jane", self.employee.name])
        self.assertIn("Jane", self.texts(self.wages.line_ids[0])[0][0])
        self.assert_equal_to_books()

    def test_partner_names_are_left_out(self):
        form = Form(self.link)
        form.no_partner_names = True
        self.assertIn("4 items go again", form.privacy_effect)
        form.save()
        run = self.sync()
        self.assertEqual(run.upserted, 4, "of the entry without partner nothing")
        for line in self.wages.line_ids | self.sale.line_ids:
            (_description, relation), extra = self.texts(line)
            self.assertEqual(relation, "")
            self.assertEqual((extra["Partner code"], extra["VAT number"]), ("", ""))
        (description, _relation), extra = self.texts(self.sale.line_ids[0])
        # what people typed stays: the help says so
        self.assertEqual(description, "Desk for , paid by Kim")
        self.assertEqual(extra["Reference"], "By , 12 Doe Street")
        (description, _relation), _extra = self.texts(self.sale.line_ids[1])
        self.assertEqual(description, self.sale.name, "never an empty label")
        self.assertEqual(self.sync().upserted, 0)

    def test_what_was_open_on_the_start_date_counts_as_it_is_sent(self):
        self.sandbox.set_up_sync(
            self.client_file, self.link.sync_reference, date(2026, 1, 1)
        )
        self.refresh_companies()
        self.entry({"400000": 7, "700000": -7}, date="2025-05-05")
        self.sync()
        form = Form(self.link)
        form.no_partner_names = True
        said = form.privacy_effect
        form.save()
        count = self.sync().upserted
        self.assertTrue(count)
        self.assertIn(f"{count} items go again", said)

    def test_both_at_once(self):
        self.link.write(
            {
                "no_partner_names": True,
                "private_journal_ids": [Command.set(self.payroll.ids)],
            }
        )
        self.assertEqual(self.sync().upserted, 4)
        self.assertEqual(self.texts(self.wages.line_ids[0])[0], [self.wages.name, ""])
        self.assertEqual(self.texts(self.sale.line_ids[0])[0][1], "")

    def test_a_text_that_another_module_adds_stays_here_too(self):
        cls = type(self.link)
        extra = cls._silverfin_extra_fields

        def more(link):
            return [*extra(link), ("Narration", extra(link)[2][1])]

        self.connection.extra_field_ids.filtered(
            lambda field: field.kind == "address"
        ).unlink()
        self.patch(cls, "_silverfin_extra_fields", more)
        self.link.private_journal_ids = self.payroll
        self.sync()
        _texts, extra = self.texts(self.wages.line_ids[0])
        self.assertEqual(extra["Narration"], "")
        _texts, extra = self.texts(self.sale.line_ids[0])
        self.assertTrue(extra["Narration"])

    def test_nothing_changes_where_nothing_was_sent_of_it(self):
        form = Form(self.link)
        form.private_journal_ids.add(
            self.env["account.journal"].create(
                {"name": "Empty", "code": "EMP", "type": "general"}
            )
        )
        self.assertIn("Nothing", form.privacy_effect)

    def test_a_journal_that_the_worker_may_not_see_is_private_all_the_same(self):
        self.link.private_journal_ids = self.payroll
        blind = new_test_user(
            self.env(su=True),
            "silverfin-blind",
            groups="base.group_user,account_silverfin.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(
            self.link.with_user(blind)._privacy().journal_ids, tuple(self.payroll.ids)
        )

    def test_only_administrators_change_it(self):
        user = new_test_user(
            self.env(su=True),
            "silverfin-clerk",
            groups="account_silverfin.group_user,account.group_account_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        link = self.link.with_user(user)
        for values in (
            {"no_partner_names": True},
            {"private_journal_ids": [Command.set(self.payroll.ids)]},
        ):
            with self.assertRaises(AccessError):
                link.write(values)
        self.link.no_partner_names = True
        self.env.flush_all()
        self.assertTrue(link.no_partner_names, "but they see it")
