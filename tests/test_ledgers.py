"""A whole ledger of several years: every figure there is Odoo's own sum."""

from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from .ledgers import MadeLedgerCase
from .ledgers.charts import GENERIC


class LedgerChecks:
    """What holds on every chart."""

    def test_every_month_and_year(self):
        self.sync()
        self.assertEqual(self.link.state, "in_sync", self.link.message)
        self.assert_every_month_equal()
        self.assert_open_items_equal_balances()
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def test_opening_entry(self):
        """Dated the day before, it opens the first year: no year before it is sent.

        By hand: 10,000.00 on the bank, 605.00 from customers, 1,200.00 to suppliers,
        7,905.00 capital, and 1,490.00 + 10.00 on other equity."""
        day = self.ledger.day(1, 1, 1)
        self.assertEqual(self.ledger.opening.date, day - timedelta(days=1))
        self.sync()
        self.assertEqual(self.client_file.years[0].start, day)
        self.assertEqual(len(self.client_file.years), len(self.ledger.years()))
        there = self.there()
        lines = [there[str(line.id)] for line in self.ledger.opening.line_ids]
        self.assertEqual({line.date for line in lines}, {day})
        found = {line.account_number: line.value for line in lines}
        equity = found.pop(self.chart.retained)
        if self.chart.retained == self.chart.unaffected:
            equity += found.pop(self.chart.reserve)
        else:
            # both lines stand on it, and only one was found
            equity = self.balance_there(self.chart.retained, day)
        self.assertEqual(equity, -1_500)
        self.assertEqual(
            found,
            {
                self.ledger.bank().code: 10_000,
                self.ledger.receivable().code: 605,
                self.ledger.payable().code: -1_200,
                self.chart.capital: -7_905,
            },
        )

    def test_opening_entry_in_a_year_of_its_own(self):
        """For comparison: one year more, the first, and all other figures the same."""
        self.link.opening_year_apart = True
        self.sync()
        self.assertEqual(len(self.client_file.years), len(self.ledger.years()) + 1)
        self.assertFalse(self.client_file.years[0].compute_opening_balances)
        self.assert_every_month_equal()
        # and back: the opening's items go again with the other date, nothing else does
        self.link.opening_year_apart = False
        run = self.sync()
        self.assertEqual(run.upserted, len(self.ledger.opening.line_ids))
        self.assert_every_month_equal()

    def test_an_entry_before_the_opening_entry(self):
        """Then it is an entry like any other, on the day it has."""
        self.sync()
        old = self.ledger.day(1, 1, 1) - timedelta(days=100)
        bank, sales = self.ledger.bank(), self.ledger.sales()
        self.ledger.entry(old, [(bank, 3), (sales, -3)])
        self.sync()
        line = self.ledger.opening.line_ids[0]
        self.assertEqual(self.there()[str(line.id)].date, self.ledger.opening.date)
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def test_start_date(self):
        """From the third year on: the same figures, and the same open items."""
        start = self.ledger.day(3, 1, 1)
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference, start)
        self.refresh_companies()
        self.sync()
        self.assertEqual(self.client_file.years[0].start, start)
        self.assertEqual({line.date >= start for line in self.there().values()}, {True})
        self.assert_every_month_equal(start)
        self.assert_open_items_equal_balances()
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)
        # paid in two parts, one of them in the second year, the rest never
        line = self.ledger.open_lines(self.ledger.paid_in_parts)
        there = self.there()[f"opening/{line.id}"]
        self.assertAlmostEqual(float(there.value), line.amount_residual)
        self.assertEqual(there.value, there.open_value)

    def test_retained_earnings_account(self):
        self.assertEqual(
            self.link.retained_earnings_account_id.code, self.chart.retained
        )


@tagged("post_install", "-at_install")
class TestLedgerBelgium(LedgerChecks, MadeLedgerCase):
    """Belgian companies."""

    def test_what_carries_forward(self):
        """Figures by hand, credit balances negative.

        140000, profit brought forward, takes the results that no entry appropriated:

        ====  ======================================================  ===========
        2023  opening entry: 1,490.00, and 10.00 that did not balance,
              which Odoo put on 149000 the day before                   -1,500.00
              taken out by 790, put back by 693: 1,490.00 - 2,865.00    -1,375.00
        2024  the profit of 2,500.00 was appropriated whole:
              2,500 + 1,490 (790) - 125 (692) - 1,000 (694)
              - 2,865 (693) = 0                                         -2,875.00
        2025  the loss of 800.37 went to 141000 by 793; 11.00 came into
              the closed year later and was not appropriated            -2,864.00
        2026  not appropriated yet: sales 1,000.00, exchange gain 302.50
              on 2,420 GBP, at 2.0 and paid at 1.6                      -4,166.50
        2027  sales 300.10, expenses 120.00 + 80.80 + 9.99              -4,255.81
        ====  ======================================================  ===========
        """
        self.sync()
        for year, opening in (
            (2024, "-2875.00"),
            (2025, "-2864.00"),
            (2026, "-4166.50"),
            (2027, "-4255.81"),
        ):
            found = self.balance_there("140000", f"{year}-01-01")
            self.assertEqual(found, Decimal(opening), year)
        self.assertEqual(self.balance_there("141000"), Decimal("800.37"))
        self.assertEqual(self.balance_there("130000"), -125)
        self.assertEqual(self.balance_there("471000"), -1_000)
        # appropriation is part of the year's own result, and starts at zero again
        self.assertEqual(self.balance_there("693000", "2023-12-31"), 2_865)
        self.assertEqual(self.balance_there("790000", "2023-12-31"), -1_490)
        self.assertEqual(self.balance_there("693000", "2024-12-31"), 0)


@tagged("post_install", "-at_install")
class TestLedgerGeneric(LedgerChecks, MadeLedgerCase):
    """Odoo's generic chart, with years from April to March."""

    chart = GENERIC
    first_month = 4
