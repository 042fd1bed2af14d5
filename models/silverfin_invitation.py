"""A connection link: lets an admin of the firm connect without a login in Odoo."""

import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..sync.phrases import moment

LIFE = timedelta(hours=48)
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class SilverfinInvitation(models.Model):
    """The open link of a connection; good for one connecting, and gone after it.

    Only a digest of it is kept: who reads the database cannot use it.
    """

    _name = "silverfin.invitation"
    _description = "Connection Link for an Admin of the Firm"

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, ondelete="cascade"
    )
    token_digest = fields.Char(
        "Fingerprint of the Link",
        required=True,
        groups=fields.NO_ACCESS,
        copy=False,
    )
    expires_at = fields.Datetime(required=True)
    is_open = fields.Boolean(compute="_compute_is_open")

    _connection_uniq = models.UniqueIndex("(connection_id)")
    _token_uniq = models.UniqueIndex("(token_digest)")

    @api.autovacuum
    def _gc_expired(self):
        self.sudo().search([("expires_at", "<", fields.Datetime.now())]).unlink()

    @api.model
    def _make(self, connection):
        """A new link for the connection, which takes the place of an earlier one.

        :return: the address; it is not kept, and cannot be shown again
        """
        self._withdraw(connection)
        token = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                "connection_id": connection.id,
                "token_digest": _digest(token),
                "expires_at": fields.Datetime.now() + LIFE,
            }
        )
        return f"{connection.get_base_url().rstrip('/')}/silverfin/connect/{token}"

    @api.model
    def _withdraw(self, connections):
        self.sudo().search([("connection_id", "in", connections.ids)]).unlink()

    @api.model
    def _of(self, token):
        """The open link with this token, in superuser mode; empty where there is none.

        In the language of who made it: the reader has no language here.
        """
        none = self.sudo().browse()
        if not TOKEN.fullmatch(token or ""):
            return none
        found = none.search([("token_digest", "=", _digest(token))])
        return found.filtered("is_open")._in_language()

    @api.depends("expires_at")
    def _compute_is_open(self):
        """In time, and made by somebody who may still connect."""
        for invitation in self:
            maker = invitation.create_uid
            invitation.is_open = (
                invitation.expires_at > fields.Datetime.now()
                and maker.active
                and maker.has_group("account_silverfin.group_manager")
            )

    def _in_language(self):
        return self.with_context(lang=self.create_uid.lang) if self else self

    def _as_maker(self):
        """The connection, as the person who made the link."""
        self.ensure_one()
        return self.connection_id.with_user(self.create_uid)

    def _values(self):
        """What the page says: who asks for what, for which companies.

        Of companies the names alone, and only of those with a client file.
        """
        self.ensure_one()
        connection = self.connection_id
        return {
            "database": self.env.cr.dbname,
            "server": connection.get_base_url(),
            "asks": self.create_uid.name,
            "firm": connection.firm_name or connection.firm_number,
            "companies": connection.link_ids.company_id.mapped("name"),
            "reads": connection.read_back,
            "open_until": self._open_until(),
        }

    def _open_until(self):
        """In the time zone of who made it, which is named: the reader has none here."""
        return moment(self.env, self.expires_at, self.create_uid.tz or "UTC")


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()
