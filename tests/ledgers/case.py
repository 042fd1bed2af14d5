"""A client file of a ledger made for it, and the comparison month by month."""

from collections import defaultdict
from decimal import Decimal

from ..books import SilverfinBooksCase
from .charts import BELGIUM
from .made import MadeLedger
from .sums import DAY, OdooSums


class MadeLedgerCase(SilverfinBooksCase):
    """Base of tests on a whole ledger of several years."""

    chart = BELGIUM
    first_month = 1
    """The month in which the financial year begins."""

    @classmethod
    def _make_books(cls):
        env = cls.env(user=cls.user)
        cls.ledger = MadeLedger.make(env, cls.chart, cls.first_month)
        cls.env = cls.ledger.env
        cls.company = cls.ledger.company
        cls.journal = cls.ledger.journal("general")

    def account(self, number):
        return self.ledger.account(number)

    def assert_every_month_equal(self, first=None):
        """Sandbox and Odoo agree on opening, movement and closing of every account,
        month and year.

        :param first: start of the first year that is compared; default: of the ledger
        :return: how many figures were compared
        """
        sums = OdooSums(self.company, self.link.retained_earnings_account_id)
        there = self._movements_there()
        compared = 0
        for year_start, year_end in self.ledger.years(first):
            before = sums.opening(year_start)
            for month_start, month_end in sums.months(year_start, year_end):
                closing = self._balances_there(month_end)
                movement = self._within(there, month_start, month_end)
                opening = self._difference(closing, movement)
                where = f"{month_start} to {month_end}"
                expected = sums.closing(year_start, month_end)
                moved = sums.movement(month_start, month_end)
                self.assertEqual(movement, moved, f"movement, {where}")
                self.assertEqual(closing, expected, f"closing, {where}")
                self.assertEqual(opening, before, f"opening, {where}")
                before = expected
                compared += 3 * len(expected)
        self.assertGreater(compared, 500, "a ledger worth the comparison")
        return compared

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

    def year_end(self, number):
        """The last day of the ledger's ``number``-th year."""
        return self.ledger.day(number + 1, 1, 1) - DAY
