"""A ledger of three closed years, an open one and an entry in the next, made by code.

Every date is fixed, and amounts are before tax, so that figures can be worked out by
hand and are the same on every chart; a day is named by its financial year, the month
within it, and the day: ``day(2, 3, 15)`` is 15 March of the second year where years are
calendar years.

======  ==============================================================================
year    what happens
======  ==============================================================================
before  the opening, by Odoo's import of opening balances; it does not balance by 10.00
1       a profit of 2,500.00, appropriated; an invoice paid in two parts, a credit note
        matched
2       a loss of 800.37, covered; a write-off of 0.37, an early-payment discount, an
        insurance deferred over the year end, an advance
3       a profit of 1,300.00 that is not appropriated yet; the advance is used, a
        foreign invoice paid at another rate, an invoice whose tax is due on payment
        (where the chart has such a tax) paid in part, an accrual
4       open: the accrual is reversed, a bank line stays on suspense, an off-balance
        pair, an analytic split, an invoice half paid; and 11.00 in the closed year 2
5       one entry, dated next year
======  ==============================================================================
"""

from odoo import Command

from .appropriation import Appropriation
from .charts import Chart

RESULTS = (2_500, -800.37 - 11, 1_300, -20.70, 77)
"""Of each year before appropriation, a profit positive; by hand in the story."""


