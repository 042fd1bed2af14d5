from odoo import fields, models

from .fields import BigInteger


class SilverfinAccount(models.Model):
    """An account as Silverfin last accepted it.

    Sent again only when Odoo changed it: a name that is sent overwrites one that was
    edited in Silverfin.
    """

    _name = "silverfin.account"
    _description = "Account in a Silverfin Client File"
    _log_access = False
    _rec_name = "number"
    _order = "link_id, number"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade"
    )
    number = fields.Char(required=True)
    nature = fields.Char(required=True)
    digest = BigInteger("Fingerprint", groups=fields.NO_ACCESS, required=True)

    _link_number_uniq = models.UniqueIndex("(link_id, number)")
