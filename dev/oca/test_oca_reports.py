"""What the sandbox holds of a made ledger is what OCA's reports say of the books."""

from collections import defaultdict
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.account_silverfin.tests.ledgers import MadeLedgerCase, OdooSums
from odoo.addons.account_silverfin.tests.ledgers.charts import GENERIC

REPORT = "report.account_financial_report"
WIZARDS = {"trial_balance": "trial.balance.report", "open_items": "open.items.report"}


def exact(amount):
    """A float of the report as the amount it shows."""
    return Decimal(f"{amount:.2f}")


class ReportChecks:
    """What holds on every chart."""

    def report(self, name, **values):
        """The report's values; its wizard is not used: it refuses Belgium's chart."""
        model = self.env[f"{REPORT}.{name}"].sudo()
        common = {
            "wizard_id": 0,
            "wizard_name": f"{WIZARDS[name]}.wizard",
            "company_id": self.company.id,
            "partner_ids": [],
            "only_posted_moves": True,
            "hide_account_at_0": True,
            "foreign_currency": False,
            "grouped_by": False,
            "account_financial_report_lang": False,
        }
        return model._get_report_values([], common | values)

    def trial_balance(self, start, end):
        off = self.env["account.account"].search([("account_type", "=", "off_balance")])
        rows = self.report(
            "trial_balance",
            # a choice of accounts would leave the results of earlier years out
            account_ids=[],
            journal_ids=[],
            date_from=start,
            date_to=end,
            fy_start_date=start,
            show_partner_details=False,
            show_hierarchy=False,
            show_hierarchy_level=0,
            limit_hierarchy_level=False,
            hide_parent_hierarchy_level=False,
            unaffected_earnings_account=self.link.retained_earnings_account_id.id,
        )["trial_balance"]
        balances = {row["code"]: exact(row["ending_balance"]) for row in rows}
        off_codes = set(off.mapped("code"))
        return {
            code: balance
            for code, balance in balances.items()
            if balance and code not in off_codes
        }

    def open_items(self, on):
        """{(account, partner): what is open}"""
        accounts = self.ledger.trade_accounts()
        lines = self.report(
            "open_items",
            account_ids=accounts.ids,
            date_at=on.isoformat(),
            date_from=False,
            show_partner_details=False,
            target_move="posted",
        )["Open_Items"]
        codes = {account.id: account.code for account in accounts}
        found = defaultdict(Decimal)
        for account_id, items in lines.items():
            for item in items:
                found[codes[account_id], item["partner_name"]] += exact(
                    item["amount_residual"]
                )
        return {key: value for key, value in found.items() if value}

    def test_trial_balance_of_each_year(self):
        self.sync()
        compared = 0
        for start, end in self.ledger.years():
            there = self.sandbox.balance(self.client_file, end)
            there = {number: value for number, value in there.items() if value}
            self.assertEqual(there, self.trial_balance(start, end), f"at {end}")
            compared += len(there)
        self.assertGreater(compared, 40)

    def test_aged_lists_at_any_date(self):
        """At the end of every month, by account and partner."""
        compared = 0
        for start, end in self.ledger.years():
            for _first, last in OdooSums.months(start, end):
                wizard = self.env["silverfin.aged"].new({"date": last})
                accounts, items, _ages = wizard._read()
                found = defaultdict(Decimal)
                for account in accounts:
                    for item in items[account.account_id]:
                        found[account.number, item.partner] += item.open_value
                found = {key: value for key, value in found.items() if value}
                self.assertEqual(found, self.open_items(last), last)
                compared += len(found)
        self.assertGreater(compared, 100)

    def test_open_items_per_account_and_partner(self):
        self.sync()
        there = defaultdict(Decimal)
        for item in self.there().values():
            there[item.account_number, item.relation] += item.open_value or 0
        there = {key: value for key, value in there.items() if value}
        self.assertGreater(len(there), 1)
        self.assertEqual(there, self.open_items(self.ledger.years()[-1][1]))


@tagged("post_install", "-at_install")
class TestBelgium(ReportChecks, MadeLedgerCase):
    """Belgian companies, calendar years."""


@tagged("post_install", "-at_install")
class TestGeneric(ReportChecks, MadeLedgerCase):
    """Odoo's generic chart, years from April to March."""

    chart = GENERIC
