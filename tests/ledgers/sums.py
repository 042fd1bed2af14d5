"""Odoo's own sums per account and month: by its ORM, and nothing of ``ledger/``."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

ZERO = Decimal(0)
DAY = timedelta(days=1)


class OdooSums:
    """Opening, movement and closing of every account and month.

    Which account starts a year at zero is Odoo's own ``include_initial_balance``. What
    stood there goes to the retained-earnings account, as in an annual account; so that
    account carries forward itself, whatever its type.
    """

    def __init__(self, company, retained):
        self._company = company
        self._retained = retained.with_company(company).code
        self._days = defaultdict(lambda: defaultdict(Decimal))
        self._nominal = set()
        lines = company.env["account.move.line"].with_company(company)
        digits = company.currency_id.decimal_places
        for account, day, balance in lines._read_group(
            [
                ("company_id", "child_of", company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "!=", "off_balance"),
            ],
            ["account_id", "date:day"],
            ["balance:sum"],
        ):
            value = Decimal(f"{balance:.{digits}f}")
            if value:
                self._days[account.code][day] += value
            if not account.include_initial_balance and account != retained:
                self._nominal.add(account.code)

    def movement(self, first: date, last: date) -> dict[str, Decimal]:
        """What moved per account, both days included; zeros left out."""
        return self._without_zeros(
            {
                code: sum((v for d, v in days.items() if first <= d <= last), ZERO)
                for code, days in self._days.items()
            }
        )

    def opening(self, year_start: date) -> dict[str, Decimal]:
        """What each account takes over into the year."""
        balances = defaultdict(Decimal)
        for code, value in self.movement(date.min, year_start - DAY).items():
            balances[self._retained if code in self._nominal else code] += value
        return self._without_zeros(balances)

    def closing(self, year_start: date, on: date) -> dict[str, Decimal]:
        """The balance of each account on a day of the year."""
        balances = defaultdict(Decimal, self.opening(year_start))
        for code, value in self.movement(year_start, on).items():
            balances[code] += value
        return self._without_zeros(balances)

    def result(self, first: date, last: date) -> Decimal:
        """The result of a year, a profit positive, appropriation included."""
        moved = self.movement(first, last)
        return -sum((v for code, v in moved.items() if code in self._nominal), ZERO)

    @staticmethod
    def analytic(company, plan) -> dict[str, Decimal]:
        """The total of each analytic account of a plan, costs positive."""
        column = plan._column_name()
        rows = (
            company.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id), (column, "!=", False)],
                [column],
                ["amount:sum"],
            )
        )
        return {account.code: Decimal(f"{-amount:.2f}") for account, amount in rows}

    @staticmethod
    def months(year_start: date, year_end: date):
        """``(first day, last day)`` of each month of a year."""
        first = year_start
        while first <= year_end:
            following = first.replace(day=1) + relativedelta(months=1)
            yield first, min(following - DAY, year_end)
            first = following

    @staticmethod
    def _without_zeros(balances):
        return {code: value for code, value in balances.items() if value}
