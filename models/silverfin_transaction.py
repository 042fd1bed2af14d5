from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists

from .fields import BigInteger, UncheckedMany2one


class SilverfinTransaction(models.Model):
    """What Silverfin acknowledged: the books as Silverfin has them.

    Written by set-based SQL in ``sync/acknowledged.py`` only. ``line_id`` has no
    foreign key: a row must outlive its journal item, else a deletion would go unseen.
    """

    _name = "silverfin.transaction"
    _description = "Item in a Silverfin Client File"
    _log_access = False
    _order = "link_id, line_id, part"
    _rec_name = "line_id"

    # silverfin.link.unlink() deletes these rows too
    link_id = UncheckedMany2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade"
    )
    line_id = fields.Integer("Number of the Journal Item", required=True)
    part = fields.Integer(
        required=True,
        default=0,
        help="0: the whole item or its first share, n: a further share, -1: of an "
        "opening, where a negative number of the journal item is an account's",
    )
    # of the entry, which may be gone like the item; of an opening, -(account's number)
    move_id = fields.Integer("Number of the Journal Entry")
    digest = BigInteger("Fingerprint", groups=fields.NO_ACCESS, required=True)
    date = fields.Date(required=True)
    account_number = fields.Char(required=True)
    value = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="link_id.company_id.currency_id")
    run_id = fields.Integer("Run", help="The run that sent it last")
    move_line_id = fields.Many2one(
        "account.move.line", "Journal Item", compute="_compute_move_line_id"
    )

    _link_line_part_uniq = models.UniqueIndex("(link_id, line_id, part)")
    # with the client file: which entries it has is read from the index alone
    _move_idx = models.Index("(move_id, link_id)")

    def _auto_init(self):
        is_new = not column_exists(self.env.cr, self._table, "move_id")
        result = super()._auto_init()
        if is_new:
            self._fill_move_id()
        return result

    def _fill_move_id(self):
        """Of items from before the entry was kept too; 0: the item is deleted."""
        self.env.cr.execute(
            """UPDATE silverfin_transaction known
            SET move_id = CASE WHEN line_id < 0 THEN line_id ELSE COALESCE((
                SELECT line.move_id FROM account_move_line line
                WHERE line.id = known.line_id), 0) END"""
        )

    @api.depends("line_id")
    def _compute_move_line_id(self):
        """Empty where the item was deleted since, or may not be read."""
        Line = self.env["account.move.line"]
        found = set()
        if Line.has_access("read"):
            found.update(Line.search([("id", "in", self.mapped("line_id"))]).ids)
        for item in self:
            item.move_line_id = item.line_id in found and item.line_id

    def action_open_move(self):
        """The journal entry of this item, where it still exists."""
        self.ensure_one()
        self.check_access("read")
        if not self.move_line_id:
            raise UserError(
                self.env._(
                    "This journal item was deleted in Odoo, or you may not see it. "
                    "The next synchronisation removes what was deleted."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_line_id.move_id.id,
            "view_mode": "form",
        }
