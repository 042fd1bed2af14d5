"""The grant of a firm: a pair of tokens, renewed by one worker at a time."""

import time
from datetime import timedelta
from typing import NamedTuple

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..silverfin_api import (
    ClientRefused,
    Misconfigured,
    Reconnect,
    RetryLater,
    SilverfinClient,
    SilverfinError,
    UnknownOutcome,
)
from ..sync import lock
from .own_transaction import in_own_transaction
from .place import current_place

# first key of the advisory locks on renewals; the second is the connection's id. Not
# ``lock.CONNECTION``: a run that holds that one may have to renew
RENEWAL = 1374748675
# renew this long before the end, for clocks that differ
EARLY = timedelta(minutes=1)
# another worker's renewal takes at most about one request's deadline
LONGEST_WAIT = 25.0
PAUSE = 0.1


class Grant(NamedTuple):
    """A row of this model; the tokens are None once they were forgotten."""

    access_token: str | None
    refresh_token: str | None
    expires_at: object
    redirect_uri: str
    firm_number: str

    def __repr__(self):
        return f"<Grant of firm {self.firm_number}>"


class SilverfinToken(models.Model):
    """What Silverfin gave for a connection. Written here only, never by a person.

    Every statement is SQL with ``log_exceptions=False``: Odoo would write the values
    of a failed statement, the tokens, into its log.
    """

    _name = "silverfin.token"
    _description = "Silverfin Grant"
    _log_access = False

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, ondelete="cascade"
    )
    access_token = fields.Char(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    refresh_token = fields.Char(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    expires_at = fields.Datetime(help="End of the access token, by our clock")
    granted_scopes = fields.Char()
    redirect_uri = fields.Char(help="As used to get the grant: each refresh names it")
    firm_number = fields.Char(help="Kept when the tokens are forgotten")
    place = fields.Json(help="In which database and server the access was given")

    _connection_uniq = models.UniqueIndex("(connection_id)")

    # === The row === #

    @api.model
    def _grant(self, connection):
        """The grant as this transaction sees it, or None before the first one."""
        self._execute(
            SQL(
                """SELECT access_token, refresh_token, expires_at, redirect_uri,
                    firm_number FROM silverfin_token WHERE connection_id = %s""",
                connection.id,
            )
        )
        row = self.env.cr.fetchone()
        return row and Grant(*row)

    @api.model
    def _store(self, connection, tokens, *, scopes, redirect_uri, firm_number):
        """Keep a new grant, in place of an older one, and where this is."""
        self._execute(
            SQL(
                """INSERT INTO silverfin_token (connection_id, access_token,
                    refresh_token, expires_at, granted_scopes, redirect_uri,
                    firm_number, place)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (connection_id) DO UPDATE SET
                    access_token = EXCLUDED.access_token,
                    refresh_token = EXCLUDED.refresh_token,
                    expires_at = EXCLUDED.expires_at,
                    granted_scopes = EXCLUDED.granted_scopes,
                    redirect_uri = EXCLUDED.redirect_uri,
                    firm_number = EXCLUDED.firm_number,
                    place = EXCLUDED.place""",
                connection.id,
                tokens.access_token,
                tokens.refresh_token,
                self._end(tokens),
                scopes,
                redirect_uri,
                firm_number,
                Json(current_place(self.env)),
            )
        )
        self.invalidate_model()

    @api.model
    def _move_here(self, connection):
        """A person says that the grant belongs to this place from now on."""
        self._execute(
            SQL(
                "UPDATE silverfin_token SET place = %s WHERE connection_id = %s",
                Json(current_place(self.env)),
                connection.id,
            )
        )
        self.invalidate_model()

    @api.model
    def _replace(self, connection, refresh_token, tokens):
        """Keep a renewed pair; False when the grant was replaced in between."""
        self._execute(
            SQL(
                """UPDATE silverfin_token
                SET access_token = %s, refresh_token = %s, expires_at = %s
                WHERE connection_id = %s AND refresh_token = %s""",
                tokens.access_token,
                tokens.refresh_token,
                self._end(tokens),
                connection.id,
                refresh_token,
            )
        )
        self.invalidate_model()
        return bool(self.env.cr.rowcount)

    @api.model
    def _forget(self, connections, refused=None):
        """Forget the tokens; which firm they were for is kept.

        :param refused: only where this is still the access token
        :return: whether there was something to forget
        """
        self._execute(
            SQL(
                """UPDATE silverfin_token SET access_token = NULL,
                    refresh_token = NULL, expires_at = NULL, granted_scopes = NULL
                WHERE connection_id = ANY(%s) AND access_token IS NOT NULL
                    AND (%s IS NULL OR access_token = %s)""",
                connections.ids,
                refused,
                refused,
            )
        )
        self.invalidate_model()
        return bool(self.env.cr.rowcount)

    def _execute(self, query):
        self.env.cr.execute(query, log_exceptions=False)

    @api.model
    def _end(self, tokens):
        return fields.Datetime.now() + timedelta(seconds=tokens.expires_in)

    # === Using it: in transactions of its own === #

    @api.model
    def _access_token(self, connection):
        """The access token to use now, renewed when it is about to end.

        :raise Reconnect: there is none
        """
        grant = self._read_apart(connection)
        if not grant or not grant.access_token:
            raise Reconnect("This database holds no grant of Silverfin.")
        if fields.Datetime.now() < grant.expires_at - EARLY:
            return grant.access_token
        return self._renewed_access_token(connection, grant.access_token)

    @api.model
    def _renewed_access_token(self, connection, refused):
        """Another access token than the one that is refused or about to end.

        One worker at a time asks, whatever the server it runs on; the others wait and
        find its answer.

        :raise Reconnect: the grant is gone; the connection says so already
        :raise ClientRefused: client id or secret; the connection says so already
        :raise RetryLater: try again later; the old pair is kept
        """
        ends = time.monotonic() + LONGEST_WAIT
        while True:
            with lock.hold(self.env.registry, lock.TOKEN, connection.id) as held:
                # an error is handed out of the lock and raised below
                outcome = held and self._renew_alone(connection, refused)
            if held:
                break
            if time.monotonic() >= ends:
                raise RetryLater("Another worker is still renewing the access token.")
            time.sleep(PAUSE)
        if isinstance(outcome, SilverfinError):
            raise outcome
        return outcome

    def _renew_alone(self, connection, refused):
        """Inside the lock: a token, or the error to raise after it.

        The row is read in a transaction that begins after the lock was got: one that
        waited for the lock would read the pair of before.
        """
        try:
            grant = self._read_apart(connection)
        except Misconfigured as error:
            return error
        if not grant or not grant.access_token:
            return Reconnect("This database holds no grant of Silverfin.")
        if grant.access_token != refused:
            return grant.access_token
        try:
            tokens = self._refresh(connection, grant)
        except Reconnect as error:
            connection._forget_grant(
                "reconnect", connection._grant_refused_reason(), refused=refused
            )
            return error
        except ClientRefused as error:
            connection._wait_for_credentials(refused=refused)
            return error
        except SilverfinError as error:
            return error
        # committed before its first use: that use ends the old refresh token
        kept = in_own_transaction(
            self.env,
            lambda env: env[self._name]._replace(
                connection, grant.refresh_token, tokens
            ),
        )
        if kept:
            return tokens.access_token
        # disconnected, or connected anew, while Silverfin was asked
        grant = in_own_transaction(
            self.env, lambda env: env[self._name]._grant(connection)
        )
        if grant and grant.access_token:
            return grant.access_token
        return Reconnect("The connection was disconnected in between.")

    def _refresh(self, connection, grant):
        """Ask Silverfin; no transaction is open meanwhile."""
        access = in_own_transaction(
            self.env, lambda env: connection.with_env(env)._credentials()
        )
        with SilverfinClient(access.base_url) as client:
            # twice: after a lost answer the old refresh token still lives, until the
            # new access token is used, and nobody has that one
            for _attempt in range(2):
                try:
                    return client.refresh(
                        client_id=access.client_id,
                        client_secret=access.client_secret,
                        refresh_token=grant.refresh_token,
                        redirect_uri=grant.redirect_uri,
                        firm_id=grant.firm_number,
                    )
                except UnknownOutcome as error:
                    lost = error
        raise RetryLater(lost.problem or lost.message, status=lost.status)

    def _read_apart(self, connection):
        """The grant, in a transaction of its own, where it may be used.

        :raise Misconfigured: this is a copy of the database that it was given to
        """

        def read(env):
            if connection.with_env(env)._suspend_if_elsewhere():
                return None, True
            return env[self._name]._grant(connection), False

        grant, suspended = in_own_transaction(self.env, read)
        if suspended:
            raise Misconfigured("The connection is suspended in this database.")
        return grant
