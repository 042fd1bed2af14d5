"""Silverfin's calls to this database: how they are known, and what they start."""

import hashlib
import re
import secrets
from datetime import timedelta

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..silverfin_api import WEBHOOK_EVENTS, Unreadable, webhook
from .place import current_place, is_same_place

# a webhook has neither number nor time: the same body within this time is a repeat
REPEAT = timedelta(seconds=60)
KEY = re.compile(r"[A-Za-z0-9_-]{20,100}")
ROUTE = "/silverfin/webhook/"


class SilverfinWebhook(models.Model):
    """Where Silverfin calls for a connection. Written by workers, read by nobody.

    The key in the address says which connection is meant; only its digest is kept, so
    that who reads the database does not learn the address. That Silverfin calls is
    known by the signature alone.
    """

    _name = "silverfin.webhook"
    _description = "Silverfin Webhook"
    _log_access = False

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, ondelete="cascade"
    )
    key_digest = fields.Char(
        "Fingerprint of the Key", groups=fields.NO_ACCESS, copy=False, prefetch=False
    )
    # "" while Silverfin calls, else why it does not: see silverfin_connection_webhook
    obstacle = fields.Char()
    detail = fields.Char()
    checked_at = fields.Datetime()
    # what is needed to have it removed at Silverfin after "Disconnect"
    leaving = fields.Json(groups=fields.NO_ACCESS, copy=False, prefetch=False)

    _connection_uniq = models.UniqueIndex("(connection_id)")
    _key_digest_uniq = models.UniqueIndex("(key_digest) WHERE key_digest IS NOT NULL")

    # === A call comes in === #

    @api.model
    def _receive(self, key, body, headers):
        """What a call of the address with this key comes to.

        A call that is good records a run and wakes the cron, nothing more. The body
        names a client file of the firm, perhaps one of another database: it is
        compared with ours, and neither kept nor logged.

        :param body: the raw body, as bytes
        :return: HTTP status, text of the answer
        """
        connection = self._connection_of(key)
        # a copy, and who disconnected, look as if there were no such address
        if (
            not connection
            or connection.state not in ("connected", "reconnect")
            or connection._suspend_if_elsewhere()
        ):
            return 404, "Not found"
        if not webhook.is_signed(body, headers, connection._signing_tokens()):
            return 403, "Forbidden"
        try:
            event = webhook.parse(body)
        except Unreadable:
            return 400, "Bad request"
        if event.name == webhook.PROBE_EVENT:
            nonce = webhook.probe_nonce(body)
            return 200, webhook.probe_answer(webhook.key_digest(key), nonce)
        # an event that we do not know is none of our business, and no error either:
        # Silverfin may add some, and would repeat or give up what is refused
        if event.name in WEBHOOK_EVENTS and self._is_first(connection, body):
            self._act(connection, event)
        return 200, "OK"

    def _connection_of(self, key):
        connections = self.env["silverfin.connection"]
        if not KEY.fullmatch(key or ""):
            return connections
        self._execute(
            SQL(
                "SELECT connection_id FROM silverfin_webhook WHERE key_digest = %s",
                webhook.key_digest(key),
            )
        )
        row = self.env.cr.fetchone()
        return connections.browse(row and row[0])

    def _is_first(self, connection, body):
        """Whether this body was not seen lately.

        Two presses of Silverfin's arrows give the same body. So a repeat is told from
        a second press by time only, and a replay later on starts one synchronisation
        more, which finds nothing to send.
        """
        now = fields.Datetime.now()
        self._execute(
            SQL(
                """INSERT INTO silverfin_delivery AS old (connection_id, digest,
                    received_at)
                VALUES (%(connection)s, %(digest)s, %(now)s)
                ON CONFLICT (connection_id, digest) DO UPDATE
                    SET received_at = EXCLUDED.received_at
                    WHERE old.received_at < %(before)s
                RETURNING id""",
                connection=connection.id,
                digest=hashlib.sha256(body).hexdigest(),
                now=now,
                before=now - REPEAT,
            )
        )
        return bool(self.env.cr.fetchone())

    def _act(self, connection, event):
        runs = self.env["silverfin.run"]
        if event.name != "sync.requested":
            # the body has no reference: Silverfin's list says whether it is ours
            runs._ask("companies", connection=connection, trigger="webhook")
            return
        links = self.env["silverfin.link"].search(
            [
                ("connection_id", "=", connection.id),
                ("position_id.client_file_number", "=", event.company_id),
                ("position_id.state", "not in", ("pending", "removed")),
            ]
        )
        for link in links:
            runs._ask("sync", link=link, trigger="webhook")

    # === The row === #

    @api.model
    def _key_digest(self, connection):
        """The digest of the connection's key, or None before the first one."""
        self._execute(
            SQL(
                "SELECT key_digest FROM silverfin_webhook WHERE connection_id = %s",
                connection.id,
            )
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    @api.model
    def _new_key(self, connection):
        """Keep the digest of a new key; calls with the one before are unknown then."""
        key = secrets.token_urlsafe(32)
        self._set(connection, key_digest=webhook.key_digest(key))
        return key

    @api.model
    def _set(self, connection, **values):
        """Write columns of the connection's row, which is made where there is none."""
        names = [SQL.identifier(name) for name in values]
        self._execute(
            SQL(
                """INSERT INTO silverfin_webhook (connection_id, %s) VALUES (%s, %s)
                ON CONFLICT (connection_id) DO UPDATE SET %s""",
                SQL(", ").join(names),
                connection.id,
                SQL(", ").join(SQL("%s", value) for value in values.values()),
                SQL(", ").join(SQL("%s = EXCLUDED.%s", name, name) for name in names),
            )
        )
        self.invalidate_model()

    def _execute(self, query):
        self.env.cr.execute(query, log_exceptions=False)

    # === After "Disconnect" === #

    @api.model
    def _leave(self, connection):
        """Forget the key at once, and queue the removal of the webhook at Silverfin.

        The removal needs a token, and no request to Silverfin is made inside a user's.
        So the access token alone is handed to the next worker: it lives for two hours
        at most, and renews nothing. Where it has ended before a worker came, the
        webhook stays there, finds nobody here, and the next connection has a new one.
        """
        digest = self._key_digest(connection)
        grant = self.env["silverfin.token"]._grant(connection)
        leaving = None
        if digest and grant and grant.access_token:
            leaving = {
                "base_url": connection.base_url,
                "firm_number": grant.firm_number,
                "access_token": grant.access_token,
                "ends_at": fields.Datetime.to_string(grant.expires_at),
                "key_digest": digest,
                "place": current_place(self.env),
            }
        if digest:
            self._set(
                connection,
                key_digest=None,
                obstacle=None,
                detail=None,
                checked_at=None,
                leaving=leaving and Json(leaving),
            )
            self.env["silverfin.run"]._wake()

    @api.model
    def _leaving(self):
        """What this place has to remove at Silverfin: ``[(connection id, record)]``.

        What has ended, or is for the database that this is a copy of, is forgotten.
        """
        self._execute(
            SQL(
                """SELECT connection_id, leaving FROM silverfin_webhook
                WHERE leaving IS NOT NULL"""
            )
        )
        rows = self.env.cr.fetchall()
        place = rows and current_place(self.env)
        now = fields.Datetime.to_string(fields.Datetime.now())
        todo = [
            (connection_id, record)
            for connection_id, record in rows
            if record["ends_at"] > now and is_same_place(record["place"], place)
        ]
        for connection_id, record in rows:
            if (connection_id, record) not in todo:
                self._left(connection_id)
        return todo

    @api.model
    def _left(self, connection_id):
        """Nothing more is to be done at Silverfin: forget the token."""
        connection = self.env["silverfin.connection"].browse(connection_id)
        self._set(connection, leaving=None)


class SilverfinDelivery(models.Model):
    """A call of Silverfin's that was answered, to know it when it comes again."""

    _name = "silverfin.delivery"
    _description = "Silverfin Webhook Received"
    _log_access = False

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, ondelete="cascade"
    )
    digest = fields.Char("Fingerprint", required=True)
    received_at = fields.Datetime(required=True)

    _digest_uniq = models.UniqueIndex("(connection_id, digest)")

    @api.autovacuum
    def _gc_old(self):
        before = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("received_at", "<", before)]).unlink()
