from odoo import api, fields, models
from odoo.tools import config


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    silverfin_connection_count = fields.Integer(compute="_compute_silverfin")
    silverfin_connection_attention_count = fields.Integer(compute="_compute_silverfin")
    silverfin_attention_count = fields.Integer(compute="_compute_silverfin")
    silverfin_link_count = fields.Integer(compute="_compute_silverfin")
    # what Silverfin asks for when it reads by itself
    silverfin_login = fields.Char("Login", compute="_compute_silverfin_values")
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
    silverfin_turn_seconds = fields.Integer(
        "Length of a Turn",
        help="How many seconds a client file is worked on before other scheduled "
        "actions of this server get their turn.",
    )
    silverfin_run_months = fields.Integer(
        "Months That Runs Are Kept",
        help="How many months the list of runs goes back, and the one of check-ups. "
        "The last synchronisation, the last comparison and the last check-up of each "
        "client file, and runs of statements, stay.",
    )
    silverfin_longest_turn = fields.Integer(compute="_compute_silverfin_cron_threads")

    @api.model
    def get_values(self):
        workers = self.env["silverfin.run"]._workers().filtered("active")
        return super().get_values() | {
            "silverfin_worker_count": len(workers),
            "silverfin_turn_seconds": self.env["silverfin.setting"]._turn_seconds(),
            "silverfin_run_months": self.env["silverfin.setting"]._run_months(),
        }

    def set_values(self):
        result = super().set_values()
        workers = self.env["silverfin.run"]._workers()
        count = min(max(self.silverfin_worker_count, 1), len(workers))
        for number, worker in enumerate(workers):
            if worker.active != (number < count):
                worker.active = number < count
        settings = self.env["silverfin.setting"]
        if self.silverfin_turn_seconds != settings._turn_seconds():
            settings._set_turn_seconds(self.silverfin_turn_seconds)
        if self.silverfin_run_months != settings._run_months():
            settings._set_run_months(self.silverfin_run_months)
        return result

    def _compute_silverfin_cron_threads(self):
        self.silverfin_cron_threads = config["max_cron_threads"]
        self.silverfin_longest_turn = self.env["silverfin.setting"]._longest_turn()

    def _compute_silverfin(self):
        connections = self.env["silverfin.connection"].sudo()
        links = self.env["silverfin.link"].sudo()
        # as the list that opens: the companies that are ticked in the company menu
        shown = [("company_id", "in", self.env.companies.ids)]
        for settings in self:
            settings.silverfin_connection_count = connections.search_count(
                [("state", "=", "connected")]
            )
            settings.silverfin_connection_attention_count = connections.search_count(
                [("state", "in", ("reconnect", "suspended"))]
            )
            settings.silverfin_attention_count = links.search_count(
                [*shown, ("needs_attention", "=", True)]
            )
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
