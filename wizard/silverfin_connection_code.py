"""Paste the code: connecting where Silverfin's redirect cannot reach this server."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.silverfin_authorization import AuthorizationFailed


class SilverfinConnectionCode(models.TransientModel):
    _name = "silverfin.connection.code"
    _description = "Paste the Code of Silverfin"

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, readonly=True, ondelete="cascade"
    )
    authorize_url = fields.Char("Page at Silverfin", readonly=True)
    firm_number = fields.Char(help="Shown by Silverfin with the code")
    # not kept: it comes along in the button's context
    code = fields.Char(store=False)

    def action_exchange(self):
        """Exchange the code. In this request, as the person waits for the outcome.

        It is safe against Odoo's repeating of requests: this transaction writes
        nothing, so nothing can make Odoo repeat it, and a code that may have been used
        is refused the second time.
        """
        self.ensure_one()
        connection = self.connection_id
        connection._check_manager()
        firm_number = self.firm_number
        try:
            self.env["silverfin.authorization"]._complete_pasted(
                connection, self.env.context.get("silverfin_code"), firm_number
            )
        except AuthorizationFailed as failure:
            raise UserError(failure.message) from failure
        return {
            "type": "ir.actions.act_window",
            "res_model": connection._name,
            "res_id": connection.id,
            "view_mode": "form",
            "target": "main",
        }
