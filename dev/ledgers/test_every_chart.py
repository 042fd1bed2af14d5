"""The made ledger on every chart, and the figures that were compared."""

import json
import os
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
        with Path(os.environ["SILVERFIN_LEDGERS"]).open("a") as report:
            report.write(json.dumps(row) + "\n")


def _case(name, chart):
    words = "".join(word.strip(",").capitalize() for word in name.split())
    names = {"__module__": __name__, "__doc__": name, "name": name, "chart": chart}
    case = type(f"Test{words}", (ChartChecks, MadeLedgerCase), names)
    return tagged("post_install", "-at_install")(case)


for _case_of_chart in [_case(name, chart) for name, chart in CHARTS.items()]:
    globals()[_case_of_chart.__name__] = _case_of_chart
