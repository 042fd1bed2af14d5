from odoo import fields, models

from .fields import UncheckedMany2one


class SilverfinCompared(models.Model):
    """A period of Silverfin as it was compared with the books.

    Written by workers, in ``sync/compare/kept.py``: a comparison of many periods goes
    on in the next turn, and a statement of agreement is made from these rows. Those of
    the comparison before are removed when the next one is done.
    """

    _name = "silverfin.compared"
    _description = "Compared Period of a Silverfin Client File"
    _log_access = False
    _order = "link_id, run_id, end"

    link_id = UncheckedMany2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade"
    )
    # of the comparison; the run itself may be deleted
    run_id = fields.Integer(required=True)
    end = fields.Date(required=True)
    # as Silverfin counts it
    year_start = fields.Date(required=True)
    year_end = fields.Date(required=True)
    accounts = fields.Integer()
    # see sync/compare/kept.py for their shape
    lines = fields.Json()
    adjustments = fields.Json()
    names = fields.Json()

    _link_run_end_uniq = models.UniqueIndex('(link_id, run_id, "end")')
