"""Check-up of customers and suppliers: items without partner, and of the wrong sign."""

from collections import defaultdict

from odoo import models

from ..ledger.branches import settled_outside
from ..ledger.checkup.account_sums import ZERO
from ..ledger.checkup.trade import doubtful_partners
from ..ledger.open_items import trade_balances

NO_PARTNER = {
    "asset_receivable": "customers_no_partner",
    "liability_payable": "suppliers_no_partner",
}
WRONG_SIGN = {
    "asset_receivable": "customers_sign",
    "liability_payable": "suppliers_sign",
}


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    def _checks(self):
        return [*super()._checks(), self._check_partners, self._check_open_items]

    def _check_partners(self, books, look):
        """Open items of nobody, and partners who owe us what we owe them."""
        non_trade = books.non_trade_open_items
        rows = doubtful_partners(self.env.cr, look.scope, non_trade=non_trade)
        found = []
        for kind, code in NO_PARTNER.items():
            domain = self._open_items_domain(look, kind, non_trade)
            nobody = [r for r in rows if r.kind == kind and r.partner_id is None]
            if nobody:
                found.append(
                    self._finding(
                        code,
                        "account.move.line",
                        [*domain, ("partner_id", "=", False)],
                        sum((row.open for row in nobody), ZERO),
                    )
                )
            wrong = [r for r in rows if r.kind == kind and r.partner_id]
            if wrong:
                ids = sorted({i for row in wrong for i in row.partner_ids})
                found.append(
                    self._finding(
                        WRONG_SIGN[kind],
                        "account.move.line",
                        [*domain, ("partner_id", "in", ids)],
                        sum((row.open for row in wrong), ZERO),
                        partners=self._partners_named(wrong),
                        partner_count=len(wrong),
                    )
                )
        return found

    def _open_items_domain(self, look, kind, non_trade):
        ids = [row.account_id for row in look.rows if row.kind == kind]
        domain = [
            *self._lines_domain(look, ids),
            ("reconciled", "=", False),
            ("amount_residual", "!=", 0),
        ]
        if not non_trade:
            domain.append(("account_id.non_trade", "=", False))
        return domain

    def _partners_named(self, rows):
        rows = sorted(rows, key=lambda row: (-abs(row.open), row.partner_id))
        partners = self.env["res.partner"].sudo()
        partners = partners.browse([row.partner_id for row in rows])
        names = {partner.id: partner.display_name for partner in partners}
        return [["", names[row.partner_id], str(row.open)] for row in rows[:10]]

    def _has_others(self, look):
        """Whether companies of the legal entity are not in these books."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        family = companies.search([("id", "child_of", look.scope.root_id)])
        return bool(set(family.ids) - set(look.scope.company_ids))

    def _check_open_items(self, books, look):
        """Accounts whose open items do not make their balance."""
        outside = defaultdict(lambda: ZERO)
        if self._has_others(look):
            for row in settled_outside(self.env.cr, look.scope):
                outside[row.number] += row.balance
        wrong = {
            row.number: row.balance - row.open - outside[row.number]
            for row in trade_balances(self.env.cr, look.scope)
            if row.balance != row.open + outside[row.number]
        }
        found = [
            (row, wrong[row.number or str(row.account_id)])
            for row in look.rows
            if (row.number or str(row.account_id)) in wrong
        ]
        if not found:
            return []
        return [
            self._finding(
                "open_items",
                "account.account",
                [("id", "in", sorted(row.account_id for row, _amount in found))],
                sum((amount for _row, amount in found), ZERO),
                accounts=self._named(found),
            )
        ]
