"""A connection works in one place: a copy of the database must not use its grant."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .own_transaction import in_own_transaction
from .place import current_place, is_same_place


class SilverfinConnection(models.Model):
    """What is done when the database is a copy, was restored or has moved.

    The grant keeps the place where it was given (``silverfin.token.place``). Elsewhere
    the connection becomes ``suspended`` before anything is asked of Silverfin, a
    renewal of the token included: of two databases with one grant, the first to renew
    would take it away from the other.
    """

    _inherit = "silverfin.connection"

    has_grant = fields.Boolean(compute="_compute_has_grant")

    @api.depends("state")
    def _compute_has_grant(self):
        tokens = self.env["silverfin.token"].sudo()
        for connection in self:
            grant = connection._origin and tokens._grant(connection._origin)
            connection.has_grant = bool(grant and grant.access_token)

    def action_confirm_place(self):
        """This is the production database, moved or restored: go on from here.

        Numbers of journal items may have been given out again since the backup, so
        what Silverfin holds is removed there first and sent anew.
        """
        self._check_manager()
        for connection in self:
            if connection.state != "suspended":
                raise UserError(
                    self.env._("%s is not suspended.", connection.display_name)
                )
            if not connection.has_grant:
                raise UserError(
                    self.env._(
                        "This copy of a database was made without its access to "
                        "Silverfin. Press Disconnect, fill in the client secret and "
                        "press Connect."
                    )
                )
            self.env["silverfin.token"].sudo()._move_here(connection)
            connection.sudo().write({"state": "connected", "state_reason": False})
            connection._solve_trouble("connection")
            connection.sudo()._message_log(
                body=self.env._(
                    "%s confirmed that this is the production database.",
                    self.env.user.name,
                )
            )
            connection._start_links_again()
        return True

    def _start_links_again(self):
        """Queue what brings the client files in line with the books of this place."""
        self.env["silverfin.run"].sudo().search(
            [
                ("connection_id", "in", self.ids),
                ("link_id", "!=", False),
                ("state", "in", ("queued", "running")),
            ]
        ).write(
            {
                "state": "cancelled",
                "ended_at": fields.Datetime.now(),
                "message": self.env._(
                    "The database was moved: everything is sent again."
                ),
            }
        )
        for connection in self.sudo():
            for kind in ("companies", "references"):
                self.env["silverfin.run"]._ask(kind, connection=connection)
            for link in connection.link_ids:
                if link.state not in ("pending", "removed"):
                    self.env["silverfin.run"]._ask("reset", link=link)

    def _forget_client_files(self):
        """Nothing is pushed until Silverfin lists each client file as ours again.

        What was synchronised before is then removed there first: see sync/companies.py.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE silverfin_position SET state = 'pending', message = NULL,
                    client_file_number = NULL, client_file_name = NULL,
                    sync_point = NULL, in_flight = NULL, settings_sent = NULL,
                    next_sync_at = NULL
                WHERE id IN (SELECT position_id FROM silverfin_link
                    WHERE connection_id = ANY(%s))""",
                self.ids,
            )
        )
        self.env.invalidate_all(flush=False)

    # === The check === #

    def _was_elsewhere(self):
        """Whether the last grant was given in another place; also a forgotten one."""
        self.env.cr.execute(
            SQL("SELECT place FROM silverfin_token WHERE connection_id = %s", self.id)
        )
        row = self.env.cr.fetchone()
        return bool(row) and not is_same_place(row[0], current_place(self.env))

    @api.model
    def _suspend_copies(self):
        """What a worker asks before each turn: one look for all connections.

        :return: those that are suspended from now on. The transaction at hand may
            still read them as they were.
        """
        return self.search([("state", "=", "connected")])._suspend_elsewhere()

    def _suspend_elsewhere(self):
        """Suspend those whose grant was given in another place; committed at once.

        :return: those that are suspended now
        """

        def look(env):
            return [
                connection.id
                for connection in self.with_env(env)
                if connection._suspend_if_elsewhere()
            ]

        suspended = self.browse(in_own_transaction(self.env, look))
        if suspended:
            self.invalidate_recordset(["state", "state_reason"])
        return suspended

    def _suspend_if_elsewhere(self):
        """The same for one, in the transaction at hand.

        :return: whether it is suspended
        """
        self.ensure_one()
        # in SQL: the worker's environment may have read the state long ago
        self.flush_recordset(["state"])
        self.env.cr.execute(
            SQL(
                """SELECT connection.state, token.place
                FROM silverfin_connection connection
                LEFT JOIN silverfin_token token ON token.connection_id = connection.id
                    AND token.access_token IS NOT NULL
                WHERE connection.id = %s AND (token.id IS NOT NULL
                    OR connection.state = 'suspended')""",
                self.id,
            )
        )
        state, kept = self.env.cr.fetchone() or (None, None)
        if state in (None, "suspended"):
            return state == "suspended"
        now = current_place(self.env)
        if is_same_place(kept, now):
            return False
        self.sudo()._suspend(kept or {}, now)
        return True

    def _suspend(self, kept, now):
        administrators = self._silverfin_administrators()
        user = self._trouble_user() or administrators[:1]
        connection = self.with_context(lang=user.lang or self.env.lang)
        reason = connection._elsewhere_reason(kept, now)
        self.write({"state": "suspended", "state_reason": reason})
        self._notify_trouble("connection", reason)
        self.message_post(
            body=reason,
            subject=connection.env._("Silverfin is suspended in this database"),
            partner_ids=administrators.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )

    def _elsewhere_reason(self, kept, now):
        if kept.get("database") == now["database"]:
            where = self.env._("another database of the name “%s”", now["database"])
        else:
            where = self.env._(
                "the database “%(before)s”, and this one is “%(now)s”",
                before=kept.get("database") or "?",
                now=now["database"],
            )
        return self.env._(
            "Silverfin was connected in %s. So this is a copy, a restored backup or a "
            "moved server, and nothing is sent to Silverfin. If this is the production "
            "database from now on, press “This Is Production”: what Silverfin holds "
            "from it is then removed there and sent again. In a copy, press Disconnect "
            "or leave it as it is.",
            where,
        )

    def _refuse_elsewhere(self):
        """:raise UserError: this is a copy; it is suspended from now on"""
        if self._suspend_elsewhere():
            raise UserError(
                self.env._(
                    "This database is not where Silverfin was connected, so the "
                    "connection is suspended. Open it to see what to do."
                )
            )
