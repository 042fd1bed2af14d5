"""Check-up of financial years, retained earnings, and results not yet allocated."""

from odoo import models

from ..ledger.checkup.results import BY_ENTRY, unallocated


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    def _red_checks(self):
        return [*super()._red_checks(), self._check_years, self._check_retained]

    def _checks(self):
        return [*super()._checks(), self._check_results]

    def _check_years(self, books, look):
        """The financial years that Silverfin is given, or that there are none."""
        if look.problem:
            # on the client file they are corrected; without one, in Odoo
            record = books._origin or books.company_id
            return [
                self._finding(
                    "years",
                    record._name,
                    [("id", "=", record.id)],
                    severity="red",
                    problem=look.problem,
                )
            ]
        if not look.years:
            return [
                self._finding(
                    "nothing", "account.move", self._moves_domain(look, "posted")
                )
            ]
        return []

    def _check_retained(self, books, look):
        """The account that takes the results of the years before."""
        account = books.retained_earnings_account_id.sudo()
        account = account.with_company(books.company_id.root_id)
        if len(look.years) < 2 and not look.scope.start:
            # nothing is carried forward yet
            return []
        if not account and books._origin:
            # the page on which one is chosen
            domain = [("id", "=", books._origin.id)]
            return [self._finding("retained_none", books._name, domain, severity="red")]
        if not account:
            code, facts = "retained_none", {}
        elif not account.code:
            code, facts = "retained_code", {"account": account.name}
        elif not account.account_type.startswith("equity"):
            code = "retained_type"
            facts = {"account": f"{account.code} {account.name}"}
        else:
            return []
        domain = [("id", "in", account.ids)]
        return [self._finding(code, "account.account", domain, severity="red", **facts)]

    def _check_results(self, books, look):
        """What of the results of closed years was not allocated by an entry."""
        closed = look.last_closed()
        if not closed or look.country not in BY_ENTRY:
            return []
        amount = unallocated(look.rows, closed)
        if not amount:
            return []
        end = look.years[closed - 1].end
        ids = [
            row.account_id for row in look.rows if row.nature in ("income", "expense")
        ]
        return [
            self._finding(
                "results",
                "account.move.line",
                [*self._lines_domain(look, ids), ("date", "<=", end.isoformat())],
                amount,
                day=end.isoformat(),
            )
        ]
