from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.res_users import check_identity

DURATIONS = (1, 7, 30, 90, 180, 365)
CUSTOM = "-1"


class SilverfinApiKey(models.TransientModel):
    """Asks for what a new API key needs. The key itself is never a value of it."""

    _name = "silverfin.api.key"
    _description = "New API Key for Silverfin"

    name = fields.Char("Description", required=True, default=lambda s: s._proposal())
    duration = fields.Selection(
        "_selection_duration",
        required=True,
        default=lambda self: self._longest_duration(),
    )
    expires_on = fields.Date(
        compute="_compute_expires_on",
        store=True,
        readonly=False,
        help="The key expires at the start of this day.",
    )
    longest_days = fields.Integer(compute="_compute_longest_days")
    replaces_id = fields.Many2one("silverfin.api.key.note", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        readonly=True,
        help="The user that Silverfin is, when it uses the key.",
    )

    @api.model
    def _proposal(self):
        return self.env._("Silverfin reads the books")

    @api.model
    def _for_user(self):
        """The user whose key is made: oneself, or a user just for Silverfin.

        Read again before the key is made: over RPC any value can be written.
        """
        user = self.user_id or self.env["res.users"].browse(
            self.env.context.get("default_user_id", self.env.uid)
        )
        if user == self.env.user:
            return user
        if self.env.is_system() and user._is_silverfin_reader():
            return user
        raise AccessError(
            self.env._("A key can be made for yourself, or for a user just for it.")
        )

    @api.model
    def _notes(self):
        return self.env["silverfin.api.key.note"].with_user(self._for_user())

    @api.model
    def _selection_duration(self):
        names = {
            1: self.env._("1 day"),
            7: self.env._("1 week"),
            30: self.env._("1 month"),
            90: self.env._("3 months"),
            180: self.env._("6 months"),
            365: self.env._("1 year"),
        }
        longest = self._notes()._longest_days()
        allowed = [(str(days), names[days]) for days in DURATIONS if days <= longest]
        return [*allowed, (CUSTOM, self.env._("Until a date"))]

    @api.model
    def _longest_duration(self):
        return self._selection_duration()[-2][0]

    @api.depends("user_id")
    def _compute_longest_days(self):
        for wizard in self:
            wizard.longest_days = wizard._notes()._longest_days()

    @api.depends("duration")
    def _compute_expires_on(self):
        for wizard in self:
            if wizard.duration != CUSTOM:
                wizard.expires_on = fields.Date.today() + timedelta(
                    days=int(wizard.duration or 1)
                )

    @api.onchange("expires_on")
    def _onchange_expires_on(self):
        if self.expires_on and self.expires_on > fields.Date.today() + timedelta(
            days=self.longest_days
        ):
            return {
                "warning": {
                    "type": "notification",
                    "title": self.env._("That is too long"),
                    "message": self.env._(
                        "You can make keys for at most %s days.", self.longest_days
                    ),
                }
            }
        return None

    @check_identity
    def action_make_key(self):
        """Make the key and show it, once."""
        self.ensure_one()
        user = self._for_user()
        replaces = self.replaces_id
        if replaces.user_id not in (user, self.env["res.users"]):
            raise AccessError(self.env._("Only a key of the same user is replaced."))
        note, key = self._notes()._make_key(
            self.name,
            self.expires_on,
            replaces=replaces,
            responsible=self.env.user,
        )
        self.unlink()
        return self.env["silverfin.api.key.show"]._action(note, key)
