"""A whole ledger of several years: every figure there is Odoo's own sum.

The Belgian chart, with SILVERFIN_SLOW=1 also the generic one; ``dev/run ledgers.py``
does the same on ten.
"""

import os

from odoo.tests import tagged

from .ledgers import ChoiceChecks, LedgerChecks, MadeLedgerCase
from .ledgers.charts import BELGIUM, GENERIC
from .statements import StatementChecks


@tagged("post_install", "-at_install")
class TestLedgerBelgium(LedgerChecks, ChoiceChecks, StatementChecks, MadeLedgerCase):
    """Belgian companies."""

    chart = BELGIUM


if os.environ.get("SILVERFIN_SLOW"):

    @tagged("post_install", "-at_install")
    class TestLedgerGeneric(LedgerChecks, MadeLedgerCase):
        """Odoo's generic chart, with years from April to March."""

        chart = GENERIC
