from odoo import fields, models

from .fields import BigInteger


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

    link_id = fields.Many2one("silverfin.link", required=True, ondelete="cascade")
    line_id = fields.Integer("Journal Item", required=True)
    part = fields.Integer(
        required=True, default=0, help="0: the whole item, n: the share of a split"
    )
    digest = BigInteger(groups=fields.NO_ACCESS, required=True)
    date = fields.Date(required=True)
    account_number = fields.Char(required=True)
    value = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="link_id.company_id.currency_id")
    run_id = fields.Integer("Run", help="The run that sent it last")

    _link_line_part_uniq = models.UniqueIndex("(link_id, line_id, part)")
    _line_idx = models.Index("(line_id)")
