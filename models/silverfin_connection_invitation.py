"""The button that makes a connection link, for an admin of the firm elsewhere."""

from odoo import fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinConnection(models.Model):
    _inherit = "silverfin.connection"

    invited_until = fields.Datetime(compute="_compute_invited_until")

    def _compute_invited_until(self):
        found = (
            self.env["silverfin.invitation"]
            .sudo()
            .search([("connection_id", "in", self.ids)])
        )
        until = {
            invitation.connection_id.id: invitation.expires_at
            for invitation in found.filtered("is_open")
        }
        for connection in self:
            connection.invited_until = until.get(connection._origin.id)

    def action_invite(self):
        """Make a link, shown once, with which the firm's admin can connect."""
        self.ensure_one()
        self._check_manager()
        # what would stop the admin there stops us here; nothing is asked of Silverfin
        self._authorize_url(self._redirect_uri())
        address = self.env["silverfin.invitation"]._make(self)
        self._message_log(
            body=self.env._("A connection link was made; it is open for 48 hours.")
        )
        return self.env["silverfin.invitation.show"]._action(self, address)

    def action_withdraw_invitation(self):
        """The open link stops working at once."""
        self._check_manager()
        self.env["silverfin.invitation"]._withdraw(self)
        for connection in self:
            connection._message_log(
                body=self.env._("The connection link was withdrawn.")
            )
        return True

    def _tell_link_used(self, firm_number):
        """To who made the link and to the responsible."""
        self.message_notify(
            partner_ids=(self.user_id | self.env.user).partner_id.ids,
            subject=self.name,
            body=self.env._(
                "An admin of firm %s followed the connection link and gave access.",
                firm_number,
            ),
        )
