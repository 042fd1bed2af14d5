"""Check-up of bank and cash: what is not matched, and the bank's word on balances."""

from collections import Counter
from datetime import timedelta

from odoo import models
from odoo.tools import float_compare

from ..ledger.checkup.account_sums import ZERO
from ..ledger.checkup.bank import last_days, last_statements
from ..ledger.checkup.entries import last_day

LATEST = timedelta(days=62)
"""A bank account that is entered so much less far than the rest of the books."""
LIQUIDITY = ("bank", "cash", "credit")


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    def _checks(self):
        return [
            *super()._checks(),
            self._check_suspense,
            self._check_outstanding,
            self._check_statements,
            self._check_last_day,
        ]

    def _bank_journals(self, look):
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        return journals.search(
            [
                ("company_id", "in", list(look.scope.company_ids)),
                ("type", "in", LIQUIDITY),
            ]
        )

    def _own_banks(self, look):
        """Those in use, each with an account of its own."""
        journals = self._bank_journals(look)
        shared = Counter(journals.mapped(lambda j: j.default_account_id.id))
        return journals.filtered(
            lambda j: j.active and shared[j.default_account_id.id] == 1
        )

    def _check_suspense(self, books, look):
        """Bank lines whose counterpart nobody chose."""
        companies = self.env["res.company"].sudo().browse(look.scope.company_ids)
        accounts = companies.account_journal_suspense_account_id
        accounts |= self._bank_journals(look).suspense_account_id
        return self._rest_of("bank_suspense", look, accounts)

    def _check_outstanding(self, books, look):
        """Payments that no bank line confirmed, and transfers on their way."""
        journals = self._bank_journals(look)
        methods = journals.inbound_payment_method_line_ids
        methods |= journals.outbound_payment_method_line_ids
        companies = self.env["res.company"].sudo().browse(look.scope.company_ids)
        accounts = methods.payment_account_id | companies.transfer_account_id
        # a journal may pay straight from its bank account
        accounts -= journals.default_account_id | journals.suspense_account_id
        return self._rest_of("bank_outstanding", look, accounts)

    def _rest_of(self, code, look, accounts):
        ids = set(accounts.ids)
        found = [
            (row, row.balance)
            for row in look.rows
            if row.account_id in ids and row.balance
        ]
        if not found:
            return []
        domain = self._lines_domain(look, [row.account_id for row, _amount in found])
        return [
            self._finding(
                code,
                "account.move.line",
                [*domain, ("reconciled", "=", False)],
                sum((amount for _row, amount in found), ZERO),
                accounts=self._named(found),
            )
        ]

    def _check_statements(self, books, look):
        """The balance that the bank gives, and that of the ledger on that day."""
        journals = self._own_banks(look)
        found = []
        for last in last_statements(self.env.cr, journals.ids):
            journal = journals.browse(last.journal_id)
            currency = journal.currency_id or journal.company_id.currency_id
            if not float_compare(
                float(last.end), float(last.ledger), currency.decimal_places
            ):
                continue
            found.append(
                self._finding(
                    "bank_statement",
                    "account.bank.statement",
                    [("id", "=", last.statement_id)],
                    last.end - last.ledger,
                    journal=journal.name,
                    day=last.day.isoformat(),
                    there=str(last.end),
                    here=str(last.ledger),
                )
                | {"currency_id": currency.id}
            )
        return found

    def _check_last_day(self, books, look):
        """Bank accounts that are entered less far than the rest of the books."""
        journals = self._own_banks(look)
        balances = {row.account_id: row.balance for row in look.rows}
        last = last_day(self.env.cr, look.scope, look.today)
        late = {
            bank.journal_id: bank.day
            for bank in last_days(self.env.cr, journals.ids)
            if last
            and bank.day < last - LATEST
            # an account that was closed is entered to its end
            and balances.get(journals.browse(bank.journal_id).default_account_id.id)
        }
        return [
            self._finding(
                "bank_day",
                "account.journal",
                [("id", "=", journal_id)],
                balances[journals.browse(journal_id).default_account_id.id],
                journal=journals.browse(journal_id).name,
                day=day.isoformat(),
                last=last.isoformat(),
            )
            for journal_id, day in sorted(late.items())
        ]
