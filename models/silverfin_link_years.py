"""The financial years of a client file, and the account that takes their results."""

from dataclasses import replace
from functools import partial

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..ledger.closing import closing_entries, entries_of
from ..ledger.lines import date_bounds, has_others_upto
from ..ledger.retained import pick
from ..ledger.years import financial_years, year_results
from ..sync.phrases import period


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    year_ids = fields.One2many(
        "silverfin.year",
        "link_id",
        "Corrected Years",
        copy=False,
        help="Empty: the years are those of Odoo. With years in it, these stand, and "
        "Odoo's go on before and after them.",
    )
    # reads the whole books: for the dialog only, never for a list or the form itself
    years_overview = fields.Html(compute="_compute_years_overview", sanitize=False)

    opening_year_apart = fields.Boolean(
        "Opening Entry in a Year of Its Own",
        tracking=True,
        help="Odoo dates the opening entry the day before the first financial year. "
        "Without this it is the opening of that year, dated its first day. With it, "
        "Silverfin shows one more year before, for comparison.",
    )

    closing_entry_policy = fields.Selection(
        [("leave_out", "Leave out"), ("send", "Send")],
        "Closing Entries",
        required=True,
        default="leave_out",
        tracking=True,
        help="Entries that empty the income and expense accounts at the end of a year, "
        "which Odoo does not need. Sent, they empty that year's income statement in "
        "Silverfin.",
    )
    closing_journal_ids = fields.Many2many(
        "account.journal",
        string="Closing Journals",
        check_company=True,
        help="Every entry of these journals is a closing entry. Others are recognised "
        "by what they do.",
    )

    @api.constrains("year_ids")
    def _check_years(self):
        for link in self:
            link.year_ids._check_order()

    def _check_start(self):
        """:raise ValidationError: the start date in Silverfin splits a year, or the
        years themselves cannot be"""
        self.ensure_one()
        start, years = self.sync_start_at, self._silverfin_years()
        if start and years and years[0].start != start:
            year = years[0]
            raise ValidationError(
                self.env._(
                    "Silverfin wants nothing before %(date)s, which is not the first "
                    "day of a financial year: that one is from %(start)s to %(end)s. "
                    "Correct the start date in Silverfin (Edit client > Sync > Set up "
                    "sync), then press “Look for client files”; or correct the "
                    "financial years here, on the client file.",
                    date=format_date(self.env, start),
                    start=format_date(self.env, year.start),
                    end=format_date(self.env, year.end),
                )
            )

    def _compute_years_overview(self):
        for link in self:
            link.years_overview = self.env["ir.qweb"]._render(
                "account_silverfin.years_overview", link._years_overview()
            )

    def _years_overview(self):
        """What the overview of the financial years shows, amounts credit positive.

        :return: ``{years, currency, rule, left_out, period}``: ``rule`` says where
            Silverfin puts results, ``left_out`` are closing entries. Each of ``years``
            has ``start``, ``end``, ``is_first``, ``is_corrected``, ``result``,
            ``added`` (what Silverfin adds to the account in the opening) and
            ``opening`` (what the account then opens with)
        """
        self.ensure_one()
        scope = self._without_closing_entries(self._silverfin_books())
        corrected = set(self.year_ids._as_years())
        shown, added, opening = [], 0, 0
        for number, item in enumerate(
            year_results(self.env.cr, scope, self._silverfin_years())
        ):
            opening += added
            shown.append(
                {
                    "start": item.year.start,
                    "end": item.year.end,
                    "is_first": not number,
                    "is_corrected": item.year in corrected,
                    "result": -item.result,
                    "added": added,
                    "opening": opening,
                }
            )
            added = -item.result
            opening -= item.retained
        left_out = self.env["account.move"].browse(scope.left_out_move_ids)
        return {
            "left_out": left_out.sorted("date"),
            "years": shown,
            "currency": self.company_id.currency_id,
            "rule": self._rule_of_openings(),
            "period": partial(period, self.env),
        }

    def _rule_of_openings(self):
        account = self.retained_earnings_account_id.with_company(self.company_id)
        return account and self.env._(
            "In the opening of each year but the first, Silverfin adds the result of "
            "the year before to %(account)s. A profit that was appropriated by an "
            "entry is in that entry: its result is zero here.",
            account=Markup("<b>%s %s</b>") % (account.code or "", account.name),
        )

    def action_show_years(self):
        """The financial years, and what each opening takes over."""
        self.ensure_one()
        self._check_may_sync()
        view = self.env.ref("account_silverfin.silverfin_link_view_form_years")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Financial Years of %s", self.company_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_correct_years(self):
        """Put Odoo's years into the list, where a person can correct them."""
        for link in self:
            link.check_access("write")
            if not link.year_ids:
                link.year_ids = [
                    Command.create({"start_date": year.start, "end_date": year.end})
                    for year in link._silverfin_years()
                ]
        return True

    def action_forget_years(self):
        """Go back to Odoo's years."""
        self.check_access("write")
        self.year_ids.unlink()
        return True

    # === What belongs in the client file: extend these === #

    def _silverfin_years(self):
        """The financial years of what is sent, oldest first.

        :return: list of :class:`~..ledger.years.FinancialYear`, empty without entries
        :raise ValidationError: years overlap, leave a gap, or are too long
        """
        self.ensure_one()
        first, last = date_bounds(self.env.cr, self._silverfin_books())
        if not first:
            return []
        if self.sync_start_at:
            first, last = self.sync_start_at, max(last, self.sync_start_at)
        known = self._known_years(first, last)
        years = financial_years(self.company_id, first, last, known)
        self.env["silverfin.year"]._check_lengths(years)
        return years

    def _silverfin_scope(self, accepted_languages):
        return self._without_closing_entries(
            super()._silverfin_scope(accepted_languages)
        )

    def _without_closing_entries(self, scope):
        if self.closing_entry_policy != "leave_out":
            return scope
        known = self.env.context.get("silverfin_left_out")
        if known is not None:
            # as a worker found them last: who opens a page does not wait for the books
            return replace(scope, left_out_move_ids=tuple(known))
        found = closing_entries(self.env.cr, scope, self._silverfin_years())
        found |= entries_of(self.env.cr, scope, self.closing_journal_ids.ids)
        return replace(scope, left_out_move_ids=tuple(sorted(found)))

    def _silverfin_books(self):
        scope = replace(super()._silverfin_books(), off_balance=self.off_balance)
        # the books are read by SQL
        self.env.flush_all()
        if self.sync_start_at:
            return replace(scope, start=self.sync_start_at)
        return replace(scope, **self._opening_entries(scope))

    def _opening_entries(self, scope):
        """The opening entries that stand for the years before the first one sent.

        Only where they are dated the last day of a year, and nothing else is as old.

        :param scope: what belongs in the client file, its opening entries apart
        :return: values of the scope
        """
        if self.opening_year_apart:
            return {}
        moves = (
            self._silverfin_companies()
            .sudo()
            .account_opening_move_id.filtered(
                lambda move: move.state == "posted" and move.date >= scope.earliest
            )
        )
        day = max(moves.mapped("date"), default=None)
        moves = moves.filtered(lambda move: move.date == day)
        if not moves:
            return {}
        known = self._known_years(day, day)
        (year,) = financial_years(self.company_id, day, day, known)
        if year.end != day or has_others_upto(self.env.cr, scope, day, moves.ids):
            return {}
        retained = self.retained_earnings_account_id
        nominal = moves.line_ids.account_id.filtered(
            lambda account: not account.include_initial_balance and account != retained
        )
        return {
            "opening_move_ids": tuple(sorted(moves.ids)),
            "opening_nominal_ids": tuple(sorted(nominal.ids)) if retained else (),
        }

    def _propose_retained_earnings_account(self):
        """The account of the country's chart, else Odoo's own; never made.

        Odoo's helper would make one, and changes its mind.
        """
        self.ensure_one()
        Account = self.env["account.account"].with_company(self.company_id)
        company = Account._check_company_domain(self.company_id)
        equity = Account.search([*company, ("account_type", "=", "equity")])
        unaffected = Account.search(
            [*company, ("account_type", "=", "equity_unaffected")]
        )
        by_number = {account.code: account for account in unaffected | equity}
        country = self.company_id.account_fiscal_country_id.code
        found = pick(country, [number for number in by_number if number])
        return by_number[found] if found else unaffected[:1]
