from odoo import api, fields, models


class SilverfinApiKeyShow(models.AbstractModel):
    """The one-time screen. It has no table: the key is only in the browser's dialog."""

    _name = "silverfin.api.key.show"
    _description = "API Key for Silverfin, Shown Once"

    # needed by the onchange that fills a new form
    id = fields.Id()
    login = fields.Char(readonly=True)
    key = fields.Char("API Key", readonly=True)
    url = fields.Char("URL of the Database", readonly=True)
    database = fields.Char("Name of the Database", readonly=True)
    # a default: fields of a model without a table are not computed
    everything = fields.Text(default=lambda self: self._default_everything())
    expires_on = fields.Date("Expires", readonly=True)
    replaces = fields.Char(readonly=True)

    @api.model
    def _default_everything(self):
        asked_for = ("login", "key", "url", "database")
        values = (self.env.context.get(f"default_{name}") for name in asked_for)
        return "\n".join(filter(None, values))

    @api.model
    def _action(self, note, key):
        """The screen for a key just made; ``key`` travels in its context only."""
        note = note.sudo()  # a user just for Silverfin cannot read it
        values = self.env["silverfin.api.key.page"]._values()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your Key, Shown Once"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_login": note.user_id.login,
                "default_key": key,
                "default_url": values["url"],
                "default_database": values["database"],
                "default_expires_on": fields.Date.to_string(note.expires_at.date()),
                "default_replaces": note.replaces_id.name,
            },
        }
