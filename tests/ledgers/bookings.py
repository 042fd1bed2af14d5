"""Entries as Odoo makes them: invoices, bank statements, payments, wizards."""

from datetime import date, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .charts import Chart

FIRST_YEAR = 2023
YEARS = 5


class Bookings:
    """A company, its chart, and how one books there."""

    def __init__(self, env, chart: Chart, company):
        self.env = env
        self.chart = chart
        self.company = company
        self._start = date(FIRST_YEAR, chart.first_month, 1)
        self.customer = self._partner("Azure Interior")
        self.supplier = self._partner("Wood Corner")

    def _partner(self, name):
        return self.env["res.partner"].create({"name": name})

    # === Where things are === #

    def day(self, year: int, month: int, day: int) -> date:
        """A day, by number of the financial year, month within it and day."""
        months = relativedelta(months=12 * (year - 1) + month - 1)
        return self._start + months + timedelta(days=day - 1)

    def last_day(self, year: int) -> date:
        """The last day of a financial year, by its number."""
        return self.day(year + 1, 1, 1) - timedelta(days=1)

    def years(self, first: date | None = None) -> list[tuple[date, date]]:
        """``(first day, last day)`` of each financial year, from ``first`` on."""
        found = [(self.day(y, 1, 1), self.last_day(y)) for y in range(1, YEARS + 1)]
        return [(start, end) for start, end in found if not first or start >= first]

    def account(self, code: str):
        """The account with this code in this company."""
        Account = self.env["account.account"].with_company(self.company)
        found = Account.with_context(active_test=False).search([("code", "=", code)])
        if not found:
            raise LookupError(f"The chart {self.chart.template} has no account {code}")
        return found

    def journal(self, kind: str):
        """The company's first journal of this type."""
        return self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", kind)], limit=1
        )

    def trade_accounts(self):
        """The receivable and payable accounts."""
        Account = self.env["account.account"].with_company(self.company)
        return Account.search(
            [
                ("company_ids", "in", self.company.ids),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
            ]
        )

    def receivable(self):
        """Where customers stand."""
        return self.customer.property_account_receivable_id

    def payable(self):
        """Where suppliers stand."""
        return self.supplier.property_account_payable_id

    def sales(self):
        """What invoices are booked on."""
        return self.journal("sale").default_account_id

    def bank(self):
        """The bank account of the bank journal."""
        return self.journal("bank").default_account_id

    def open_lines(self, move):
        """The lines of an entry on a receivable or payable account."""
        return move.line_ids.filtered(
            lambda line: line.account_id in self.trade_accounts()
        )

    # === Entries === #

    def entry(self, day: date, amounts, post=True, analytic=None, **values):
        """An entry of ``(account, balance)``.

        :param analytic: the analytic distribution of the first line
        """
        lines = [
            {"account_id": account.id, "balance": balance, "name": f"Line of {day}"}
            for account, balance in amounts
        ]
        lines[0]["analytic_distribution"] = analytic
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal("general").id,
                "date": day,
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def invoice(
        self, day: date, price, kind="out_invoice", account=None, taxes=None, **values
    ):
        """A posted invoice (or bill, credit note) of one line.

        :param taxes: by default the company's
        """
        side = "sale" if kind.startswith("out") else "purchase"
        account = account or self.journal(side).default_account_id
        if taxes is None:
            taxes = self.company[f"account_{side}_tax_id"]
        line = {
            "name": f"Delivery of {day}",
            "quantity": 1,
            "price_unit": price,
            "account_id": account.id,
            "tax_ids": [Command.set([tax.id for tax in taxes])],
        }
        partner = self.customer if side == "sale" else self.supplier
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [Command.create(line)],
                **values,
            }
        )
        move.action_post()
        return move

    # === Bank === #

    def money(self, day: date, amount, account=None, partner=None, **values):
        """The entry of a bank statement line.

        :param account: its counterpart; by default it stays on suspense
        """
        statement_line = self.env["account.bank.statement.line"].sudo()
        counterpart = {"counterpart_account_id": account.id} if account else {}
        return statement_line.create(
            {
                "journal_id": self.journal("bank").id,
                "date": day,
                "payment_ref": f"Statement of {day}",
                "amount": amount,
                "partner_id": partner.id if partner else False,
                **counterpart,
                **values,
            }
        ).move_id.with_env(self.env)

    def pay(self, invoice, day: date, amount, **values):
        """A statement line for this invoice: matched, be it in part."""
        line = self.open_lines(invoice)
        sign = 1 if line.balance > 0 else -1
        money = self.money(
            day, sign * amount, line.account_id, line.partner_id, **values
        )
        (line + self.open_lines(money)).reconcile()
        return money

    def register_payment(self, invoice, day: date, **values):
        """The button *Pay*: a payment, with what the wizard makes of the rest; then
        its statement line, matched."""
        journal = self.journal("bank").sudo()
        method = journal.inbound_payment_method_line_ids[:1]
        template = self.env["account.chart.template"].with_company(self.company)
        outstanding = template.ref("account_journal_payment_debit_account_id")
        method.payment_account_id = outstanding
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment = wizard.create(
            {
                "payment_date": day,
                "journal_id": journal.id,
                "payment_method_line_id": method.id,
                **values,
            }
        )._create_payments()
        money = self.money(day, payment.amount, outstanding, invoice.partner_id)
        lines = (payment.move_id + money).line_ids
        lines.filtered(lambda line: line.account_id == outstanding).reconcile()
        return payment

    # === Wizards === #

    def defer(self, line, day: date, percentage):
        """*Cut-off*: this part of an income or expense counts on another day."""
        wizard = self.env["account.automatic.entry.wizard"].with_context(
            active_model="account.move.line", active_ids=line.ids
        )
        wizard.create(
            {
                "action": "change_period",
                "date": day,
                "percentage": percentage,
                "journal_id": self.journal("general").id,
                "expense_accrual_account": self.account(self.chart.prepaid).id,
            }
        ).do_action()

    def reverse(self, entry, day: date):
        """*Reverse Entry*, dated that day; the reversal."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=entry.ids
        )
        # a reversal dated ahead would wait for its day
        with patch.object(fields.Date, "context_today", return_value=day):
            done = wizard.create({"date": day, "journal_id": entry.journal_id.id})
            done.refund_moves()
        return done.new_move_ids

    def merge(self, account):
        """*Merge accounts* with one of another company, which takes its place: Odoo
        merges no two accounts of one company."""
        other = self.env["res.company"].sudo().create({"name": "Sister company"})
        self.env.user.sudo().company_ids += other
        everything = self.env["account.account"].sudo()
        theirs = everything.with_company(other).create(
            {
                "code": "777",
                "name": "Theirs",
                "account_type": account.account_type,
                "company_ids": [Command.set(other.ids)],
            }
        )
        both = (theirs | account.sudo()).with_context(
            allowed_company_ids=(self.company | other).ids
        )
        wizard = both.env["account.merge.wizard"].with_context(
            active_model="account.account", active_ids=both.ids
        )
        wizard.create({}).action_merge()
        self.env.user.sudo().company_ids -= other
        self.env.invalidate_all()
        if theirs.exists() == account.exists():
            raise AssertionError("nothing was merged")

    def allow_in_closed_years(self):
        """An exception to the lock date, for who keeps these books."""
        self.env["account.lock_exception"].sudo().create(
            {
                "company_id": self.company.id,
                "user_id": self.env.user.id,
                "fiscalyear_lock_date": False,
                "reason": "A correction",
            }
        )
