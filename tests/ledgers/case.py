"""A client file of a ledger made for it, and the comparison month by month."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ..books import SilverfinBooksCase
from .charts import BELGIUM
from .made import MadeLedger
from .sums import OdooSums


@dataclass
class Comparison:
    """What was compared, and what differs."""

    months: int = 0
    accounts: set[str] = field(default_factory=set)
    figures: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, what, there, expected):
        """Two ``{account: amount}``."""
        self.accounts |= expected.keys()
        self.figures += len(expected)
        for code in sorted(there.keys() | expected.keys()):
            one, other = there.get(code, 0), expected.get(code, 0)
            if one != other:
                text = f"{what}: {code} is {one} there, {other} in the books"
                self.differences.append(text)


class MadeLedgerCase(SilverfinBooksCase):
    """Base of tests on a whole ledger of several years."""

    chart = BELGIUM

    @classmethod
    def _make_books(cls):
        env = cls.env(user=cls.user)
        cls.ledger = MadeLedger.make(env, cls.chart)
        cls.env = cls.ledger.env
        cls.company = cls.ledger.company
        cls.journal = cls.ledger.journal("general")

    def account(self, number):
        return self.ledger.account(number)

    def compared(self, first=None):
        """Opening, movement and closing of every account, month and year, between the
        sandbox and Odoo's own sums.

        :param first: start of the first year that is compared; default: of the ledger
        """
        sums = OdooSums(self.company, self.link.retained_earnings_account_id)
        there = self._movements_there()
        found = Comparison()
        for year_start, year_end in self.ledger.years(first):
            before = sums.opening(year_start)
            for month_start, month_end in sums.months(year_start, year_end):
                closing = self._balances_there(month_end)
                movement = self._within(there, month_start, month_end)
                opening = self._difference(closing, movement)
                expected = sums.closing(year_start, month_end)
                moved = sums.movement(month_start, month_end)
                where = f"{month_start} to {month_end}"
                found.add(f"movement, {where}", movement, moved)
                found.add(f"closing, {where}", closing, expected)
                found.add(f"opening, {where}", opening, before)
                before = expected
                found.months += 1
        return found

    def assert_every_month_equal(self, first=None):
        """As :meth:`compared`, and nothing differs."""
        found = self.compared(first)
        self.assertEqual(found.differences[:10], [])
        self.assertGreater(found.figures, 500, "a ledger worth the comparison")

    def _movements_there(self):
        """By account and day, without what an opening brings in."""
        moved = defaultdict(lambda: defaultdict(Decimal))
        opening = set()
        if not self.link.opening_year_apart:
            opening = {str(line.id) for line in self.ledger.opening.line_ids}
        for line in self.there().values():
            if not line.id.startswith("opening/") and line.id not in opening:
                moved[line.account_number][line.date] += line.value
        return moved

    @staticmethod
    def _within(moved, first, last):
        sums = {
            number: sum((v for d, v in days.items() if first <= d <= last), Decimal(0))
            for number, days in moved.items()
        }
        return {number: value for number, value in sums.items() if value}

    def _balances_there(self, on):
        balances = self.sandbox.balance(self.client_file, on)
        return {number: value for number, value in balances.items() if value}

    @staticmethod
    def _difference(one, other):
        numbers = one.keys() | other.keys()
        found = {n: one.get(n, 0) - other.get(n, 0) for n in numbers}
        return {number: value for number, value in found.items() if value}

    def assert_open_items_equal_balances(self, on=None):
        """Per receivable and payable account: open items there are its balance."""
        on = on or self.ledger.years()[-1][1]
        opened = defaultdict(Decimal)
        for line in self.there().values():
            opened[line.account_number] += line.open_value or Decimal(0)
        for account in self.ledger.trade_accounts():
            self.assertEqual(
                opened[account.code],
                self._balances_there(on).get(account.code, Decimal(0)),
                account.code,
            )
