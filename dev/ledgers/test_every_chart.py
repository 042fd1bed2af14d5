"""The made ledger on every chart, and the figures that were compared."""

import json
import os
from decimal import Decimal
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.account_silverfin.tests.ledgers import (
    ChoiceChecks,
    LedgerChecks,
    MadeLedgerCase,
)
from odoo.addons.account_silverfin.tests.ledgers.charts import CHARTS


class ChartChecks(LedgerChecks, ChoiceChecks):
    """As in ``make test``, and from every start date."""

    def test_all_start_dates(self):
        """None, and the first day of the second, third and fourth year."""
        starts = [None, *(self.ledger.day(year, 1, 1) for year in (2, 3, 4))]
        found = []
        for start in starts:
            if start:
                self.set_up_from(start)
            self.sync()
            self.assertEqual(self.link.state, "in_sync", self.link.message)
            found.append(self.compared(start))
            self.assert_open_items_equal_balances()
            self.assert_proven()
        self._report(found)
        self.assertEqual([one.differences[:10] for one in found], [[]] * len(starts))

    def test_no_false_alarm(self):
        """Clean books by month, quarter and year, sent whole and from the third year
        on, then changed and sent again: the comparison of every year names no cause."""
        results = []
        for start in (None, self.ledger.day(3, 1, 1)):
            if start:
                self.set_up_from(start)
            self.sync()
            for reporting in ("monthly", "quarterly", "yearly"):
                self.client_file.reporting = reporting
                results.append(self.compared_every_year())
        self.ledger.change_afterwards()
        self.sync()
        results.append(self.compared_every_year())
        named = [cause for result in results for cause in self.named(result)]
        self._keep(
            {
                "chart": self.name,
                "comparisons": len(results),
                "periods": sum(result["periods"] for result in results),
                "balances": sum(result["accounts"] for result in results),
                "causes": len(named),
            }
        )
        self.assertEqual(named, [])
        self.assert_no_alarm()

    def compared_every_year(self):
        self.link.action_verify_all()
        self.work()
        self.assertEqual(self.link.verify_state, "equal", self.link.message)
        return self.position().verify_result

    def _report(self, found):
        row = {
            "chart": self.name,
            "retained": self.link.retained_earnings_account_id.code,
            "accounts": len(found[0].accounts),
            "start_dates": len(found) - 1,
            "months": sum(one.months for one in found),
            "figures": sum(one.figures for one in found),
            "differences": [text for one in found for text in one.differences],
        }
        self._keep(row)

    @staticmethod
    def _keep(row):
        with Path(os.environ["SILVERFIN_LEDGERS"]).open("a") as report:
            report.write(json.dumps(row) + "\n")


class CashBasisChecks(ChartChecks):
    """A chart whose ledger has a tax that is due on payment."""

    def test_tax_due_on_payment(self):
        """An invoice of 1,000.00 and 200.00 tax; 300.00 of it comes in the third year:
        50.00 are due then, 150.00 are not. 200.00 more: 33.33, and 116.67 are not."""
        self.sync()
        tax = self.ledger.cash_basis_tax()
        waiting = tax.cash_basis_transition_account_id.code
        for year, expected in ((2, "0"), (3, "-150.00"), (4, "-116.67")):
            found = self.balance_there(waiting, self.ledger.last_day(year))
            self.assertEqual(found, Decimal(expected), year)


def _case(name, chart):
    words = "".join(word.strip(",").capitalize() for word in name.split())
    checks = CashBasisChecks if chart.cash_basis_tax else ChartChecks
    names = {"__module__": __name__, "__doc__": name, "name": name, "chart": chart}
    case = type(f"Test{words}", (checks, MadeLedgerCase), names)
    return tagged("post_install", "-at_install")(case)


for _chart_case in [_case(name, chart) for name, chart in CHARTS.items()]:
    globals()[_chart_case.__name__] = _chart_case
del _chart_case
