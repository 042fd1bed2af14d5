from odoo import api, fields, models
from odoo.tools import config


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

    silverfin_worker_count = fields.Integer(
        "Client Files at Once",
        help="How many client files are synchronised at the same time, from 1 to 3.",
    )
    silverfin_cron_threads = fields.Integer(compute="_compute_silverfin_cron_threads")

    @api.model
    def get_values(self):
        workers = self.env["silverfin.run"]._workers().filtered("active")
        return super().get_values() | {"silverfin_worker_count": len(workers)}

    def set_values(self):
        result = super().set_values()
        workers = self.env["silverfin.run"]._workers()
        count = min(max(self.silverfin_worker_count, 1), len(workers))
        for number, worker in enumerate(workers):
            if worker.active != (number < count):
                worker.active = number < count
        return result

    def _compute_silverfin_cron_threads(self):
        self.silverfin_cron_threads = config["max_cron_threads"]

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
