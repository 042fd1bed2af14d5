"""A legal entity with its branches: together by default, apart by choice."""

from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestBranches(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.branch = self.add_branch("North")

    def add_branch(self, name, parent=None):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": name, "parent_id": (parent or self.company).id})
        )
        self.user.sudo().company_ids += branch
        allowed = [*self.env.context["allowed_company_ids"], branch.id]
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=allowed))
        self.link = self.link.with_env(self.env)
        self.connection = self.connection.with_env(self.env)
        return branch.with_env(self.env)

    def booked(self, company, amount, *numbers):
        debit, credit = numbers or ("600000", "550000")
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "journal_id": self.journal.id,
                    "date": "2026-03-31",
                    "line_ids": self.lines({debit: amount, credit: -amount}),
                }
            )
        )
        move.action_post()
        self.assertEqual(move.company_id, company)
        return move

    def own_client_file(self, branch):
        """A client file for the branch alone, set up in Silverfin."""
        link = self.env["silverfin.link"].create(
            {"connection_id": self.connection.id, "company_id": branch.id}
        )
        self.work()
        file = self.sandbox.add_client_file(self.firm, branch.name)
        self.sandbox.set_up_sync(file, link.sync_reference)
        self.refresh_companies()
        return link, file

    def sync_both(self, *links):
        for link in links:
            self.env["silverfin.run"]._ask("sync", link=link)
        self.work()

    def costs(self, file=None):
        return sum(
            item.value
            for item in self.sandbox.transactions(file or self.client_file).values()
            if item.account_number == "600000"
        )

    def test_the_root_holds_its_branches_and_theirs(self):
        part = self.add_branch("Harbour", self.branch)
        for company, amount in ((self.company, 1), (self.branch, 20), (part, 300)):
            self.booked(company, amount)
        self.sync()
        self.assertEqual(self.costs(), 321)
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal")
        self.assertEqual(self.link.included_companies, "Books Ltd, Harbour, North")
        self.assertFalse(self.link.separate_companies)

    def test_a_branch_that_is_added_later(self):
        self.booked(self.company, 1)
        self.sync()
        south = self.add_branch("South")
        self.booked(south, 5)
        self.assertEqual(self.sync().upserted, 2)
        self.assertEqual(self.costs(), 6)

    def test_an_archived_branch_keeps_what_it_booked(self):
        self.booked(self.company, 1)
        self.booked(self.branch, 20)
        self.sync()
        self.branch.sudo().active = False
        run = self.sync()
        self.assertEqual((run.upserted, run.deleted), (0, 0))
        self.assertEqual(self.costs(), 21)
        self.verify()
        self.assertEqual(self.link.verify_state, "equal")

    def test_a_branch_never_moves_and_has_no_currency_of_its_own(self):
        """Odoo refuses both, so that neither can happen to a client file."""
        other = self.env["res.company"].sudo().create({"name": "Another"})
        with self.assertRaises(UserError):
            self.branch.sudo().parent_id = other
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.branch.sudo().currency_id = dollar
        self.env.invalidate_all()
        self.assertEqual(self.branch.currency_id, self.company.currency_id)
        self.assertEqual(self.link.currency_id, self.company.currency_id)

    def test_a_client_file_of_its_own_and_back(self):
        """20 of 21 move to the branch's client file, and back when that is deleted."""
        self.booked(self.company, 1)
        self.booked(self.branch, 20)
        self.sync()
        link, file = self.own_client_file(self.branch)
        self.sync_both(self.link, link)
        self.assertEqual((self.costs(), self.costs(file)), (1, 20))
        self.assertEqual(self.link.separate_companies, "North")
        self.assertEqual(link.included_companies, "North")
        for one in self.link, link:
            one.action_verify()
        self.work()
        self.assertEqual((self.link + link).mapped("verify_state"), ["equal"] * 2)

        link.unlink()
        self.sync()
        self.assertEqual(self.costs(), 21)

    def test_settled_between_client_files_is_named(self):
        """A customer of North, 121.00, pays 100.00 to the head office's bank.

        21.00 stays open at North, whose account 400000 has 121.00; at the head office
        the account has -100.00, and nothing is open.
        """
        invoice = self.booked(self.branch, 121, "400000", "700000")
        paid = self.booked(self.company, 100, "550000", "400000")
        (invoice.line_ids[0] + paid.line_ids[1]).reconcile()
        self.sync()
        self.assertFalse(self.link.settled_outside, "all in one client file")
        link, file = self.own_client_file(self.branch)
        self.sync_both(self.link, link)
        self.env.invalidate_all()
        self.assertRegex(link.settled_outside, r"^400000: .*100\.00.*Books Ltd$")
        self.assertRegex(self.link.settled_outside, r"^400000: -.*100\.00.*North$")
        there = self.sandbox.transactions(file)[str(invoice.line_ids[0].id)]
        self.assertEqual((there.value, there.open_value), (121, Decimal(21)))

    def test_the_form_of_a_new_client_file(self):
        form = Form(self.env["silverfin.link"].with_company(self.branch))
        self.assertEqual(form.currency_id, self.company.currency_id)
