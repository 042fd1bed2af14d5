from odoo import api, fields, models

from .fields import BigInteger


class SilverfinRejection(models.Model):
    """A journal entry that is set aside, whole, with the reason.

    What Silverfin already holds of it stays. It is tried again when the entry
    changes, or on demand.
    """

    _name = "silverfin.rejection"
    _description = "Set Aside from Silverfin"
    _order = "id desc"
    _rec_name = "move_id"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True, index=True)
    move_id = fields.Many2one(
        "account.move", "Journal Entry", required=True, ondelete="cascade", index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line", "Journal Item", ondelete="set null", index="btree_not_null"
    )
    kind = fields.Selection(
        [
            ("rejected", "Refused by Silverfin"),
            ("held", "Held until released"),
            ("invalid", "Cannot be sent"),
        ],
        required=True,
    )
    reason = fields.Text(required=True)
    # of the whole entry, when it was refused; 0: try again
    digest = BigInteger(groups=fields.NO_ACCESS)

    _link_move_uniq = models.UniqueIndex("(link_id, move_id)")

    def action_retry(self):
        """Try these entries again with the next synchronisation, which starts now."""
        self.check_access("read")
        links = self.link_id
        self.sudo().digest = 0
        return links.action_sync()

    def action_open_move(self):
        """The journal entry, where it can be put right."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    @api.depends("move_id")
    def _compute_display_name(self):
        for rejection in self:
            rejection.display_name = rejection.move_id.display_name
