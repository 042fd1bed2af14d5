"""An account's number on the page of a client file, for whoever looks."""

from odoo import api, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.depends_context("silverfin_numbers")
    def _compute_display_name(self):
        """Odoo gives numbers to some groups only, and of the first ticked company."""
        result = super()._compute_display_name()
        if self.env.context.get("silverfin_numbers"):
            mine = self.env.user.company_ids
            for account in self:
                companies = account.company_ids & mine
                numbers = {account.with_company(one).code for one in companies}
                # of a shared one nobody knows here which client file is looked at
                if len(numbers) == 1 and (number := numbers.pop()):
                    account.display_name = f"{number} {account.name}"
        return result
