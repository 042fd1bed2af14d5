"""A journal entry says when it is not in Silverfin as it is here."""

from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    silverfin_aside = fields.Char(
        "Not in Silverfin",
        compute="_compute_silverfin_aside",
        search="_search_silverfin_aside",
        groups="account_silverfin.group_user",
    )

    @api.depends("state")
    def _compute_silverfin_aside(self):
        found = self.env["silverfin.rejection"]._read_group(
            [("move_id", "in", self.ids)], ["move_id"], ["reason:array_agg"]
        )
        reasons = {move: " ".join(texts) for move, texts in found}
        for move in self:
            move.silverfin_aside = reasons.get(move._origin, False)

    def _search_silverfin_aside(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.env["silverfin.rejection"].search([("move_id", "!=", False)])
        wanted = value and any(value)
        return [("id", "not in" if not wanted else "in", found.move_id.ids)]
