"""From "Connect" to a kept grant: what was asked, and the exchange of the code."""

import hashlib
import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, verify_hash_signed

from .. import silverfin_api
from ..silverfin_api import OUT_OF_BAND, SilverfinClient, SilverfinError
from ..sync.problems import said
from .own_transaction import end_reading, in_own_transaction
from .silverfin_connection import FIRM_NUMBER

_logger = logging.getLogger(__name__)

SCOPE = "account_silverfin.oauth"
LIFE = timedelta(minutes=15)


class AuthorizationFailed(Exception):
    """No grant came of it: the sentence for the person, and the page's HTTP status.

    ``spent``: Silverfin may have used up the code.
    """

    def __init__(self, message, status, *, spent=False):
        super().__init__(message)
        self.message = message
        self.status = status
        self.spent = spent
        self.connection_id = None


class SilverfinAuthorization(models.Model):
    """What was asked of Silverfin and is not answered yet; a row is good for once."""

    _name = "silverfin.authorization"
    _description = "Silverfin Authorisation Under Way"
    _log_access = False

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, ondelete="cascade", index=True
    )
    nonce = fields.Char(required=True, groups=fields.NO_ACCESS, copy=False)
    firm_number = fields.Char(help="The firm that was asked, if one was")
    expires_at = fields.Datetime(required=True)

    _nonce_uniq = models.UniqueIndex("(nonce)")

    @api.autovacuum
    def _gc_expired(self):
        self.sudo().search([("expires_at", "<", fields.Datetime.now())]).unlink()

    # === Asking === #

    @api.model
    def _new_state(self, connection, redirect_uri, invitation=None):
        """Remember what is asked; the signed text that Silverfin gives back.

        :param invitation: the connection link by which it is asked, if one
        The redirect address goes along: Odoo rewrites ``web.base.url`` when an
        administrator logs in from elsewhere, and the exchange must name the same one.
        """
        nonce = secrets.token_urlsafe(24)
        self.sudo().create(
            {
                "connection_id": connection.id,
                "nonce": nonce,
                "firm_number": connection.firm_number,
                "expires_at": fields.Datetime.now() + LIFE,
            }
        )
        return hash_sign(
            self.sudo().env,
            SCOPE,
            [
                connection.id,
                self.env.uid,
                nonce,
                redirect_uri,
                invitation.id if invitation else 0,
            ],
            expiration=LIFE,
        )

    @api.model
    def _signed(self, state):
        """What we signed, or None where we did not, or long ago."""
        try:
            return verify_hash_signed(self.sudo().env, SCOPE, state or "") or None
        except (ValueError, IndexError):
            # what Odoo's check raises on text that it never made
            return None

    @api.model
    def _invited(self, state):
        """As whom an answer is taken that was asked for by a connection link.

        :return: this model as the person who made the link; None: it was no link
        :raise AuthorizationFailed: the link is not open any more
        """
        values = self._signed(state)
        if not values or not values[4]:
            return None
        invitation = self.env["silverfin.invitation"].sudo().browse(values[4]).exists()
        if not invitation.is_open:
            raise AuthorizationFailed(
                self.env._(
                    "This link is not open any more: it was used, withdrawn, or is "
                    "older than 48 hours. Ask for a new one."
                ),
                410,
            )
        maker = invitation.create_uid
        return self.with_user(maker).with_context(lang=maker.lang).sudo()

    @api.model
    def _verified(self, state):
        """What we signed: connection id, nonce, redirect address, and whether it was
        asked by a connection link.

        :raise AuthorizationFailed: it is garbage, too old, or another user's
        """
        values = self._signed(state)
        if not values:
            raise AuthorizationFailed(
                self.env._(
                    "This answer does not belong to a question that this database "
                    "asked within the last 15 minutes. Open the connection and press "
                    "Connect again."
                ),
                400,
            )
        connection_id, user_id, nonce, redirect_uri, invitation_id = values
        if user_id != self.env.uid:
            raise AuthorizationFailed(
                self.env._(
                    "Another user of this database pressed Connect. Let that user "
                    "finish, or press Connect yourself."
                ),
                403,
            )
        return connection_id, nonce, redirect_uri, bool(invitation_id)

    # === The answer === #

    @api.model
    def _complete(self, state, *, code, firm_number, error):
        """Use what Silverfin's redirect brought; the caller checked the user's right.

        Nothing is written, and nothing left open, in the caller's transaction: Odoo
        may repeat that one, and a code is good for one exchange only.

        :return: the id of the connection
        :raise AuthorizationFailed:
        """
        connection_id, nonce, redirect_uri, by_link = self._verified(state)
        connection = self.env["silverfin.connection"].browse(connection_id)
        end_reading(self.env)
        try:
            asked = in_own_transaction(
                self.env, lambda env: env[self._name]._take(connection, nonce)
            )
            if error:
                raise AuthorizationFailed(
                    self._denial(error), 403 if error == "access_denied" else 400
                )
            self._exchange(
                connection,
                code,
                firm_number,
                redirect_uri,
                asked=asked,
                by_link=by_link,
            )
        except AuthorizationFailed as failure:
            failure.connection_id = connection_id
            raise
        return connection_id

    @api.model
    def _complete_pasted(self, connection, code, firm_number):
        """The same for a code that a person copied, where no redirect can come.

        A code of which it is unknown whether Silverfin took it is not sent again.

        :raise AuthorizationFailed:
        """
        digest = hashlib.sha256((code or "").encode()).hexdigest()
        end_reading(self.env)
        in_own_transaction(
            self.env, lambda env: env[self._name]._keep_pasted(connection, digest)
        )
        try:
            self._exchange(connection, code, firm_number, OUT_OF_BAND)
        except AuthorizationFailed as failure:
            if not failure.spent:
                in_own_transaction(
                    self.env, lambda env: env[self._name]._take(connection, digest)
                )
            raise

    def _take(self, connection, nonce):
        """Use up a question; a second answer to it finds nothing.

        :return: the firm that was asked, if one was
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM silverfin_authorization
                WHERE connection_id = %s AND nonce = %s RETURNING firm_number""",
                connection.id,
                nonce,
            ),
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        if not row:
            raise AuthorizationFailed(
                self.env._(
                    "This answer has already been used. Open the connection to see "
                    "whether it is connected; if not, press Connect again."
                ),
                409,
            )
        return row[0]

    def _keep_pasted(self, connection, digest):
        self.env.cr.execute(
            SQL(
                """INSERT INTO silverfin_authorization
                    (connection_id, nonce, expires_at) VALUES (%s, %s, %s)
                ON CONFLICT (nonce) DO NOTHING""",
                connection.id,
                digest,
                fields.Datetime.now() + LIFE,
            ),
            log_exceptions=False,
        )
        if not self.env.cr.rowcount:
            raise AuthorizationFailed(
                self.env._("This code has already been used. Get a new one."), 409
            )

    # === The exchange === #

    def _exchange(
        self,
        connection,
        code,
        firm_number,
        redirect_uri,
        *,
        asked=None,
        by_link=False,
    ):
        """Code in, kept grant out. No transaction is open while Silverfin is asked.

        :param asked: the firm that was asked, where it was not a person's choice
        :param by_link: a connection link led there
        """
        firm_number, code = (firm_number or "").strip(), (code or "").strip()
        if not code or not FIRM_NUMBER.fullmatch(firm_number):
            raise AuthorizationFailed(
                self.env._(
                    "The code or the number of the firm is missing in the answer. "
                    "Press Connect again."
                ),
                400,
            )
        # a copy of a connected database: connecting there is for who disconnected first
        connection._suspend_elsewhere()
        try:
            access = in_own_transaction(
                self.env,
                lambda env: env[self._name]._may_exchange(connection, firm_number),
            )
            with SilverfinClient(access.base_url) as client:
                tokens = client.exchange_code(
                    client_id=access.client_id,
                    client_secret=access.client_secret,
                    code=code,
                    redirect_uri=redirect_uri,
                    firm_id=firm_number,
                )
        except SilverfinError as error:
            raise self._failure(error, redirect_uri) from error

        def keep(env):
            env[self._name]._may_exchange(connection, firm_number)
            env[self._name]._keep(connection, tokens, firm_number, redirect_uri, asked)
            env["silverfin.invitation"]._withdraw(connection)
            if by_link:
                connection.with_env(env)._tell_link_used(firm_number)

        in_own_transaction(self.env, keep)
        self._learn_name(connection, firm_number)

    def _may_exchange(self, connection, firm_number):
        """The credentials, when this firm may be connected.

        :raise AuthorizationFailed: it would mix two firms' client files
        """
        connection = connection.with_env(self.env).exists()
        if not connection:
            raise AuthorizationFailed(
                self.env._("The connection was deleted meanwhile."), 409
            )
        if connection.state == "suspended":
            raise AuthorizationFailed(
                self.env._("This connection is suspended: disconnect it first."), 409
            )
        before = self.env["silverfin.token"]._grant(connection)
        if before and before.firm_number != firm_number and connection.link_ids:
            raise AuthorizationFailed(
                self.env._(
                    "Silverfin gave access to firm %(new)s, but the client files of "
                    "this connection belong to firm %(old)s. Nothing was changed. "
                    "Press Connect again and choose firm %(old)s, or make another "
                    "connection for firm %(new)s.",
                    new=firm_number,
                    old=before.firm_number,
                ),
                409,
            )
        other = connection.search(
            [
                ("id", "!=", connection.id),
                ("state", "=", "connected"),
                ("firm_number", "=", firm_number),
                ("base_url", "=", connection.base_url),
                ("client_id", "=", connection.client_id),
            ],
            limit=1,
        )
        if other:
            raise AuthorizationFailed(
                self.env._(
                    "Firm %(firm)s is connected already, by the connection “%(name)s”. "
                    "Use that one: two would push each other's references off "
                    "Silverfin's list.",
                    firm=firm_number,
                    name=other.name,
                ),
                409,
            )
        return connection._credentials()

    def _keep(self, connection, tokens, firm_number, redirect_uri, asked):
        connection = connection.with_env(self.env)
        if connection._was_elsewhere():
            connection._forget_client_files()
        self.env["silverfin.token"]._store(
            connection,
            tokens,
            scopes=" ".join(connection._scopes()),
            redirect_uri=redirect_uri,
            firm_number=firm_number,
        )
        reason = False
        if asked and asked != firm_number:
            reason = self.env._(
                "Silverfin gave access to firm %(given)s, not to firm %(asked)s that "
                "was asked for. If that is wrong, disconnect before you add client "
                "files.",
                given=firm_number,
                asked=asked,
            )
        values = {"state": "connected", "state_reason": reason}
        if connection.firm_number != firm_number or not connection.firm_name:
            values |= {"firm_number": firm_number, "firm_name": False}
        connection.write(values)
        connection._message_log(
            body=reason or self.env._("Connected to firm %s.", firm_number)
        )
        connection._solve_trouble("connection")
        self.env["silverfin.run"]._ask("companies", connection=connection)

    def _learn_name(self, connection, firm_number):
        """Ask what the firm is called: the first use of the new grant.

        :raise AuthorizationFailed: another firm answers
        """
        try:
            with connection._client() as client:
                firm = client.firm()
        except SilverfinError as error:
            # connected all the same; the name is for people's eyes
            _logger.info("The firm's name could not be read: %s", error.message)
            return
        if firm.id != firm_number:
            reason = self.env._(
                "Silverfin said it gave access to firm %(said)s, but answers for firm "
                "%(found)s, so nothing is sent. Press Connect again.",
                said=firm_number,
                found=firm.id,
            )
            connection._forget_grant("reconnect", reason)
            raise AuthorizationFailed(reason, 409)
        in_own_transaction(
            self.env,
            lambda env: connection.with_env(env).write({"firm_name": firm.name}),
        )

    # === Sentences === #

    def _denial(self, error):
        if error == "access_denied":
            return self.env._(
                "Silverfin gave no access: somebody pressed Deny, or is not an admin "
                "user of the firm. Press Connect again when an admin user of the firm "
                "is there to press Allow."
            )
        if error == "invalid_scope":
            return self.env._(
                "The client ID may not ask for the rights that are needed. Ask "
                "Silverfin to add them: %s.",
                " ".join(silverfin_api.PUSH_SCOPES + silverfin_api.READ_SCOPES),
            )
        return self.env._(
            "Silverfin gave no access. Check the client ID, and press Connect again."
        )

    def _failure(self, error, redirect_uri):
        """The exception for an error of the token request."""
        match error:
            case silverfin_api.Reconnect():
                return AuthorizationFailed(
                    self.env._(
                        "Silverfin did not accept the code: it has already been used, "
                        "is older than ten minutes, or is for another firm. Get a new "
                        "one."
                    ),
                    400,
                )
            case silverfin_api.Misconfigured():
                return AuthorizationFailed(
                    self.env._(
                        "Silverfin does not accept how the connection is set up. "
                        "Compare client ID and client secret with what Silverfin sent, "
                        "and ask whether this redirect address is registered: "
                        "%(address)s (%(detail)s)",
                        address=redirect_uri,
                        detail=said(self.env, error),
                    ),
                    400,
                )
            case silverfin_api.RetryLater():
                return AuthorizationFailed(
                    self.env._(
                        "Silverfin cannot be reached. Check the address on the "
                        "connection, wait a moment and press Connect again. (%s)",
                        said(self.env, error),
                    ),
                    503,
                )
            case silverfin_api.UnknownOutcome():
                return AuthorizationFailed(
                    self.env._(
                        "No usable answer came back. Check that the address on the "
                        "connection is Silverfin's, and press Connect again. (%s)",
                        said(self.env, error),
                    ),
                    503,
                    spent=True,
                )
        return AuthorizationFailed(
            self.env._(
                "Silverfin refused. Press Connect again. (%s)", said(self.env, error)
            ),
            400,
        )
