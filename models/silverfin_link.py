from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..ledger.open_items import is_open_item
from ..ledger.relations import namesakes, relation
from ..ledger.scope import Scope
from ..sync.acknowledged import forget_all
from ..sync.schedule import PUSHES
from .parameters import database_uuid

# an entry outside these bounds is a typing error (Odoo posts 0217-02-28)
YEARS_BACK, YEARS_AHEAD = 20, 2
# what Silverfin shows of a label; a longer text is cut
DESCRIPTION_LENGTH = 250


class SilverfinLink(models.Model):
    """A client file in Silverfin, kept equal to the books of one company."""

    _name = "silverfin.link"
    _description = "Silverfin Client File"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, id"
    _rec_name = "company_id"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "silverfin.connection", "Connection", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        tracking=True,
        default=lambda self: self.env.user,
        help="Is told when something needs attention.",
    )
    sync_reference = fields.Char(
        readonly=True,
        copy=False,
        help="Choose this reference in Silverfin: Edit client > Sync > Set up sync.",
    )
    retained_earnings_account_id = fields.Many2one(
        "account.account",
        "Retained Earnings Account",
        check_company=True,
        tracking=True,
        domain="[('account_type', 'in', ('equity', 'equity_unaffected'))]",
        help="Silverfin adds the result of the years before to this account, in the "
        "opening of each year. Proposed once, never changed by itself.",
    )
    run_ids = fields.One2many("silverfin.run", "link_id", "Runs")
    rejection_ids = fields.One2many("silverfin.rejection", "link_id", "Set Aside")
    rejection_count = fields.Integer(compute="_compute_rejection_count")
    open_run_id = fields.Many2one("silverfin.run", compute="_compute_open_run_id")
    open_run_progress = fields.Float(
        "Progress of the Run", compute="_compute_open_run_id"
    )
    scheduler_silent_since = fields.Datetime(compute="_compute_scheduler_silent_since")
    transaction_count = fields.Integer(
        "Items in Silverfin", compute="_compute_transaction_count"
    )

    # what the workers write: see silverfin.position
    position_id = fields.Many2one(
        "silverfin.position",
        ondelete="restrict",
        copy=False,
        groups=fields.NO_ACCESS,
    )
    state = fields.Selection(related="position_id.state")
    message = fields.Text(related="position_id.message")
    client_file_number = fields.Char(related="position_id.client_file_number")
    client_file_name = fields.Char(related="position_id.client_file_name")
    sync_start_at = fields.Date(
        "Do Not Sync Until", related="position_id.sync_start_at"
    )
    sync_point = fields.Char(related="position_id.sync_point")
    last_sync_at = fields.Datetime(
        "Last Synchronisation", related="position_id.last_sync_at"
    )
    next_sync_at = fields.Datetime(
        "Next Synchronisation", related="position_id.next_sync_at"
    )
    verify_state = fields.Selection(string="Proof", related="position_id.verify_state")
    verified_at = fields.Datetime("Verified", related="position_id.verified_at")
    verify_report = fields.Html(compute="_compute_verify_report", sanitize=False)

    _connection_company_uniq = models.UniqueIndex(
        "(connection_id, company_id)",
        "This company already has a client file on this connection.",
    )
    _sync_reference_uniq = models.UniqueIndex("(sync_reference)")
    _position_uniq = models.UniqueIndex("(position_id)")

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        positions = self.env["silverfin.position"].sudo().create([{} for _ in links])
        for link, position in zip(links.sudo(), positions, strict=True):
            link.position_id = position
        uuid = database_uuid(self.env)
        for link in links:
            # unique in the world: nobody knows whose list Silverfin replaces
            link.sync_reference = f"{uuid}:{link.company_id.id}"
            if not link.retained_earnings_account_id:
                proposal = link._propose_retained_earnings_account()
                link.retained_earnings_account_id = proposal
        for connection in links.connection_id.filtered(
            lambda c: c.state == "connected"
        ):
            self.env["silverfin.run"]._ask("references", connection=connection)
        return links

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        """A worker is at it: what it sent last would be known to nobody."""
        running = self.run_ids.sudo().filtered(lambda run: run.state == "running")
        if running:
            raise UserError(
                self.env._(
                    "%s is being synchronised: press Cancel there first, then delete "
                    "the client file here. What is in Silverfin stays there.",
                    ", ".join(running.link_id.company_id.mapped("name")),
                )
            )

    def unlink(self):
        positions = self.sudo().position_id
        link_ids = self.ids
        result = super().unlink()
        positions.unlink()
        for link_id in link_ids:
            # these have no foreign key
            forget_all(self.env.cr, link_id)
        return result

    def _compute_display_name(self):
        for link in self:
            link.display_name = link.company_id.name

    def _compute_rejection_count(self):
        counts = dict(
            self.env["silverfin.rejection"]._read_group(
                [("link_id", "in", self.ids), ("kind", "!=", "held")],
                ["link_id"],
                ["__count"],
            )
        )
        for link in self:
            link.rejection_count = counts.get(link, 0)

    def _compute_open_run_id(self):
        runs = self.env["silverfin.run"].search(
            [("link_id", "in", self.ids), ("state", "in", ("queued", "running"))],
            order="state desc, id",
        )
        for link in self:
            run = runs.filtered(lambda run, link=link: run.link_id == link)[:1]
            link.open_run_id = run
            link.open_run_progress = run.progress

    def _compute_scheduler_silent_since(self):
        self.scheduler_silent_since = self.env[
            "silverfin.run"
        ]._scheduler_silent_since()

    def _compute_transaction_count(self):
        """As a worker last counted; counted here only where something went since."""
        kept = self._kept_counts()
        counts = dict(
            self.env["silverfin.transaction"]._read_group(
                [("link_id", "in", (self - self.browse(kept)).ids)],
                ["link_id"],
                ["__count"],
            )
        )
        for link in self:
            link.transaction_count = kept.get(link.id, counts.get(link, 0))

    def _kept_counts(self):
        """By id: how many items Silverfin has, where that cannot have changed since."""
        self.env["silverfin.position"].flush_model(["overview", "last_sync_at"])
        self.env["silverfin.run"].flush_model(["link_id", "kind", "state", "ended_at"])
        self.env.cr.execute(
            SQL(
                """SELECT link.id, (position.overview->>'items')::integer
                FROM silverfin_link link
                JOIN silverfin_position position ON position.id = link.position_id
                WHERE link.id = ANY(%s) AND position.last_sync_at IS NOT NULL
                    AND NOT EXISTS (
                        SELECT FROM silverfin_run run
                        WHERE run.link_id = link.id AND run.kind IN %s
                            AND (run.state IN ('queued', 'running') OR run.ended_at
                                >= (position.overview->>'at')::timestamp))
                    AND position.overview->>'at' IS NOT NULL""",
                self.ids,
                PUSHES,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.depends("position_id.verify_result")
    def _compute_verify_report(self):
        for link in self:
            result = link.sudo().position_id.verify_result
            link.verify_report = result and link._render_verify_report(result)

    # === Actions === #

    def action_sync(self):
        """Send what changed in the books, deletions too."""
        return self._ask_run("sync")

    def action_verify(self):
        """Compare Silverfin with the books, account by account."""
        return self._ask_run("verify")

    def action_send_all(self):
        """Send every item again, whatever Silverfin acknowledged."""
        self._check_administrator()
        return self._ask_run("full")

    def action_cancel(self):
        """Cancel what waits or runs for these client files."""
        self.check_access("read")
        runs = self.env["silverfin.run"].search(
            [("link_id", "in", self.ids), ("state", "in", ("queued", "running"))]
        )
        return runs.action_cancel()

    def action_open_rejections(self):
        """The entries that are set aside."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_rejection_action"
        )
        return action | {"domain": [("link_id", "in", self.ids)]}

    def action_open_transactions(self):
        """The items that Silverfin acknowledged."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_transaction_action"
        )
        return action | {"domain": [("link_id", "in", self.ids)]}

    def _ask_run(self, kind, **options):
        ready = self._checked_ready()
        for link in ready:
            self.env["silverfin.run"]._ask(kind, link=link, **options)
        return ready._started(kind)

    def _started(self, what):
        """Tell the person what was asked, and where its result will be; show the page
        anew.

        :param what: the kind of the run, or ``statement``
        """
        names = ", ".join(self.mapped("company_id.name"))
        match what:
            case "verify":
                message = self.env._(
                    "Started for %s: balances are compared. The result will be on the "
                    "page Proof of the client file.",
                    names,
                )
            case "statement":
                message = self.env._(
                    "Started for %s: a statement of agreement. It will be under "
                    "Silverfin > Reporting > Statements and on the client file.",
                    names,
                )
            case _:
                message = self.env._(
                    "Started for %s: the books are sent. The client file shows how "
                    "far it is.",
                    names,
                )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _checked_ready(self):
        """Those of these that can be synchronised now.

        :raise UserError: where none can: what is missing, and what to do
        """
        self._check_may_sync()
        ready = self.filtered(lambda link: link.state not in ("pending", "removed"))
        if self and not ready:
            link = self[0]
            raise UserError(
                self.env._(
                    "%(company)s has no client file in Silverfin yet. In Silverfin, "
                    "open the client file, choose Edit client > Sync > Set up sync, "
                    "and choose the reference of %(company)s. Then press “Look for "
                    "client files” on the connection.",
                    company=link.company_id.name,
                )
                if link.state == "pending"
                else self.env._(
                    "The synchronisation of %s was removed in Silverfin. Set it up "
                    "there again: Edit client > Sync > Set up sync.",
                    link.company_id.name,
                )
            )
        disconnected = ready.connection_id.sudo().filtered(
            lambda connection: connection.state != "connected"
        )
        if disconnected:
            raise UserError(
                self.env._(
                    "%s is not connected to Silverfin. Ask a Silverfin administrator "
                    "of this database to open the connection and press Connect.",
                    ", ".join(disconnected.mapped("name")),
                )
            )
        return ready

    def _check_may_sync(self):
        """:raise AccessError: for who may not see the client file or the books"""
        self.check_access("read")
        self.env["account.move.line"].check_access("read")

    def _check_administrator(self):
        """:raise AccessError: for who may not change the client file's set-up"""
        self.check_access("write")

    @api.model
    def _of_companies(self, companies):
        """The client files of these companies.

        :raise UserError: where none of the companies has one
        """
        links = self.search([("company_id", "in", companies.root_id.ids)])
        if not links:
            raise UserError(
                self.env._(
                    "None of these companies has a Silverfin client file: open "
                    "Silverfin > Client Files and add them."
                )
            )
        return links

    # === What belongs in the client file: extend these === #

    def _silverfin_companies(self):
        """The company and those of its branches without a client file of their own.

        Archived branches too: what they booked stays in the books.
        """
        self.ensure_one()
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        family = Company.search([("id", "child_of", self.company_id.id)])
        others = self.sudo().search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("company_id", "in", (family - self.company_id).ids),
            ]
        )
        return family - Company.search([("id", "child_of", others.company_id.ids)])

    def _silverfin_line_expressions(self):
        """SQL of what is sent of a journal item, by column; see ledger/lines.py.

        An expression may use ``line``, ``move``, ``journal``, ``account``,
        ``currency``, ``partner`` and ``relation`` (the commercial partner), and must
        not depend on the session's language, time zone or user.

        :return: list of ``(column, SQL)``
        """
        self.ensure_one()
        companies = self._silverfin_companies()
        decimals = self.company_id.currency_id.decimal_places
        open_value = SQL(
            "CASE WHEN %s THEN NULLIF(round(line.amount_residual, %s), 0) END",
            is_open_item(non_trade=self.non_trade_open_items),
            decimals,
        )
        # one line; the regular expression alone would cost more than all other fields
        description = SQL(
            """translate(COALESCE(
                NULLIF(btrim(line.name, %(blank)s), ''),
                NULLIF(btrim(move.ref, %(blank)s), ''),
                btrim(move.payment_reference, %(blank)s), ''),
                E'\\n\\r\\t', '   ')""",
            blank=" \t\r\n",
        )
        return [
            ("date", SQL("line.date")),
            (
                "account_number",
                SQL("NULLIF(account.code_store->>%s, '')", str(self._root_id())),
            ),
            ("value", SQL("round(line.balance, %s)", decimals)),
            (
                "description",
                # cut to DESCRIPTION_LENGTH once nothing private is left in it
                SQL(
                    """CASE WHEN strpos(%(line)s, '  ') = 0 THEN %(line)s
                        ELSE regexp_replace(%(line)s, ' +', ' ', 'g') END""",
                    line=description,
                ),
            ),
            ("relation", relation(namesakes(self.env.cr, tuple(companies.ids)))),
            ("open_value", open_value),
            (
                "open_category",
                SQL(
                    """CASE WHEN %s IS NULL THEN NULL
                        WHEN account.account_type = 'asset_receivable'
                        THEN 'receivable' ELSE 'payable' END""",
                    open_value,
                ),
            ),
        ]

    def _silverfin_extra_fields(self):
        """Up to ten texts that go along with an item, in order.

        :return: list of ``(label, SQL)``; imports in Silverfin map by these labels
        """
        self.ensure_one()
        chosen = self.sudo().connection_id.extra_field_ids
        return chosen._texts(self.company_id.currency_id)

    def _silverfin_languages(self, accepted):
        """(Silverfin's language, Odoo's code), one each, the company's own first.

        :param accepted: languages that Silverfin takes; empty: every one
        """
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        own = self.company_id.partner_id.lang
        installed.sort(key=lambda code: (code != own, code))
        languages = {}
        for code in installed:
            language = code.split("_")[0]
            if not accepted or language in accepted:
                languages.setdefault(language, code)
        # a firm whose languages none of ours matches still needs a name
        return tuple(sorted(languages.items())) or ((accepted[0], "en_US"),)

    def _silverfin_books(self):
        """The part of the books that this client file holds, without its texts.

        Closing entries too: what the years are found from, and they from the years.

        :rtype: Scope
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        return Scope(
            company_ids=tuple(sorted(self._silverfin_companies().ids)),
            root_id=self._root_id(),
            decimals=self.company_id.currency_id.decimal_places,
            retained_earnings_id=self.retained_earnings_account_id.id or 0,
            earliest=today - timedelta(days=YEARS_BACK * 366),
            latest=today + timedelta(days=YEARS_AHEAD * 366),
        )

    def _silverfin_scope(self, accepted_languages):
        """The part of the books that this client file holds, and what is sent of it.

        :rtype: Scope
        """
        scope = self._silverfin_books()
        return replace(
            scope,
            languages=self._silverfin_languages(accepted_languages),
            **self._as_sent(scope, self._privacy()),
        )

    def _root_id(self):
        return self.company_id.root_id.id
