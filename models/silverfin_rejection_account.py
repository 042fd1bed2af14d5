"""An entry that is set aside as its account has no code leads to the account."""

from odoo import api, fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinRejection(models.Model):
    _inherit = "silverfin.rejection"

    lacks_code = fields.Boolean(compute="_compute_lacks_code")

    @api.depends("kind", "move_line_id")
    def _compute_lacks_code(self):
        for rejection in self:
            account = rejection._account()
            rejection.lacks_code = (
                rejection.kind == "invalid" and account and not account.code
            )

    def action_open_account(self):
        """The account of the item, where it can be given a code."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.account",
            "res_id": self._account().id,
            "view_mode": "form",
        }

    def _account(self):
        """In sudo: a reader of this list need not be one of the books."""
        company = self.link_id.company_id.root_id
        return self.sudo().move_line_id.account_id.with_company(company)