class MadeLedger(Appropriation):
    """The company and its entries, for who keeps these books."""

    @classmethod
    def make(cls, env, chart: Chart) -> "MadeLedger":
        """Create the company with its chart, and post everything.

        :param env: of who keeps the books; the company becomes one of theirs
        """
        # as the loading of a chart does it, else localisation modules are installed
        quiet = env["res.company"].sudo().with_context(chart_template_load=True)
        company = quiet.create(
            {
                "name": f"Made Ledger {chart.template}",
                "country_id": env.ref(chart.country).id,
                # 31 stands for the month's last day
                "fiscalyear_last_month": str((chart.first_month - 2) % 12 + 1),
                "fiscalyear_last_day": 31,
            }
        )
        template = env["account.chart.template"].sudo()
        template.try_loading(chart.template, company=company, install_demo=False)
        user = env.user.sudo()
        user.write({"company_ids": [Command.link(company.id)]})
        user.write({"company_id": company.id})
        user.write({"company_ids": [Command.set(company.ids)]})
        # cut-offs are for those who see all of accounting
        user.group_ids += env.ref("account.group_account_user")
        env = env(context=dict(env.context, allowed_company_ids=company.ids))
        ledger = cls(env, chart, company.with_env(env))
        ledger._post_everything()
        return ledger

    def _post_everything(self):
        self._make_accounts()
        self._open_books()
        self._first_year()
        self._second_year()
        self._third_year()
        self._close_years()
        self._fourth_year()
        self.next_year = self.entry(
            self.day(5, 1, 10), [(self.bank(), 77), (self.sales(), -77)]
        )

    def _make_accounts(self):
        """Two off the balance, which no chart has; some to recode and to merge."""
        self.env["account.account"].create(
            [
                {"code": code, "name": name, "account_type": kind}
                for code, name, kind in (
                    ("G0001", "Guarantees given", "off_balance"),
                    ("G0002", "Guarantees given, counterpart", "off_balance"),
                    ("619001", "To be recoded", "expense"),
                    ("619002", "To be merged", "expense"),
                    ("619003", "To be merged into", "expense"),
                )
            ]
        )
        # plans are for administrators of analytics
        projects, regions = (
            self.env["account.analytic.plan"]
            .sudo()
            .create([{"name": "Projects"}, {"name": "Regions"}])
        )
        self.plans = projects | regions
        self.analytic = {
            code: self.env["account.analytic.account"]
            .sudo()
            .create({"name": f"Name of {code}", "code": code, "plan_id": plan.id})
            for plan, codes in ((projects, ("P1", "P2")), (regions, ("R1", "R2")))
            for code in codes
        }

    def _open_books(self):
        """10,000.00 on the bank, customers owe 605.00, 7,905.00 capital, 1,490.00
        brought forward, suppliers get 1,200.00: 10.00 too much, which Odoo puts on
        the unaffected account by itself."""
        # writing on the company is for administrators
        self.company.sudo().account_opening_date = self.day(1, 1, 1)
        carried = self.chart.retained
        if carried == self.chart.unaffected:
            carried = self.chart.reserve
        balances = {
            self.bank().code: 10_000,
            self.receivable().code: 605,
            self.payable().code: -1_200,
            self.chart.capital: -7_905,
            carried: -1_490,
        }
        result = (
            self.env["account.account"]
            .sudo()
            .load(
                [".id", "opening_balance"],
                [[str(self.account(c).id), str(v)] for c, v in balances.items()],
            )
        )
        if not result["ids"]:
            raise ValueError(result["messages"])
        self.env.cr.flush()
        self.opening = self.company.account_opening_move_id
        self.opening.action_post()

    def _first_year(self):
        """Sales 5,000.00 less a credit note of 500.00, purchases 2,000.00: a profit of
        2,500.00."""
        self.paid_in_parts = self.invoice(self.day(1, 2, 10), 4_000)
        credited = self.invoice(self.day(1, 3, 5), 1_000)
        credit = self.invoice(self.day(1, 3, 20), 500, kind="out_refund")
        (self.open_lines(credited) + self.open_lines(credit)).reconcile()
        self.pay(self.paid_in_parts, self.day(1, 4, 2), 1_500.25)
        bill = self.invoice(self.day(1, 5, 31), 2_000, kind="in_invoice")
        self.pay(bill, self.day(1, 6, 30), 2_000)
        # of the opening, 400.00 comes in
        opened = self.open_lines(self.opening).filtered(
            lambda line: line.account_id == self.receivable()
        )
        money = self.money(self.day(1, 1, 20), 400, self.receivable())
        (opened + self.open_lines(money)).reconcile()
        self.appropriate_profit()

    def _second_year(self):
        """Sales 2,000.00 less a discount of 20.00 (2 % of 1,000.00), services 2,480.00
        and 0.37 written off, three months of a year's insurance of 1,200.00: a loss of
        800.37."""
        self.pay(self.paid_in_parts, self.day(2, 1, 15), 2_000.50)
        services = self.account(self.chart.services)
        written_off = self.invoice(self.day(2, 3, 10), 1_000)
        self.register_payment(
            written_off,
            self.day(2, 4, 1),
            amount=written_off.amount_residual - 0.37,
            payment_difference_handling="reconcile",
            writeoff_account_id=services.id,
        )
        self.entry(self.day(2, 6, 12), [(services, 2_480), (self.bank(), -2_480)])
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "company_id": self.company.id,
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        self.discounted = self.invoice(
            self.day(2, 7, 1), 1_000, invoice_payment_term_id=terms.id
        )
        self.register_payment(self.discounted, self.day(2, 7, 8))
        insurance = self.account(self.chart.insurance)
        self.insurance = self.invoice(
            self.day(2, 10, 1), 1_200, kind="in_invoice", account=insurance, taxes=[]
        )
        expense = self.insurance.line_ids.filtered(lambda x: x.account_id == insurance)
        self.defer(expense, self.day(3, 1, 1), 75)
        self.advance = self.money(
            self.day(2, 12, 20), 600, self.receivable(), self.customer
        )
        self.cover_loss()

    def _third_year(self):
        """Sales of 400.00, of 2,000.00 abroad at 2.0 for one, paid at 1.6: 1,000.00 and
        an exchange gain of 250.00, and of 1,000.00; nine months of insurance 900.00, an
        accrual of 450.00: a profit of 1,300.00."""
        used = self.invoice(self.day(3, 1, 20), 400)
        (self.open_lines(used) + self.open_lines(self.advance)).reconcile()
        foreign = self.env.ref(f"base.{self.chart.foreign}")
        foreign.sudo().active = True
        self.env["res.currency.rate"].sudo().create(
            [
                {
                    "currency_id": foreign.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in ((self.day(1, 1, 1), 2), (self.day(3, 7, 1), 1.6))
            ]
        )
        abroad = self.invoice(
            self.day(3, 5, 4), 2_000, currency_id=foreign.id, taxes=[]
        )
        self.pay(
            abroad,
            self.day(3, 7, 15),
            1_250,
            foreign_currency_id=foreign.id,
            amount_currency=2_000,
        )
        self.cash_basis = self.invoice(
            self.day(3, 11, 3), 1_000, taxes=self.cash_basis_tax()
        )
        self.pay(self.cash_basis, self.day(3, 12, 5), 300)
        services, accrued = map(self.account, (self.chart.services, self.chart.accrued))
        self.accrual = self.entry(self.last_day(3), [(services, 450), (accrued, -450)])

    def cash_basis_tax(self):
        """The tax that is due on payment, where the chart has one."""
        if not self.chart.cash_basis_tax:
            return None
        self.company.sudo().tax_exigibility = True
        template = self.env["account.chart.template"].with_company(self.company)
        return template.ref(self.chart.cash_basis_tax)

    def _close_years(self):
        self.company.sudo().fiscalyear_lock_date = self.last_day(3)

    def _fourth_year(self):
        """Sales 300.10; 450.00 of the accrual come back and the bill is 460.00;
        expenses of 120.00, 80.80, 9.99 and 100.01: a loss of 20.70. And 11.00 more of
        expenses in the second year."""
        self.reverse(self.accrual, self.day(4, 1, 1))
        services = self.account(self.chart.services)
        self.invoice(
            self.day(4, 1, 25), 460, kind="in_invoice", account=services, taxes=[]
        )
        # in France the rest of the tax is due now
        self.pay(self.cash_basis, self.day(4, 1, 30), 200)
        half_paid = self.invoice(self.day(4, 2, 1), 300.10)
        self.pay(half_paid, self.day(4, 3, 1), 150.05)
        self.suspense = self.money(self.day(4, 3, 9), 42.42)
        given, counterpart = self.account("G0001"), self.account("G0002")
        self.entry(self.day(4, 4, 1), [(given, 5_000), (counterpart, -5_000)])
        for code, amount in (("619001", 120), ("619002", 80.8), ("619003", 9.99)):
            self.entry(
                self.day(4, 5, 2),
                [(self.account(code), amount), (self.bank(), -amount)],
            )
        self.split = self.entry(
            self.day(4, 6, 3),
            [(services, 100.01), (self.bank(), -100.01)],
            analytic=self._distribution(P1_R1=33.33, P1_R2=33.33, P2=20),
        )
        self.allow_in_closed_years()
        self.entry(
            self.day(2, 9, 1), [(self.account("619001"), 11), (self.bank(), -11)]
        )

    def _distribution(self, **percent):
        """``P1_R2=40`` as Odoo keeps it."""
        return {
            ",".join(str(self.analytic[code].id) for code in codes.split("_")): share
            for codes, share in percent.items()
        }

    @property
    def recodes(self):
        """Odoo's German localisation recodes no account that has items."""
        return self.chart.module != "l10n_de"

    def change_afterwards(self):
        """What happens to books that were sent: an account is recoded, one becomes
        another company's, one is emptied into another as Odoo advises, and an entry of
        the closed second year changes by 1.00."""
        recoded = self.account("619001")
        if self.recodes:
            recoded.code = "619010"
        self.merge(self.account("619002"))
        emptied = self.account("619003")
        lines = self.env["account.move.line"].search([("account_id", "=", emptied.id)])
        lines.account_id = self.account("619002")
        closed = self.env["account.move.line"].search(
            [("account_id", "=", recoded.id)], order="date", limit=1
        )
        entry = closed.move_id
        entry.button_draft()
        entry.line_ids = [
            Command.update(line.id, {"balance": 12 if line == closed else -12})
            for line in entry.line_ids
        ]
        entry.action_post()
