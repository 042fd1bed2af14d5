"""Accounts of a client file that carry forward though Odoo starts them at zero."""

from dataclasses import replace
from functools import partial

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..ledger.carried import CODES, is_proposed, rests
from ..sync.phrases import period

NOMINAL = (
    "income",
    "income_other",
    "expense",
    "expense_other",
    "expense_depreciation",
    "expense_direct_cost",
    "equity_unaffected",
)


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    carried_account_ids = fields.Many2many(
        "account.account",
        "silverfin_link_carried_account_rel",
        string="Send as Equity",
        check_company=True,
        tracking=True,
        domain=[("account_type", "in", NOMINAL)],
        help="Accounts that Odoo starts at zero each year and that carry their balance "
        "forward all the same, such as the balances brought forward of German charts. "
        "What stands on them is no part of a year's result.",
    )
    carried_report = fields.Html(compute="_compute_carried_report", sanitize=False)
    has_carried_proposal = fields.Boolean(compute="_compute_carried_report")

    @api.depends("carried_account_ids", "company_id")
    def _compute_carried_report(self):
        may_read = self.env["account.move.line"].has_access("read")
        for link in self:
            link.carried_report = link.has_carried_proposal = False
            if not may_read or not link._origin:
                continue
            try:
                values = link._carried_values()
            except ValidationError as error:
                # the form must open all the same: there the years are put right
                values = {"problem": error.args[0]}
            if values:
                link.has_carried_proposal = values.get("kind") == "offer"
                link.carried_report = self.env["ir.qweb"]._render(
                    "account_silverfin.carried_report", values
                )

    def _carried_values(self):
        """What the report shows: the change at hand, else what is proposed."""
        self.ensure_one()
        before = self._origin.carried_account_ids
        after = self.carried_account_ids._origin
        if before == after:
            kind, accounts = "offer", self._carried_proposal()
        else:
            kind, accounts = "change", (before - after) | (after - before)
        found = self._rests_on(accounts)
        if not found and kind == "offer":
            return {}
        return {
            "kind": kind,
            "rows": found,
            "names": {account.id: account.name for account in accounts.sudo()},
            "added": set((after - before).ids),
            "currency": self.company_id.currency_id,
            "period": partial(period, self.env),
            "note": self._carried_note(),
        }

    def _carried_note(self):
        retained = self._retained_earnings_text()
        if not retained:
            return self.env._(
                "Debit balances are positive. As equity, the account opens the next "
                "year with what it carries."
            )
        return self.env._(
            "Debit balances are positive. As equity, the account opens the next year "
            "with what it carries, and %(account)s with as much less.",
            account=retained,
        )

    def _retained_earnings_text(self):
        account = self.retained_earnings_account_id.with_company(self.company_id)
        return account and f"{account.code or ''} {account.name}"

    def _carried_proposal(self):
        """Accounts that the country's charts carry forward, and nobody chose yet."""
        self.ensure_one()
        country = self.company_id.account_fiscal_country_id.code
        if country not in CODES:
            return self.env["account.account"]
        Account = self.env["account.account"].with_company(self.company_id)
        nominal = Account.search(
            [
                *Account._check_company_domain(self.company_id),
                ("account_type", "in", NOMINAL),
            ]
        )
        chosen = self.carried_account_ids._origin | self.retained_earnings_account_id
        return (nominal - chosen).filtered(
            lambda account: is_proposed(country, account.code)
        )

    def _rests_on(self, accounts):
        """:rtype: list[~..ledger.carried.Rest]"""
        if not accounts:
            return []
        link = self._origin
        scope = link._without_closing_entries(link._silverfin_books())
        years = link._silverfin_years()
        return rests(self.env.cr, scope, years, sorted(accounts.ids))

    def action_carry_proposed(self):
        """Send the accounts that are proposed as equity from now on."""
        self._check_administrator()
        for link in self:
            link.carried_account_ids = [
                Command.link(account.id) for account in link._carried_proposal()
            ]
        return True

    def _silverfin_books(self):
        scope = replace(
            super()._silverfin_books(),
            # whoever looks: accounts that a person may not see carry all the same
            carried_ids=tuple(sorted(self.sudo().carried_account_ids._origin.ids)),
        )
        nominal = set(scope.opening_nominal_ids) - set(scope.carried_ids)
        return replace(scope, opening_nominal_ids=tuple(sorted(nominal)))
