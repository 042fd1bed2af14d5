"""A whole ledger of several years: every figure there is Odoo's own sum."""

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
