from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..sync import live, worker

OPEN_STATES = ("queued", "running")
WORKERS = ("ir_cron_worker_1", "ir_cron_worker_2", "ir_cron_worker_3")
# the workers are called every 15 minutes: after three missed calls something is wrong
SILENCE = timedelta(minutes=50)


class SilverfinRun(models.Model):
    """One job for Silverfin: asked by a person, a schedule, a webhook or a command.

    Asking makes the record and wakes the cron; only the cron's workers speak to
    Silverfin and write the record.
    """

    _name = "silverfin.run"
    _description = "Silverfin Run"
    _order = "id desc"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", ondelete="cascade", index=True
    )
    connection_id = fields.Many2one(
        "silverfin.connection", ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Asked By", ondelete="set null")
    kind = fields.Selection(
        [
            ("sync", "Synchronise"),
            ("full", "Send everything"),
            ("verify", "Verify"),
            ("reset", "Start again"),
            ("references", "Send references"),
            ("companies", "Look for client files"),
            ("test", "Test"),
        ],
        required=True,
    )
    trigger = fields.Selection(
        [
            ("manual", "By hand"),
            ("schedule", "By schedule"),
            ("webhook", "By Silverfin"),
            ("cli", "By command"),
        ],
        required=True,
        default="manual",
    )
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("partial", "Done, with entries set aside"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        index=True,
    )
    total = fields.Integer("Entries", help="Journal entries to look at")
    processed = fields.Integer("Looked At")
    upserted = fields.Integer("Sent", help="Items sent, new and changed")
    changed = fields.Integer(help="Of the items sent: those that Silverfin had")
    deleted = fields.Integer("Removed")
    rejected = fields.Integer("Set Aside", help="Entries set aside")
    held = fields.Integer(
        help="Entries changed in closed years that wait for a release"
    )
    batches = fields.Integer("Requests")
    started_at = fields.Datetime()
    ended_at = fields.Datetime()
    message = fields.Text()

    reset_from = fields.Date(
        "From", help="What is dated from this day on is removed and sent again."
    )

    # where the next turn goes on
    phase = fields.Char(default="start")
    last_id = fields.Integer()
    due_at = fields.Datetime(index=True)
    turn_at = fields.Datetime(index=True)
    attempts = fields.Integer(help="Failed tries in a row")
    # what a comparison over several turns found so far
    partial_result = fields.Json(groups=fields.NO_ACCESS)

    # "a second click returns the first"
    _open_link_kind_uniq = models.UniqueIndex(
        "(link_id, kind) WHERE state IN ('queued', 'running') AND link_id IS NOT NULL"
    )
    _open_connection_kind_uniq = models.UniqueIndex(
        "(connection_id, kind) WHERE state IN ('queued', 'running') AND link_id IS NULL"
    )

    # a test of what Silverfin reads by itself needs no connection, but a user
    _open_test_uniq = models.UniqueIndex(
        "(user_id, kind) WHERE state IN ('queued', 'running') "
        "AND link_id IS NULL AND connection_id IS NULL"
    )
    _connection_or_test = models.Constraint(
        "CHECK (kind = 'test' OR connection_id IS NOT NULL)",
        "Only a test has no connection.",
    )

    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            kind = kinds[run.kind]
            if run.reset_from:
                kind = self.env._(
                    "%(kind)s from %(date)s",
                    kind=kind,
                    date=format_date(self.env, run.reset_from),
                )
            run.display_name = " – ".join(
                filter(None, (kind, run.link_id.company_id.name))
            )

    @api.model
    def _ask(
        self, kind, *, link=None, connection=None, trigger="manual", reset_from=None
    ):
        """The open run of that kind, made where there is none; wakes the workers.

        No request is made here: Odoo repeats a user's transaction up to five times.
        Checking who may ask is the caller's part.

        :param reset_from: of a reset, the first day that goes again; None: everything
        :return: the run, in sudo
        """
        if link and not connection:
            connection = link.sudo().connection_id
        self.env.flush_all()
        if kind == "reset":
            self._cancel_narrower_reset(link, reset_from)
        # ON CONFLICT instead of create(): of two clicks at once one must not fail
        self.env.cr.execute(
            SQL(
                """INSERT INTO silverfin_run (link_id, connection_id, company_id, kind,
                    trigger, state, phase, user_id, create_uid, create_date, due_at,
                    reset_from)
                VALUES (%(link)s, %(connection)s, %(company)s, %(kind)s, %(trigger)s,
                    'queued', 'start', %(user)s, %(user)s, %(now)s, %(now)s,
                    %(reset_from)s)
                ON CONFLICT DO NOTHING RETURNING id""",
                link=link and link.id or None,
                connection=connection and connection.id or None,
                company=link and link.sudo().company_id.id or None,
                kind=kind,
                trigger=trigger,
                user=self.env.uid,
                now=fields.Datetime.now(),
                reset_from=reset_from,
            )
        )
        row = self.env.cr.fetchone()
        self.env.invalidate_all(flush=False)
        self._wake()
        if row:
            return self.sudo().browse(row[0])
        return self.sudo().search(
            [
                ("kind", "=", kind),
                ("state", "in", OPEN_STATES),
                ("link_id", "=", link.id if link else False),
                ("connection_id", "=", connection.id if connection else False),
                *([] if connection else [("user_id", "=", self.env.uid)]),
            ],
            limit=1,
        )

    def _cancel_narrower_reset(self, link, reset_from):
        """Who asks to go further back is not answered by a run from a later day."""
        self.env.cr.execute(
            SQL(
                """UPDATE silverfin_run
                SET state = 'cancelled', ended_at = %s, message = %s
                WHERE link_id = %s AND kind = 'reset'
                    AND state IN ('queued', 'running') AND reset_from > %s""",
                fields.Datetime.now(),
                self.env._("Another one goes further back."),
                link.id,
                reset_from or date.min,
            )
        )

    @api.model
    def _wake(self, at=None):
        """Call every active worker, now or at a moment in UTC."""
        for cron in self._workers().filtered("active"):
            cron._trigger(at)

    @api.model
    def _workers(self):
        """The cron records that ship; a copy of one is not woken."""
        crons = self.env["ir.cron"].sudo()
        for name in WORKERS:
            cron = self.env.ref(f"account_silverfin.{name}", raise_if_not_found=False)
            crons += cron.sudo() if cron else crons
        return crons

    @api.model
    def _scheduler_silent_since(self):
        """When a worker was called last, if that is too long ago; else False.

        Asked when a page is read: a dead cron tells nobody.
        """
        workers = self._workers()
        installed = min(workers.mapped("create_date"), default=fields.Datetime.now())
        last = max(workers.filtered("lastcall").mapped("lastcall"), default=installed)
        return last < fields.Datetime.now() - SILENCE and last

    def action_cancel(self):
        """Stop after the current request.

        What was sent stays; the rest goes with the next synchronisation.
        """
        self.check_access("read")
        self.link_id._check_may_sync()
        if self.filtered(lambda run: not run.link_id):
            self.connection_id.check_access("write")
        # workers write these rows too: one short statement, and only what is open
        self.env.cr.execute(
            SQL(
                """UPDATE silverfin_run
                SET state = 'cancelled', ended_at = %s, message = %s
                WHERE id = ANY(%s) AND state IN ('queued', 'running')""",
                fields.Datetime.now(),
                self.env._("Cancelled by %s.", self.env.user.name),
                self.ids,
            )
        )
        self.invalidate_recordset()
        for link in self.link_id:
            live.send(link)
        self._wake()
        return True

    @api.autovacuum
    def _gc_polls(self):
        """Hourly looks at Silverfin's list say nothing after a week."""
        self.search(
            [
                ("kind", "=", "companies"),
                ("trigger", "=", "schedule"),
                ("ended_at", "<", fields.Datetime.now() - timedelta(days=7)),
            ]
        ).unlink()

    @api.model
    def _cron_run(self):
        """Work off what is queued and due, for one turn's time. Never raises."""
        worker.work(self.env)
