"""A client file tells its responsible what is wrong, once."""

from odoo import models


class SilverfinLink(models.Model):
    _name = "silverfin.link"
    _inherit = ["silverfin.link", "silverfin.trouble"]
