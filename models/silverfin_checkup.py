"""A check-up of a company's books, in an accountant's words, with its findings."""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..ledger.carried import CODES
from ..ledger.checkup.account_sums import account_sums
from ..ledger.checkup.classes import is_known
from ..ledger.checkup.look import Look
from ..ledger.checkup.results import BY_ENTRY
from .silverfin_checkup_words import titles

CHECKUP_STATES = [
    ("green", "Nothing found"),
    ("orange", "To look at"),
    ("red", "To put right first"),
]


class SilverfinCheckup(models.Model):
    """Works without a client file too: a firm without access uses it meanwhile.

    What is looked at is in ``silverfin_checkup_*.py``; a method of ``_checks`` answers
    a list of values of findings. Nothing is asked of Silverfin.
    """

    _name = "silverfin.checkup"
    _description = "Check-up of the Books"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    link_id = fields.Many2one(
        "silverfin.link", "Client File", readonly=True, index=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        "Checked By",
        readonly=True,
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    create_date = fields.Datetime("Checked On", readonly=True)
    state = fields.Selection(
        CHECKUP_STATES, "Result", required=True, readonly=True, default="green"
    )
    # red, and an administrator has it sent all the same
    accepted_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    accepted_at = fields.Datetime("Accepted On", readonly=True)
    finding_ids = fields.One2many("silverfin.checkup.finding", "checkup_id", "Findings")
    # codes; some checks are not for every country, or need what nobody knows yet
    looked_at = fields.Json(readonly=True)
    passed = fields.Char("Nothing Found On", compute="_compute_passed")
    red_count = fields.Integer(
        "To Put Right",
        compute="_compute_counts",
        help="Stops the first synchronisation.",
    )
    orange_count = fields.Integer("Worth a Look", compute="_compute_counts")

    @api.depends("company_id", "create_date")
    def _compute_display_name(self):
        for checkup in self:
            checkup.display_name = self.env._(
                "Check-up of %(company)s", company=checkup.company_id.name or ""
            )

    @api.depends("finding_ids.severity")
    def _compute_counts(self):
        for checkup in self:
            severities = checkup.finding_ids.mapped("severity")
            checkup.red_count = severities.count("red")
            checkup.orange_count = severities.count("orange")

    @api.depends("looked_at", "finding_ids.code")
    @api.depends_context("lang")
    def _compute_passed(self):
        named = titles(self.env)
        for checkup in self:
            found = {named.get(f.code) for f in checkup.finding_ids}
            looked = [named[code] for code in checkup.looked_at or [] if code in named]
            # several codes of one subject have one title
            passed = [title for title in dict.fromkeys(looked) if title not in found]
            checkup.passed = ", ".join(passed)

    # === Checking === #

    @api.model
    def action_check_now(self):
        """Check the books of the company at hand, and open what was found."""
        return self._check(self.env.company)._open()

    def action_check_again(self):
        """The same books as they are now."""
        self.ensure_one()
        return self._check(self.company_id, self.link_id)._open()

    def action_accept(self):
        """Let the first push go though something is red, and start it where it can.

        For administrators of Silverfin; the client file's history tells who did.
        """
        self.ensure_one()
        link = self.link_id
        link._check_administrator()
        self.sudo().write(
            {"accepted_by_id": self.env.uid, "accepted_at": fields.Datetime.now()}
        )
        titles = self.finding_ids.filtered(lambda f: f.severity == "red")
        link._message_log(
            body=self.env._(
                "Accepted, to be sent nevertheless: %(findings)s.",
                findings=", ".join(titles.mapped("title")),
            )
        )
        if link.state in ("pending", "removed") or link.connection_state != "connected":
            return True
        return link.action_sync()

    @api.model
    def _check(self, company, link=None):
        """Look at the books of a company, and keep what was found.

        In sudo: like a synchronisation, it reads the books of every company of the
        client file, whoever asks.

        :param link: the client file; by default the company's own, where it has one
        :return: the new check-up
        :raise AccessError: for who may not see the company or read journal items
        """
        company.ensure_one()
        self.env["account.move.line"].check_access("read")
        company.check_access("read")
        link = link or self.env["silverfin.link"].search(
            [("company_id", "=", company.id)], limit=1
        )
        link.check_access("read")
        kept = self.sudo()
        books = kept._books(company, link)
        look = kept._look(books)
        found = kept._found_by(kept._checks(), books, look)
        severities = {finding["severity"] for finding in found}
        checkup = kept.create(
            {
                "company_id": company.id,
                "link_id": link.id,
                "user_id": self.env.uid,
                "looked_at": kept._looked_at(books, look),
                "state": next(
                    (s for s in ("red", "orange") if s in severities), "green"
                ),
                "finding_ids": [Command.create(finding) for finding in found],
            }
        )
        return checkup.with_env(self.env)

    def _found_by(self, checks, books, look):
        """Values of all findings of these checks."""
        return [finding for check in checks for finding in check(books, look)]

    def _looked_at(self, books, look):
        """Codes of what is looked at in these books."""
        left_out = {
            "nothing": True,
            "results": look.country not in BY_ENTRY or not look.last_closed(),
            "type_at_odds": not is_known(look.chart),
            "carried": look.country not in CODES,
            "deferral": look.place(look.today) < 2,
            "silverfin_holds": not books._origin.position_id.held_there,
            "opening_differs": not books._origin.position_id.held_there,
        }
        return [code for code in titles(self.env) if not left_out.get(code)]

    @api.model
    def _books(self, company, link):
        """The client file, or one that is not kept: it says what belongs to the books.

        :rtype: silverfin.link
        """
        links = self.env["silverfin.link"].sudo()
        return links.browse(link.id) if link else links._of_company(company)

    def _look(self, books, *, for_red=False):
        """What the checks look at.

        :param for_red: only what those need that may stop a first push: a worker asks,
            and goes on with the books' own reading
        """
        problem, years = "", []
        try:
            years = books._silverfin_years()
            books._check_start()
            scope = books._without_closing_entries(books._silverfin_books())
        except ValidationError as error:
            problem = str(error.args[0])
            # without an opening, nothing asks for the years
            apart = books.new({"opening_year_apart": True}, origin=books)
            scope = apart._silverfin_books()
        company = books.company_id
        closed = [books.closed_until, books.locked_until]
        return Look(
            scope=scope,
            years=[] if problem else years,
            problem=problem,
            rows=account_sums(
                self.env.cr, scope, [] if problem else years, numberless=for_red
            ),
            today=fields.Date.context_today(self),
            closed_until=max(filter(None, closed), default=None),
            country=company.account_fiscal_country_id.code,
            chart=company.root_id.chart_template,
        )

    def _checks(self):
        """The checks, in the order in which their findings are shown: extend this.

        :return: list of functions of ``(books, look)``
        """
        return self._red_checks()

    def _red_checks(self):
        """Those that may stop a first push: asked of in a worker too."""
        return []

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # === Findings === #

    def _finding(self, code, model, domain, amount=None, *, severity="orange", **facts):
        """Values of a finding; what it counts is what its list holds.

        :param facts: texts, and amounts as text, for the sentence
        """
        records = self.env[model].sudo().with_context(active_test=False)
        return {
            "code": code,
            "severity": severity,
            "res_model": model,
            "domain": domain,
            "item_count": records.search_count(domain),
            "amount": amount or 0,
            "facts": facts,
        }

    def _lines_domain(self, look, account_ids):
        """The items of accounts that belong in the client file."""
        scope = look.scope
        domain = [
            ("company_id", "in", list(scope.company_ids)),
            ("parent_state", "=", "posted"),
            (
                "display_type",
                "not in",
                ["line_section", "line_subsection", "line_note"],
            ),
            ("balance", "!=", 0),
            ("date", ">=", scope.earliest.isoformat()),
            ("date", "<=", scope.latest.isoformat()),
            ("account_id", "in", sorted(account_ids)),
        ]
        if scope.left_out_move_ids:
            domain.append(("move_id", "not in", list(scope.left_out_move_ids)))
        return domain

    def _named(self, amounts):
        """Facts of accounts, by number: ``[number, name, amount]``.

        :param amounts: pairs of a row of the look and an amount
        """
        ids = [row.account_id for row, _amount in amounts]
        names = {
            account.id: account.name
            for account in self.env["account.account"].sudo().browse(ids)
        }
        return sorted(
            [row.number or "", names[row.account_id], str(amount)]
            for row, amount in amounts
        )
