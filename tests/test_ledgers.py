"""A whole ledger of several years: every figure there is Odoo's own sum."""

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


@tagged("post_install", "-at_install")
class TestLedgerBelgium(LedgerChecks, MadeLedgerCase):
    """Belgian companies."""


@tagged("post_install", "-at_install")
class TestLedgerGeneric(LedgerChecks, MadeLedgerCase):
    """Odoo's generic chart, with years from April to March."""

    chart = GENERIC
    first_month = 4
