"""A firm's connection: its set-up, its state, and the way to a client for it."""

import re
import time
from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..silverfin_api import (
    OUT_OF_BAND,
    PUSH_SCOPES,
    READ_SCOPES,
    Misconfigured,
    Reconnect,
    SilverfinClient,
    TokenAuth,
    check_base_url,
)
from .own_transaction import in_own_transaction

# typed by a person, never shown again
SECRETS = ("client_secret", "webhook_token_1", "webhook_token_2")
# what a grant belongs to: another value needs another grant
BOUND = ("base_url", "client_id", "firm_number")
# what only the way to Silverfin and back may set
EARNED = ("state", "state_reason", "firm_name")
# an access token is looked up again after so long
TOKEN_SECONDS = 1
FIRM_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Credentials(NamedTuple):
    """Plain values for asking Silverfin while no transaction is open."""

    base_url: str
    client_id: str
    client_secret: str
    firm_number: str
    state: str

    def __repr__(self):
        return f"<Credentials for {self.base_url}>"


class SilverfinConnection(models.Model):
    _name = "silverfin.connection"
    _description = "Silverfin Connection"
    _inherit = ["mail.thread", "mail.activity.mixin", "silverfin.trouble"]
    _order = "name, id"

    name = fields.Char(required=True, default="Silverfin")
    base_url = fields.Char(
        "Address of Silverfin",
        required=True,
        default="https://live.getsilverfin.com",
        tracking=True,
    )
    client_id = fields.Char(
        "Client ID",
        tracking=True,
        help="Given by Silverfin by e-mail, with the client secret.",
    )
    client_secret = fields.Char(
        "Kept Client Secret", groups=fields.NO_ACCESS, copy=False, prefetch=False
    )
    webhook_token_1 = fields.Char(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    webhook_token_2 = fields.Char(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    # write-only: blank whenever they are read
    client_secret_input = fields.Char(
        "Client Secret",
        compute="_compute_secret_inputs",
        inverse="_inverse_secret_inputs",
        copy=False,
    )
    webhook_token_1_input = fields.Char(
        "Signing Token 1",
        compute="_compute_secret_inputs",
        inverse="_inverse_secret_inputs",
        copy=False,
    )
    webhook_token_2_input = fields.Char(
        "Signing Token 2",
        compute="_compute_secret_inputs",
        inverse="_inverse_secret_inputs",
        copy=False,
    )
    client_secret_set = fields.Boolean(compute="_compute_secrets_set")
    webhook_token_1_set = fields.Boolean(compute="_compute_secrets_set")
    webhook_token_2_set = fields.Boolean(compute="_compute_secrets_set")
    read_back = fields.Boolean(
        "Proof",
        tracking=True,
        help="Also ask for the rights that read balances, so that the trial balances "
        "can be compared. With them, this database can read every client file of the "
        "firm.",
    )
    read_back_missing = fields.Boolean(compute="_compute_read_back_missing")
    redirect_uri = fields.Char(
        "Redirect Address",
        compute="_compute_redirect_uri",
        help="Silverfin must have this address registered for the client ID.",
    )
    firm_number = fields.Char(
        copy=False,
        tracking=True,
        help="Known before connecting: that firm is asked. Once connected: the firm "
        "that Silverfin really gave access to.",
    )
    firm_name = fields.Char(copy=False, readonly=True, tracking=True)
    state = fields.Selection(
        [
            ("draft", "Not connected"),
            ("connected", "Connected"),
            ("reconnect", "To reconnect"),
            ("suspended", "Suspended"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    state_reason = fields.Text(copy=False, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        tracking=True,
        default=lambda self: self.env.user,
        help="Is told when the connection needs attention.",
    )
    link_ids = fields.One2many("silverfin.link", "connection_id", "Client Files")

    # === Computed === #

    def _compute_secret_inputs(self):
        for connection in self:
            for name in SECRETS:
                connection[f"{name}_input"] = False

    def _inverse_secret_inputs(self):
        for connection in self:
            typed = {
                name: value
                for name in SECRETS
                if (value := (connection[f"{name}_input"] or "").strip())
            }
            connection._write_secrets(typed)
            if "client_secret" in typed:
                connection._resume()
            if connection.state == "connected" and typed.keys() - {"client_secret"}:
                # with the new signing tokens Silverfin may call
                self.env["silverfin.run"]._ask("companies", connection=connection)

    @api.depends("client_secret", "webhook_token_1", "webhook_token_2")
    def _compute_secrets_set(self):
        for connection in self:
            for name in SECRETS:
                connection[f"{name}_set"] = bool(connection.sudo()[name])

    @api.depends("read_back", "state")
    def _compute_read_back_missing(self):
        tokens = self.env["silverfin.token"].sudo()
        granted = {
            token.connection_id.id: set((token.granted_scopes or "").split())
            for token in tokens.search([("connection_id", "in", self.ids)])
        }
        for connection in self:
            connection.read_back_missing = (
                connection.read_back
                and connection.state == "connected"
                and not granted.get(connection._origin.id, set()).issuperset(
                    READ_SCOPES
                )
            )

    def _compute_redirect_uri(self):
        for connection in self:
            connection.redirect_uri = connection._redirect_uri()

    # === Writing === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._clean(vals)
        if not self.env.su:
            for connection in self:
                connection._check_bound(vals)
                if (
                    vals.get("base_url", connection.base_url) != connection.base_url
                    and "client_secret_input" not in vals
                ):
                    # typed for one server, it is never sent to another
                    connection._write_secrets(dict.fromkeys(SECRETS))
                if any(
                    name in vals and vals[name] != connection[name]
                    for name in ("base_url", "client_id")
                ):
                    # there the same numbers may be other client files
                    connection._forget_client_files()
                if connection.state == "reconnect" and connection._bound_changes(vals):
                    # kept for another secret, not for another server or firm
                    self.env["silverfin.token"].sudo()._forget(connection)
        return super().write(vals)

    def _clean(self, vals):
        """The values as they are kept; secrets only by way of their inputs."""
        vals = dict(vals)
        if not self.env.su and any(name in vals for name in EARNED):
            raise AccessError(
                self.env._("The state of a connection cannot be written by hand.")
            )
        for name in SECRETS:
            if name in vals:
                vals[f"{name}_input"] = vals.pop(name)
        if vals.get("client_id"):
            vals["client_id"] = vals["client_id"].strip()
        if vals.get("base_url"):
            vals["base_url"] = self._checked_base_url(vals["base_url"])
        if vals.get("firm_number"):
            vals["firm_number"] = self._checked_firm_number(vals["firm_number"])
        return vals

    def _checked_base_url(self, text):
        try:
            return check_base_url(text)
        except Misconfigured as error:
            raise ValidationError(
                self.env._(
                    "Give the address of Silverfin like https://live.getsilverfin.com "
                    "(http only for this very machine). %s",
                    error.message,
                )
            ) from error

    def _checked_firm_number(self, text):
        number = text.strip()
        if not FIRM_NUMBER.fullmatch(number):
            raise ValidationError(
                self.env._(
                    "The firm number is the number after /f/ in Silverfin's "
                    "addresses, such as 13001."
                )
            )
        return number

    def _check_bound(self, vals):
        if self._bound_changes(vals) and self.state in ("connected", "suspended"):
            raise UserError(
                self.env._(
                    "The access that Silverfin gave belongs to this address, client "
                    "ID and firm. Press Disconnect before you change them."
                )
            )

    def _bound_changes(self, vals):
        """Names of what is to change of :data:`BOUND`."""
        return [
            name
            for name in BOUND
            if name in vals and (vals[name] or False) != self[name]
        ]

    def _write_secrets(self, values):
        """Keep secrets; in SQL, as Odoo logs the values of a statement that fails."""
        if not values:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE silverfin_connection SET %s WHERE id = ANY(%s)",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                self.ids,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset()

    # === Actions === #

    def action_connect(self):
        """Send the browser to Silverfin's page where an admin of the firm allows it."""
        self.ensure_one()
        self._check_manager()
        url = self._authorize_url(self._redirect_uri())
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_paste_code(self):
        """The way for a server that Silverfin's redirect cannot reach."""
        self.ensure_one()
        self._check_manager()
        wizard = self.env["silverfin.connection.code"].create(
            {
                "connection_id": self.id,
                "authorize_url": self._authorize_url(OUT_OF_BAND),
                "firm_number": self.firm_number,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paste the Code"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_disconnect(self):
        """Forget the tokens. Silverfin has no call to revoke them (documented)."""
        self._check_manager()
        for connection in self:
            # a copy must not end what the original needs
            if connection.state == "connected" and not connection._was_elsewhere():
                self.env["silverfin.webhook"].sudo()._leave(connection)
        self.env["silverfin.token"].sudo()._forget(self)
        self.env["silverfin.invitation"]._withdraw(self)
        self.sudo().write({"state": "draft", "state_reason": False})
        self._solve_trouble("connection")
        return True

    def action_push_references(self):
        """Offer the companies with a client file in Silverfin's "Set up sync"."""
        return self._ask_run("references")

    def action_refresh_companies(self):
        """Look which client files were set up in Silverfin, or removed."""
        return self._ask_run("companies")

    def _ask_run(self, kind):
        self._check_manager()
        for connection in self:
            if connection.state != "connected":
                raise UserError(
                    self.env._("%s is not connected: press Connect.", connection.name)
                )
            self.env["silverfin.run"]._ask(kind, connection=connection)
        return True

    def _check_manager(self):
        """Every public method asks this first: RPC reaches them without any form."""
        if not (
            self.env.su or self.env.user.has_group("account_silverfin.group_manager")
        ):
            raise AccessError(self.env._("Only a Silverfin administrator may do this."))
        self.check_access("write")

    # === What Silverfin is asked with === #

    def _redirect_uri(self):
        return f"{(self.get_base_url() or '').rstrip('/')}/silverfin/oauth/callback"

    def _authorize_url(self, redirect_uri, invitation=None):
        """Silverfin's page where an admin of the firm allows it.

        :raise UserError: this database may not ask, or cannot yet
        """
        self.ensure_one()
        if self.state == "suspended":
            raise UserError(
                self.env._("This connection is suspended: disconnect it first.")
            )
        self._refuse_elsewhere()
        try:
            access = self._credentials()
            with SilverfinClient(access.base_url) as client:
                return client.authorize_url(
                    client_id=access.client_id,
                    redirect_uri=redirect_uri,
                    scopes=self._scopes(),
                    state=self.env["silverfin.authorization"]._new_state(
                        self, redirect_uri, invitation
                    ),
                    firm_id=access.firm_number or None,
                )
        except Misconfigured as error:
            raise UserError(error.message) from error

    def _scopes(self):
        return PUSH_SCOPES + (READ_SCOPES if self.read_back else ())

    def _credentials(self):
        """:raise Misconfigured: the client id or the client secret is missing"""
        self.ensure_one()
        secret = self.sudo()
        if not secret.client_id or not secret.client_secret:
            raise Misconfigured(
                self.env._(
                    "Fill in the client ID and the client secret that Silverfin sent."
                )
            )
        return Credentials(
            secret.base_url,
            secret.client_id,
            secret.client_secret,
            secret.firm_number,
            secret.state,
        )

    @contextmanager
    def _client(self):
        """A client that carries the connection's tokens and renews them.

        It reads and writes in transactions of its own and leaves none open, nor any
        on the caller's cursor.

        :raise Reconnect: also from inside; the grant is then forgotten already
        :raise Misconfigured: the connection is suspended or not fully set up
        """
        self.ensure_one()
        # before anything is asked of Silverfin, a renewal of the token included
        suspended = self._suspend_elsewhere()
        if suspended:
            raise Misconfigured(self.env._("The connection is suspended."))
        access = in_own_transaction(
            self.env, lambda env: self.with_env(env)._credentials()
        )
        if access.state != "connected":
            raise Reconnect(
                self.env._(
                    "This connection is not connected to Silverfin: press Connect."
                )
            )
        tokens = self.env["silverfin.token"]
        handed = None
        handed_at = 0.0

        def read():
            nonlocal handed, handed_at
            # a look at the row and at the place of the database: a second's worth of
            # requests may share it
            if not handed or time.monotonic() >= handed_at + TOKEN_SECONDS:
                handed = tokens._access_token(self)
                handed_at = time.monotonic()
            return handed

        def renew(refused):
            nonlocal handed, handed_at
            handed = tokens._renewed_access_token(self, refused)
            handed_at = time.monotonic()
            return handed

        with SilverfinClient(
            access.base_url, firm_id=access.firm_number, auth=TokenAuth(read, renew)
        ) as client:
            try:
                yield client
            except Reconnect:
                if handed:
                    self._forget_grant(
                        "reconnect", self._grant_refused_reason(), refused=handed
                    )
                raise

    # === The end of a grant === #

    def _forget_grant(self, state, reason, *, refused=None):
        """Forget the tokens and say why; committed at once, in its own transaction.

        :param refused: do it only while this is the access token: a grant that came
            in between stays
        """

        def forget(env):
            connection = self.with_env(env)
            forgot = env["silverfin.token"]._forget(connection, refused)
            if not forgot and (refused or connection.state != "connected"):
                return
            connection._stop(state, reason)

        self._apart(forget)

    def _wait_for_credentials(self, *, refused):
        """Say that Silverfin takes neither of them; the grant is kept meanwhile.

        Committed at once, in its own transaction.

        :param refused: as in :meth:`_forget_grant`
        """

        def wait(env):
            connection = self.with_env(env)
            grant = env["silverfin.token"]._grant(connection)
            if grant and grant.access_token == refused:
                connection._stop("reconnect", connection._client_refused_reason())

        self._apart(wait)

    def _stop(self, state, reason):
        """In the transaction at hand: nothing goes on before a person acted."""
        self.write({"state": state, "state_reason": reason})
        # told to those who follow the connection: nothing goes on without them
        self.message_post(body=reason, subtype_xmlid="mail.mt_comment")
        self._notify_trouble("connection", reason)

    def _apart(self, change):
        self.ensure_one()
        in_own_transaction(self.env, change)
        # the caller's transaction may have read what was just changed
        self.invalidate_recordset(["state", "state_reason"])

    def _resume(self):
        """The client secret was typed anew: a grant that was kept is used again."""
        grant = self.env["silverfin.token"].sudo()._grant(self)
        if self.state != "reconnect" or not grant or not grant.access_token:
            return
        self.sudo().write({"state": "connected", "state_reason": False})
        self._solve_trouble("connection")
        self.env["silverfin.run"]._ask("companies", connection=self)

    def _client_refused_reason(self):
        return self.env._(
            "Silverfin refused the client ID or the client secret. Compare both with "
            "what Silverfin sent. If the secret is another one, type it here and save: "
            "then everything goes on by itself. If the client ID is another one, "
            "change it and press Connect."
        )

    def _grant_refused_reason(self):
        return self.env._(
            "Silverfin no longer accepts the access it gave: press Connect. If this "
            "happens again, perhaps a copy of this database is connected too: each "
            "renewal of the access ends the one before."
        )
