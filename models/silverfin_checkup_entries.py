"""Check-up of entries: drafts, dates, and the opening."""

from decimal import Decimal

from odoo import models

from ..ledger.checkup.account_sums import ZERO
from ..ledger.checkup.entries import dated_after, drafts, impossibly_dated


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    def _checks(self):
        return [
            *super()._checks(),
            self._check_opening,
            self._check_drafts,
            self._check_dates,
        ]

    def _check_opening(self, books, look):
        """The opening entry is a draft: without it every balance lacks its opening."""
        scope = look.scope
        companies = self.env["res.company"].sudo().browse(scope.company_ids)
        moves = companies.account_opening_move_id.filtered(
            lambda move: move.state == "draft"
            and any(
                not line.company_currency_id.is_zero(line.balance)
                for line in move.line_ids
            )
        )
        if not moves:
            return []
        total = sum(
            (Decimal(f"{line.debit:.{scope.decimals}f}") for line in moves.line_ids),
            ZERO,
        )
        return [
            self._finding(
                "opening_draft",
                "account.move",
                [("id", "in", sorted(moves.ids))],
                total,
            )
        ]

    def _check_drafts(self, books, look):
        """Drafts dated up to today; those dated later wait for their day."""
        found = drafts(self.env.cr, look.scope, look.today)
        if not found.count:
            return []
        domain = [
            *self._moves_domain(look, "draft"),
            ("date", "<=", look.today.isoformat()),
            ("line_ids", "any", self._with_amount()),
        ]
        return [self._finding("drafts", "account.move", domain, found.value)]

    def _check_dates(self, books, look):
        """Entries dated after today, and those with a date that cannot be meant."""
        scope = look.scope
        found = []
        posted = [
            *self._moves_domain(look, "posted"),
            ("line_ids", "any", [*self._with_amount(), *self._on_balance(scope)]),
        ]
        if scope.left_out_move_ids:
            posted.append(("id", "not in", list(scope.left_out_move_ids)))
        after = dated_after(self.env.cr, scope, look.today)
        if after.count:
            domain = [
                *posted,
                ("date", ">", look.today.isoformat()),
                ("date", "<=", scope.latest.isoformat()),
            ]
            found.append(
                self._finding(
                    "dated_after",
                    "account.move",
                    domain,
                    after.value,
                    day=look.today.isoformat(),
                )
            )
        impossible = impossibly_dated(self.env.cr, scope)
        if impossible.count:
            domain = [
                *posted,
                "|",
                ("date", "<", scope.earliest.isoformat()),
                ("date", ">", scope.latest.isoformat()),
            ]
            found.append(
                self._finding(
                    "impossible_date",
                    "account.move",
                    domain,
                    impossible.value,
                    first=scope.earliest.isoformat(),
                    last=scope.latest.isoformat(),
                )
            )
        return found

    def _moves_domain(self, look, state):
        return [
            ("company_id", "in", list(look.scope.company_ids)),
            ("state", "=", state),
        ]

    def _with_amount(self):
        return [
            (
                "display_type",
                "not in",
                ["line_section", "line_subsection", "line_note"],
            ),
            ("balance", "!=", 0),
        ]

    def _on_balance(self, scope):
        if scope.off_balance:
            return []
        return [("account_id.account_type", "!=", "off_balance")]
