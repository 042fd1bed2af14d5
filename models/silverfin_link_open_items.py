"""Which accounts of a client file carry open items."""

from odoo import fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    non_trade_open_items = fields.Boolean(
        "Open Items of Non-Trade Accounts",
        default=True,
        tracking=True,
        help="Receivable and payable accounts that Odoo marks as non-trade, such as a "
        "VAT current account. Without this, Silverfin's lists of open items leave them "
        "out; the ledger always has them.",
    )
