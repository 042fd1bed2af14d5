"""Which companies get a client file, and what is proposed for each."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

MOST_PROPOSALS = 20
"""Reading the years of a company's books takes a moment each."""
MOST_CHECKBOXES = 40


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinSetup(models.Model):
    _inherit = "silverfin.setup"

    company_ids = fields.Many2many("res.company", string="Companies", copy=False)
    proposable_company_ids = fields.Many2many(
        "res.company", compute="_compute_proposable_company_ids"
    )
    has_many_companies = fields.Boolean(compute="_compute_proposable_company_ids")
    has_other_companies = fields.Boolean(compute="_compute_proposable_company_ids")
    all_served = fields.Boolean(compute="_compute_proposable_company_ids")
    proposals = fields.Html(compute="_compute_proposals", sanitize=False)

    @api.depends("connection_id", "link_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_proposable_company_ids(self):
        for setup in self:
            served = (
                self.env["silverfin.link"]
                .sudo()
                .search(
                    [
                        ("connection_id", "=", setup.connection_id.id),
                        ("id", "not in", setup.link_ids.ids),
                        ("last_sync_at", "!=", False),
                    ]
                )
                .company_id
            )
            setup.proposable_company_ids = self.env.companies - served
            # a branch goes with its company
            setup.all_served = all(
                company.parent_ids & served for company in self.env.companies
            )
            setup.has_many_companies = (
                len(setup.proposable_company_ids) > MOST_CHECKBOXES
            )
            setup.has_other_companies = bool(
                self.env.user.company_ids - self.env.companies
            )

    @api.depends("company_ids", "connection_id")
    def _compute_proposals(self):
        may_read = self._may_read_books()
        for setup in self:
            setup.proposals = (
                may_read
                and bool(setup.company_ids)
                and self.env["ir.qweb"]._render(
                    "account_silverfin.setup_proposals", setup._proposals()
                )
            )

    @api.model
    def _may_read_books(self):
        return all(
            self.env[model].has_access("read")
            for model in ("account.move.line", "account.account")
        )

    def _proposals(self):
        """What a client file of each company would begin with."""
        # ticked on a page that is not saved yet, they have no ids of their own
        companies = self.company_ids._origin[:MOST_PROPOSALS]
        return {
            "companies": [
                self.env["silverfin.link"]
                .new({"connection_id": self.connection_id.id, "company_id": company.id})
                ._proposal()
                for company in companies
            ],
            "more": len(self.company_ids) - len(companies),
        }

    def _begin(self):
        result = super()._begin()
        if self.connection_id and not self.company_ids:
            self._propose_companies()
        return result

    def action_next(self):
        result = super().action_next()
        if self.step == "companies" and not self.company_ids:
            self._propose_companies()
        return result

    def _propose_companies(self):
        """Those that keep books; branches go with their company."""
        candidates = self.proposable_company_ids.filtered(
            lambda company: not company.parent_id
        )
        self.company_ids = candidates.filtered(
            lambda company: company.sudo()._existing_accounting()
        )

    def action_open_dashboard(self):
        """Where the client files stand that there are already."""
        self.ensure_one()
        self._check_manager()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_dashboard_action"
        ) | {"target": "main"}

    def _make_links(self):
        """A client file for each chosen company, offered to Silverfin; else removed.

        What was never synchronised goes with its company; anything else stays.
        """
        if not self._may_read_books():
            raise UserError(
                self.env._(
                    "You may not read journal items, so client files cannot be made by "
                    "you. Ask an administrator for accounting rights, or a colleague "
                    "who has them to go on here."
                )
            )
        Link = self.env["silverfin.link"]
        if self.all_served and not self.company_ids:
            # nothing to choose: on with the client files that there are
            self.company_ids = self.env.companies - self.proposable_company_ids
        dropped = self.link_ids.filtered(
            lambda link: (
                link.company_id not in self.company_ids
                and link.state == "pending"
                and not link.last_sync_at
            )
        )
        if dropped:
            self.link_ids -= dropped
            dropped.unlink()
            if self.connection_id.state == "connected":
                self.env["silverfin.run"]._ask(
                    "references", connection=self.connection_id
                )
        there = Link.search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("company_id", "in", self.company_ids.ids),
            ]
        )
        options = Link._options_of_last(self.connection_id)
        made = Link.create(
            [
                {
                    "connection_id": self.connection_id.id,
                    "company_id": company.id,
                    **options,
                }
                for company in self.company_ids - there.company_id
            ]
        )
        self.link_ids = [Command.set((there | made).ids)]
