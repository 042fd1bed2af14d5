from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    silverfin_connection_count = fields.Integer(compute="_compute_silverfin")
    silverfin_attention_count = fields.Integer(compute="_compute_silverfin")
    silverfin_link_count = fields.Integer(compute="_compute_silverfin")
    # what Silverfin asks for when it reads by itself
    silverfin_login = fields.Char("E-mail", compute="_compute_silverfin_values")
    silverfin_url = fields.Char(
        "URL of the Database", compute="_compute_silverfin_values"
    )
    silverfin_url_problem = fields.Text(compute="_compute_silverfin_values")
    silverfin_database = fields.Char(
        "Name of the Database", compute="_compute_silverfin_values"
    )
    silverfin_key_count = fields.Integer(compute="_compute_silverfin_values")
    silverfin_expiring_key_count = fields.Integer(compute="_compute_silverfin_values")

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

    def _compute_silverfin_values(self):
        values = self.env["silverfin.api.key.page"]._values()
        notes = (
            self.env["silverfin.api.key.note"].sudo().search([("key_id", "!=", False)])
        )
        valid = notes.filtered(lambda note: note.state in ("valid", "expiring"))
        expiring = notes.filtered(
            lambda note: note.state in ("expiring", "expired")
            and not note.replaced_by_ids
        )
        for settings in self:
            for name, value in values.items():
                settings[f"silverfin_{name}"] = value
            settings.silverfin_key_count = len(valid)
            settings.silverfin_expiring_key_count = len(expiring)
