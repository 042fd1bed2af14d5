"""Odoo's API keys: notes when a key made for Silverfin is used, and when it goes."""

import logging
import re

from odoo import models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

INDEX_SIZE = 8
"""Characters of a key that Odoo keeps in clear, to find its row."""
KEY = re.compile(r"[0-9a-f]{40}")
"""What an API key looks like: a text that does not is a password."""


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _check_credentials(self, *, scope, key):
        user_id = super()._check_credentials(scope=scope, key=key)
        # models of other modules inherit from this one: trusted devices, for one
        if user_id and self._name == "res.users.apikeys":
            self._note_silverfin_use(user_id, key)
        return user_id

    def _note_silverfin_use(self, user_id, key):
        """Keep the day of the last good call of a key made for Silverfin.

        Cost: one indexed SELECT per checked key (0.1 ms), and once per key and day a
        small transaction of its own, as the caller's may be read-only or rolled back.
        It never waits for a row and never fails the login.

        :return: whether a key that begins so is there and not expired
        """
        if not KEY.fullmatch(key):
            return False
        self.env.cr.execute(
            SQL(
                """SELECT CASE WHEN note.last_used_on IS NULL
                    OR note.last_used_on < (now() AT TIME ZONE 'utc')::date
                    THEN note.id END
                FROM res_users_apikeys key
                LEFT JOIN silverfin_api_key_note note ON note.key_id = key.id
                WHERE key.user_id = %s AND key.index = %s
                    AND COALESCE(key.expiration_date, 'infinity')
                        >= now() AT TIME ZONE 'utc'""",
                user_id,
                key[:INDEX_SIZE],
            )
        )
        row = self.env.cr.fetchone()
        if row and row[0]:
            self._write_silverfin_use(row[0])
        return bool(row)

    def _write_silverfin_use(self, note_id):
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '200ms'")
                cr.execute(
                    """UPDATE silverfin_api_key_note
                    SET last_used_on = (now() AT TIME ZONE 'utc')::date
                    WHERE id = (SELECT id FROM silverfin_api_key_note
                        WHERE id = %s FOR UPDATE SKIP LOCKED)""",
                    [note_id],
                    log_exceptions=False,
                )
        except Exception as error:
            # the next call notes it
            _logger.info(
                "The use of an API key was not noted: %s", type(error).__name__
            )

    def unlink(self):
        if self._name == "res.users.apikeys":
            notes = self.env["silverfin.api.key.note"].sudo()
            notes.search([("key_id", "in", self.ids)]).unlink()
        return super().unlink()
