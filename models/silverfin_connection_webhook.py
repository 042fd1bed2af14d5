"""Whether Silverfin calls this database, or this database looks at Silverfin."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .silverfin_webhook import ROUTE


# apart from the place of a connection: one idea each
# pylint: disable=consider-merging-classes-inherited
class SilverfinConnection(models.Model):
    _inherit = "silverfin.connection"

    webhook_state = fields.Selection(
        [("webhook", "Silverfin calls"), ("polling", "By schedule")],
        "Notifications",
        compute="_compute_webhook_state",
        help="Whether Silverfin tells this database at once that somebody pressed its "
        "refresh arrows, or set up or removed a synchronisation.",
    )
    webhook_reason = fields.Text(compute="_compute_webhook_state")

    @api.depends("state", "webhook_token_1", "webhook_token_2")
    def _compute_webhook_state(self):
        rows = {
            row.connection_id.id: row
            for row in self.env["silverfin.webhook"]
            .sudo()
            .search([("connection_id", "in", self.ids)])
        }
        for connection in self:
            row = rows.get(connection._origin.id)
            calls = (
                connection.state == "connected"
                and row
                and row.checked_at
                and not row.obstacle
            )
            connection.webhook_state = "webhook" if calls else "polling"
            connection.webhook_reason = (
                self.env._(
                    "Checked by calling this database's own address, last on %s.",
                    format_datetime(self.env, row.checked_at),
                )
                if calls
                else connection._webhook_obstacle(row)
            )

    def _webhook_obstacle(self, row):
        """Why Silverfin does not call, and what to do about it."""
        address = self._webhook_address()
        if self.state != "connected":
            return self.env._("Not connected.")
        if not row or not row.checked_at:
            return self.env._(
                "Not checked yet: press “Look for Client Files”, or wait an hour."
            )
        match row.obstacle:
            case "no_token":
                return self.env._(
                    "Fill in a signing token; Silverfin gives it with the client ID. "
                    "Without one, nobody could tell Silverfin's calls from others."
                )
            case "not_https":
                return self.env._(
                    "Silverfin calls addresses with https:// only, and this database "
                    "is at %s (system parameter web.base.url).",
                    address,
                )
            case "not_found":
                return self.env._(
                    "%s answers that it does not exist. Where a server has several "
                    "databases, it needs a filter that names one for each host name "
                    "(dbfilter), as a call names no database.",
                    address,
                )
            case "not_reached":
                return self.env._(
                    "This database does not reach itself at %(address)s, so Silverfin "
                    "would not either. Check the system parameter web.base.url and the "
                    "server's proxy and certificate. (%(detail)s)",
                    address=address,
                    detail=row.detail,
                )
        return self.env._("Silverfin did not take the address: %s", row.detail or "")

    def _webhook_address(self):
        """The address without the key, which nobody is shown."""
        return f"{(self.get_base_url() or '').rstrip('/')}{ROUTE}"

    def _signing_tokens(self):
        self.ensure_one()
        secret = self.sudo()
        return [
            token for token in (secret.webhook_token_1, secret.webhook_token_2) if token
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_connected(self):
        if any(connection.state == "connected" for connection in self):
            raise UserError(
                self.env._(
                    "Press Disconnect first: Silverfin is then told to stop calling "
                    "this database."
                )
            )
