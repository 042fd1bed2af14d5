"""The page Accounts of a client file: which accounts go otherwise than they are."""

from odoo import api, fields, models

from ..ledger import off_balance


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    off_balance = fields.Boolean(
        "Send Off-Balance Accounts",
        tracking=True,
        help="As assets. Without this, items on off-balance accounts are left out.",
    )
    off_balance_report = fields.Html(
        compute="_compute_off_balance_report", sanitize=False
    )

    @api.depends("off_balance", "company_id")
    def _compute_off_balance_report(self):
        may_read = self.env["account.move.line"].has_access("read")
        for link in self:
            is_kept = may_read and bool(link._origin)
            found = is_kept and link._off_balance_accounts()
            link.off_balance_report = bool(found) and self.env["ir.qweb"]._render(
                "account_silverfin.off_balance_report",
                {
                    "rows": found,
                    "names": link._names_of({row.account_id for row in found}),
                    "currency": link.company_id.currency_id,
                    "is_sent": link.off_balance,
                    "was_sent": link._origin.off_balance,
                },
            )

    def _off_balance_accounts(self):
        """The off-balance accounts with items, whether they are sent or not.

        :rtype: list[~..ledger.off_balance.OffBalance]
        """
        self.ensure_one()
        return off_balance.off_balance(self.env.cr, self._origin._silverfin_books())

    def _names_of(self, account_ids):
        accounts = self.env["account.account"].sudo().browse(account_ids)
        return {account.id: account.name for account in accounts}
