"""What changes in closed years do to results, and to the openings after them."""

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL, format_date

from ..ledger.accounts import accounts


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinClosedChange(models.Model):
    _inherit = "silverfin.closed.change"

    def _effect(self):
        """What these do together, in Silverfin.

        :return: ``{results, openings}``: ``results`` is a list of (what changes, by how
            much, a profit positive), ``openings`` of (what changes, list of (account
            number, by how much, debit positive)); texts and Decimal
        """
        if not self:
            return {"results": [], "openings": []}
        link = self.link_id.ensure_one()
        years = link.sudo()._silverfin_years()
        natures = self._natures(link)
        retained = link.retained_earnings_account_id
        retained = retained.with_company(link.company_id.root_id).code or "?"
        results, openings = [], []
        if years:
            # the year of what is gone may be no year of the books any more
            results.append(
                (
                    self.env._(
                        "Change of the result before %(date)s, profit positive",
                        date=format_date(self.env, years[0].start),
                    ),
                    -sum(
                        change._exact()
                        for change in self
                        if change.date < years[0].start
                        and natures.get(change.account_number) in ("income", "expense")
                    ),
                )
            )
        for year in years:
            results.append(
                (
                    self.env._(
                        "Change of the result from %(start)s to %(end)s, profit "
                        "positive",
                        start=format_date(self.env, year.start),
                        end=format_date(self.env, year.end),
                    ),
                    -sum(
                        change._exact()
                        for change in self
                        if year.start <= change.date <= year.end
                        and natures.get(change.account_number) in ("income", "expense")
                    ),
                )
            )
            moved = defaultdict(Decimal)
            for change in self:
                # the opening of a start date is dated that day
                if change.date >= year.start and change.entry_key >= 0:
                    continue
                if change.date > year.start:
                    continue
                is_nominal = natures.get(change.account_number) in ("income", "expense")
                number = retained if is_nominal else change.account_number
                moved[number] += change._exact()
            openings.append(
                (
                    self.env._(
                        "Change of the opening on %(date)s, debit positive",
                        date=format_date(self.env, year.start),
                    ),
                    sorted((number, value) for number, value in moved.items() if value),
                )
            )
        return {
            "results": [row for row in results if row[1]],
            "openings": [row for row in openings if row[1]],
        }

    def _exact(self, name="difference"):
        """An amount, to the currency's last digit."""
        digits = self.currency_id.decimal_places
        return Decimal(f"{self[name]:.{digits}f}")

    def _natures(self, link):
        """What each account is: as Silverfin knows it, else as Odoo has it."""
        numbers = list(set(self.mapped("account_number")))
        scope = link.sudo()._silverfin_scope(())
        self.env.cr.execute(
            SQL(
                """SELECT number, nature FROM silverfin_account
                WHERE link_id = %s AND number = ANY(%s)
                UNION ALL
                SELECT number, nature FROM (%s) account WHERE number = ANY(%s)""",
                link.id,
                numbers,
                accounts(
                    scope,
                    SQL("jsonb_exists(account.code_store, %s)", str(scope.root_id)),
                ),
                numbers,
            )
        )
        found = {}
        for number, nature in self.env.cr.fetchall():
            found.setdefault(number, nature)
        return found
