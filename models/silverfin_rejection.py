from odoo import api, fields, models
from odoo.exceptions import UserError

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
    # empty of what is held and has no entry: an opening, or a deleted entry
    move_id = fields.Many2one(
        "account.move", "Journal Entry", ondelete="cascade", index=True
    )
    # the entry's number, also once it is deleted; of an opening, -(account)
    entry_key = fields.Integer(compute="_compute_entry_key", store=True, readonly=False)
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
    digest = BigInteger("Fingerprint", groups=fields.NO_ACCESS)

    _link_entry_uniq = models.UniqueIndex("(link_id, entry_key)")

    @api.depends("move_id")
    def _compute_entry_key(self):
        for rejection in self:
            rejection.entry_key = rejection.move_id.id or rejection.entry_key

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
        if not self.move_id:
            raise UserError(self.env._("This entry does not exist any more."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    @api.depends("move_id", "entry_key")
    def _compute_display_name(self):
        for rejection in self:
            rejection.display_name = (
                # the number alone, for who may not read entries too
                rejection.sudo().move_id.display_name
                or (rejection.entry_key < 0 and self.env._("Opening"))
                or self.env._("Deleted entry %s", rejection.entry_key)
            )
