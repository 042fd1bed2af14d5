from odoo import fields, models

from ..silverfin_api import OPEN_ITEM_SCOPES


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinConnection(models.Model):
    _inherit = "silverfin.connection"

    read_open_items = fields.Boolean(
        "Proof of Open Items",
        tracking=True,
        help="Also ask for the right that reads open receivables and payables, so that "
        "their totals can be compared. Silverfin must have given it to the client id.",
    )

    def _scopes(self):
        scopes = super()._scopes()
        wanted = self.read_back and self.read_open_items
        return scopes + (OPEN_ITEM_SCOPES if wanted else ())
