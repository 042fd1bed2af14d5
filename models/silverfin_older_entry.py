from odoo import fields, models


class SilverfinOlderEntry(models.Model):
    """An entry from before the start date, as the opening in Silverfin has it.

    Kept so that a run can say which entry changed an opening, deleted ones too: so
    ``move_id`` has no foreign key. Written by ``sync/openings.py`` only.
    """

    _name = "silverfin.older.entry"
    _description = "Entry in the Opening of a Silverfin Client File"
    _log_access = False

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade"
    )
    move_id = fields.Integer("Number of the Journal Entry", required=True)
    name = fields.Char()
    digest = fields.Char("Fingerprint", groups=fields.NO_ACCESS, required=True)

    _link_move_uniq = models.UniqueIndex("(link_id, move_id)")
