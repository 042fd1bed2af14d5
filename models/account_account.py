"""An account's number on the page of a client file, for whoever looks."""

from odoo import api, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.depends_context("silverfin_numbers_of")
    def _compute_display_name(self):
        """Odoo gives numbers to some groups only, and of the first ticked company."""
        result = super()._compute_display_name()
        if company_id := self.env.context.get("silverfin_numbers_of"):
            company = self.env["res.company"].browse(company_id)
            for account in self:
                code = account.with_company(company).code
                if code:
                    account.display_name = f"{code} {account.name}"
        return result
