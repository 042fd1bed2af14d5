"""Check-up of the accounts: codes, types, and rests where none should be."""

from odoo import models

from ..ledger.checkup.account_sums import ZERO
from ..ledger.checkup.classes import class_of, side_of
from ..ledger.checkup.deferrals import is_carried, is_deferral, stale


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    def _red_checks(self):
        return [*super()._red_checks(), self._check_codes]

    def _checks(self):
        return [
            *super()._checks(),
            self._check_types,
            self._check_deferrals,
            self._check_carried,
            self._check_off_balance,
        ]

    def _check_codes(self, books, look):
        """Accounts with items and without a code: nothing on them can go."""
        found = [
            (row, row.balance)
            for row in look.rows
            if not row.number and self._is_wanted(books, row)
        ]
        return self._of_accounts("no_code", found, severity="red")

    def _is_wanted(self, books, row):
        return books.off_balance or row.kind != "off_balance"

    def _check_types(self, books, look):
        """Accounts that carry forward and should not, or the other way round."""
        carried = set(look.scope.carried_ids)
        found = []
        for row in look.rows:
            by_number, by_type = class_of(look.chart, row.number), side_of(row.kind)
            if by_number and by_type and by_number != by_type:
                if row.account_id not in carried:
                    found.append((row, row.balance))
        return self._of_accounts("type_at_odds", found)

    def _check_deferrals(self, books, look):
        """What was deferred more than a full financial year ago, and still is."""
        year = look.place(look.today) - 1
        found = [
            (row, stale(row, year))
            for row in look.rows
            if year > 0 and is_deferral(look.country, row)
        ]
        found = [(row, rest) for row, rest in found if rest]
        if not found:
            return []
        ids = [row.account_id for row, _rest in found]
        before = look.years[year - 1].start.isoformat()
        return [
            self._finding(
                "deferral",
                "account.move.line",
                self._lines_domain(look, ids),
                sum((rest for _row, rest in found), ZERO),
                accounts=self._named(found),
                day=before,
            )
        ]

    def _check_carried(self, books, look):
        """Balances brought forward on accounts that Odoo starts at zero."""
        found = [
            (row, row.balance)
            for row in look.rows
            if row.balance and is_carried(look.country, row)
        ]
        return self._of_items("carried", look, found)

    def _check_off_balance(self, books, look):
        """Off-balance accounts with a balance, which nobody asked to send."""
        found = [
            (row, row.balance)
            for row in look.rows
            if row.kind == "off_balance" and row.balance and not books.off_balance
        ]
        return self._of_items("off_balance", look, found)

    def _of_accounts(self, code, found, **values):
        if not found:
            return []
        return [
            self._finding(
                code,
                "account.account",
                [("id", "in", sorted(row.account_id for row, _amount in found))],
                sum((amount for _row, amount in found), ZERO),
                accounts=self._named(found),
                **values,
            )
        ]

    def _of_items(self, code, look, found):
        if not found:
            return []
        return [
            self._finding(
                code,
                "account.move.line",
                self._lines_domain(look, [row.account_id for row, _amount in found]),
                sum((amount for _row, amount in found), ZERO),
                accounts=self._named(found),
            )
        ]
