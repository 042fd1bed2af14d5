"""A ledger of three closed years, an open one and an entry in the next, made by code.

Every date is fixed, so that figures can be worked out by hand; a day is named by its
financial year, the month within it, and the day: ``day(2, 3, 15)`` is 15 March of the
second year where years are calendar years.

======  ==============================================================================
year    what happens
======  ==============================================================================
before  the opening, by Odoo's import of opening balances; it does not balance by 10.00
1       a profit, appropriated; an invoice paid in two parts, a credit note matched
2       a loss (covered, in Belgium by 793/141); a write-off of 0.37
3       a profit that is not appropriated yet; a foreign invoice, paid at another rate
4       open: a bank line on suspense, an off-balance pair, an invoice half paid
5       one entry, dated next year
======  ==============================================================================
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from .charts import Chart

FIRST_YEAR = 2023
YEARS = 5


class MadeLedger:
    """The company, its chart and its entries, for who keeps these books."""

    def __init__(self, env, chart: Chart, company, first_month: int):
        self.env = env
        self.chart = chart
        self.company = company
        self._start = date(FIRST_YEAR, first_month, 1)
        self.customer = self._partner("Azure Interior")
        self.supplier = self._partner("Wood Corner")

    @classmethod
    def make(cls, env, chart: Chart, first_month: int = 1) -> "MadeLedger":
        """Create the company with its chart, and post everything.

        :param env: of who keeps the books; the company becomes one of theirs
        """
        # as the loading of a chart does it, else localisation modules are installed
        quiet = env["res.company"].sudo().with_context(chart_template_load=True)
        last = date(FIRST_YEAR, first_month, 1) - timedelta(days=1)
        company = quiet.create(
            {
                "name": f"Made Ledger {chart.template}",
                "country_id": env.ref(chart.country).id,
                "fiscalyear_last_month": str(last.month),
                "fiscalyear_last_day": last.day,
            }
        )
        template = env["account.chart.template"].sudo()
        template.try_loading(chart.template, company=company, install_demo=False)
        user = env.user.sudo()
        user.write({"company_ids": [Command.link(company.id)]})
        user.write({"company_id": company.id})
        user.write({"company_ids": [Command.set(company.ids)]})
        env = env(context=dict(env.context, allowed_company_ids=company.ids))
        ledger = cls(env, chart, company.with_env(env), first_month)
        ledger._post_everything()
        return ledger

    # === Where things are === #

    def day(self, year: int, month: int, day: int) -> date:
        """A day, by number of the financial year, month within it and day."""
        months = relativedelta(months=12 * (year - 1) + month - 1)
        return self._start + months + timedelta(days=day - 1)

    def years(self, first: date | None = None) -> list[tuple[date, date]]:
        """``(first day, last day)`` of each financial year, from ``first`` on."""
        starts = [self.day(year, 1, 1) for year in range(1, YEARS + 2)]
        pairs = zip(starts, starts[1:], strict=False)
        return [
            (start, end - timedelta(days=1))
            for start, end in pairs
            if not first or start >= first
        ]

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

    # === Entries === #

    def entry(self, day: date, amounts, journal="general", post=True, **values):
        """An entry of ``(account, balance)``, or ``(account, balance, partner)``."""
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal(journal).id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "name": f"{account.code} {balance}",
                            "partner_id": partner[0].id if partner else False,
                        }
                    )
                    for account, balance, *partner in amounts
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def invoice(self, day: date, price, kind="out_invoice", account=None, **values):
        """A posted invoice (or bill, credit note) of one line, taxed by default."""
        is_sale = kind.startswith("out")
        partner = self.customer if is_sale else self.supplier
        account = (
            account
            or self.journal("sale" if is_sale else "purchase")["default_account_id"]
        )
        tax = self.company[f"account_{'sale' if is_sale else 'purchase'}_tax_id"]
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Delivery of {day}",
                            "quantity": 1,
                            "price_unit": price,
                            "account_id": account.id,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def pay(self, invoice, day: date, amount, **values):
        """Money on the bank for this invoice: matched, be it in part."""
        line = self.open_lines(invoice)
        sign = 1 if line.balance > 0 else -1
        payment = self.entry(
            day,
            [
                (self.bank(), sign * amount, line.partner_id),
                (line.account_id, -sign * amount, line.partner_id),
            ],
            journal="bank",
            **values,
        )
        (line + self.open_lines(payment)).reconcile()
        return payment

    def open_lines(self, move):
        """The lines of an entry on a receivable or payable account."""
        return move.line_ids.filtered(
            lambda line: line.account_id in self.trade_accounts()
        )

    def _partner(self, name):
        return self.env["res.partner"].create({"name": name})

    # === The story === #

    def _post_everything(self):
        self._open_books()
        self._first_year()
        self._second_year()
        self._third_year()
        self._fourth_year()
        self.next_year = self.entry(
            self.day(5, 1, 10), [(self.bank(), 77), (self.sales(), -77)]
        )

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
        self.credited = self.invoice(self.day(1, 3, 5), 1_000)
        credit = self.invoice(self.day(1, 3, 20), 500, kind="out_refund")
        (self.open_lines(self.credited) + self.open_lines(credit)).reconcile()
        self.pay(self.paid_in_parts, self.day(1, 4, 2), 1_500.25)
        self.pay(self.paid_in_parts, self.day(2, 1, 15), 2_000.50)
        self.bill = self.invoice(self.day(1, 5, 31), 2_000, kind="in_invoice")
        self.pay(self.bill, self.day(1, 6, 30), 2_000)
        # of the opening, 400.00 comes in
        opening_line = self.open_lines(self.opening).filtered(
            lambda line: line.account_id == self.receivable()
        )
        payment = self.entry(
            self.day(1, 1, 20),
            [(self.bank(), 400), (self.receivable(), -400)],
            journal="bank",
        )
        (opening_line + self.open_lines(payment)).reconcile()
        self._appropriate_first_year()

    def _appropriate_first_year(self):
        account, last = self.account, self.day(2, 1, 1) - timedelta(days=1)
        if self.chart.appropriation == "belgian":
            # 1,490.00 brought forward and 2,500.00 of the year are divided
            self.entry(
                last,
                [
                    (account("140000"), 1_490),
                    (account("790000"), -1_490),
                    (account("692000"), 125),
                    (account("130000"), -125),
                    (account("694000"), 1_000),
                    (account("471000"), -1_000),
                    (account("693000"), 2_865),
                    (account("140000"), -2_865),
                ],
            )
        else:
            self.entry(
                self.day(2, 2, 15),
                [
                    (account(self.chart.retained), 1_125),
                    (account(self.chart.reserve), -125),
                    (account(self.chart.dividend), -1_000),
                ],
            )

    def _second_year(self):
        """Sales 1,000.00, services 1,800.00 and 0.37 written off: a loss of 800.37."""
        written_off = self.invoice(self.day(2, 3, 10), 1_000)
        line = self.open_lines(written_off)
        rest = round(line.balance - 0.37, 2)
        self.pay(written_off, self.day(2, 4, 1), rest)
        write_off = self.entry(
            self.day(2, 4, 1),
            [(self.account(self.chart.services), 0.37), (line.account_id, -0.37)],
        )
        (line + self.open_lines(write_off)).reconcile()
        services = self.account(self.chart.services)
        self.entry(self.day(2, 6, 12), [(services, 1_800), (self.bank(), -1_800)])
        if self.chart.appropriation == "belgian":
            self.entry(
                self.day(3, 1, 1) - timedelta(days=1),
                [
                    (self.account("141000"), 800.37),
                    (self.account("793000"), -800.37),
                ],
            )

    def _third_year(self):
        """A foreign invoice of 2,000.00, at 2.0 for one: 1,000.00; paid at 1.6: an
        exchange gain of 250.00 (with tax on it where there is one)."""
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
        self.foreign = self.invoice(
            self.day(3, 5, 4), 2_000, currency_id=foreign.id, account=self.sales()
        )
        self.foreign_payment = self._pay_foreign(self.foreign, self.day(3, 7, 15), 1.6)

    def _pay_foreign(self, invoice, day, rate):
        line = self.open_lines(invoice)
        amount = line.amount_currency
        balance = round(amount / rate, 2)
        payment = self.env["account.move"].create(
            {
                "journal_id": self.journal("bank").id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "currency_id": invoice.currency_id.id,
                            "amount_currency": sign * amount,
                            "balance": sign * balance,
                            "partner_id": line.partner_id.id,
                        }
                    )
                    for account, sign in ((self.bank(), 1), (line.account_id, -1))
                ],
            }
        )
        payment.action_post()
        (line + self.open_lines(payment)).reconcile()
        return payment

    def _fourth_year(self):
        self.half_paid = self.invoice(self.day(4, 2, 1), 300.10)
        self.pay(self.half_paid, self.day(4, 3, 1), 150.05)
        self.suspense = (
            self.env["account.bank.statement.line"]
            .sudo()
            .create(
                {
                    "journal_id": self.journal("bank").id,
                    "date": self.day(4, 3, 9),
                    "payment_ref": "Who is this from?",
                    "amount": 42.42,
                }
            )
        )
        self._make_accounts()
        given, counterpart = self.account("009000"), self.account("009100")
        self.entry(self.day(4, 4, 1), [(given, 5_000), (counterpart, -5_000)])
        for code, amount in (("619001", 120), ("619002", 80.8), ("619003", 9.99)):
            self.entry(
                self.day(4, 5, 2),
                [(self.account(code), amount), (self.bank(), -amount)],
            )
        self.entry(
            self.day(2, 9, 1), [(self.account("619001"), 11), (self.bank(), -11)]
        )

    def _make_accounts(self):
        """Two off the balance; one to recode and two to merge."""
        self.env["account.account"].create(
            [
                {"code": code, "name": name, "account_type": kind}
                for code, name, kind in (
                    ("009000", "Guarantees given", "off_balance"),
                    ("009100", "Guarantees given, counterpart", "off_balance"),
                    ("619001", "To be recoded", "expense"),
                    ("619002", "To be merged", "expense"),
                    ("619003", "To be merged into", "expense"),
                )
            ]
        )
