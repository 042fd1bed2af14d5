from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    silverfin_connection_count = fields.Integer(compute="_compute_silverfin")
    silverfin_attention_count = fields.Integer(compute="_compute_silverfin")
    silverfin_link_count = fields.Integer(compute="_compute_silverfin")

    def _compute_silverfin(self):
        connections = self.env["silverfin.connection"].sudo()
        links = self.env["silverfin.link"].sudo()
        for settings in self:
            settings.silverfin_connection_count = connections.search_count(
                [("state", "=", "connected")]
            )
            settings.silverfin_attention_count = connections.search_count(
                [("state", "in", ("reconnect", "suspended"))]
            ) + links.search_count([("state", "=", "attention")])
            settings.silverfin_link_count = links.search_count([])
