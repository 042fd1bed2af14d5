"""What holds of a made ledger on every chart."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time

from .charts import CARRIED
from .made import RESULTS
from .sums import OdooSums


class LedgerChecks:
    """Mixed into a :class:`.case.MadeLedgerCase` with a chart."""

    def assert_proven(self):
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)
        self.assert_no_alarm()

    def assert_no_alarm(self):
        """The last comparison names no cause, remarks nothing and tells nobody."""
        result = self.position().verify_result
        self.assertEqual((self.named(result), result["differing"]), ([], 0))
        told = self.link.sudo().activity_ids.activity_type_id
        kind = self.env.ref("account_silverfin.mail_activity_type_proof")
        self.assertNotIn(kind, told)

    @staticmethod
    def named(result):
        """Every difference and remark of a comparison."""
        return [
            *(result["differences"] + result["adjustments"] + result["open_items"]),
            *filter(None, [result["retained"]]),
            *(year["own"] for year in result["years"] if year["own"]),
        ]

    def set_up_from(self, start):
        """As a person sets a start date in Silverfin."""
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference, start)
        self.refresh_companies()

    def test_retained_earnings_account(self):
        self.assertEqual(
            self.link.retained_earnings_account_id.code, self.chart.retained
        )

    def test_checkup(self):
        """The loose ends of the story are named, and nothing else of these books."""
        with freeze_time("2026-11-21"):
            checkup = self.env["silverfin.checkup"]._check(self.company)
        expected = {
            "bank_suspense": (1, -42.42),
            "customers_no_partner": (1, 205),
            "suppliers_no_partner": (1, -1200),
            "bank_day": (1, None),
            "dated_after": (1, 77),
            "off_balance": (2, 0),
        }
        if self.chart.manner in ("belgian", "association", "french"):
            # a profit of 1,300.00 less 11.00 that came into the closed second year
            expected["results"] = (None, 1289)
        for finding in checkup.finding_ids:
            count, amount = expected.pop(finding.code, ("unexpected", 0))
            if count is not None:
                self.assertEqual(finding.item_count, count, finding.what)
            if amount is not None:
                self.assertAlmostEqual(finding.amount, amount, 2, msg=finding.what)
        self.assertFalse(expected)

    def test_every_month_and_year(self):
        self.sync()
        self.assertEqual(self.link.state, "in_sync", self.link.message)
        scope = self.link._silverfin_scope(())
        self.assertFalse(scope.left_out_move_ids, "taken for closing entries")
        self.assert_every_month_equal()
        self.assert_open_items_equal_balances()
        self.assert_proven()

    def test_aged_lists_at_any_date(self):
        """At every quarter's end: each item as today's residual and the settlements
        since say, and together the balance of each account."""
        sums = OdooSums(self.company, self.link.retained_earnings_account_id)
        accounts = self.ledger.trade_accounts()
        codes = {account.id: account.code for account in accounts}
        lines = self.env["account.move.line"].search(
            [("account_id", "in", accounts.ids), ("parent_state", "=", "posted")]
        )
        seen = 0
        for start, end in self.ledger.years():
            for _first, last in list(sums.months(start, end))[2::3]:
                wizard = self.env["silverfin.aged"].new({"date": last})
                _accounts, items, _ages = wizard._read()
                found = Counter(
                    (codes[key], item.entry, item.due_date, item.open_value)
                    for key, own in items.items()
                    for item in own
                )
                self.assertEqual(found, self.open_on(lines, last), last)
                opened = Counter()
                for number, _entry, _due, amount in found.elements():
                    opened[number] += amount
                moved = sums.movement(date.min, last)
                for number in codes.values():
                    self.assertEqual(opened[number], moved.get(number, 0), last)
                seen += found.total()
        self.assertGreater(seen, 100, "a ledger worth the comparison")

    def open_on(self, lines, day):
        """What was open, from what is open now: other than the list is made."""
        found = Counter()
        for line in lines.filtered(lambda line: line.date <= day):
            since = [p.amount for p in line.matched_credit_ids if p.max_date > day]
            since += [-p.amount for p in line.matched_debit_ids if p.max_date > day]
            amount = Decimal(f"{line.amount_residual + sum(since):.2f}")
            if amount:
                due = line.date_maturity or line.date
                found[line.account_id.code, line.move_name, due, amount] += 1
        return found

    def test_results_by_hand(self):
        """Results before appropriation are worked out in ``made.py``, what carries
        forward in ``appropriation.py``."""
        self.sync()
        sums = OdooSums(self.company, self.link.retained_earnings_account_id)
        appropriation = self.env["account.account"].search(
            [("account_type", "=", "equity_unaffected")]
        )
        no_result = set(appropriation.mapped("code"))
        accounts = self.client_file.accounts
        for (start, end), expected in zip(self.ledger.years(), RESULTS, strict=True):
            balances = self.sandbox.balance(self.client_file, end)
            found = -sum(
                (
                    value
                    for number, value in balances.items()
                    if accounts[number].type in ("income", "expense")
                    and number not in no_result
                ),
                Decimal(0),
            )
            self.assertAlmostEqual(float(found), expected, 2, msg=f"{start}")
        carried = CARRIED[self.chart.manner]
        for (start, _end), expected in zip(
            self.ledger.years()[1:], carried, strict=True
        ):
            found = self.balance_there(self.chart.retained, start)
            self.assertEqual(found, Decimal(expected), f"{start}")
            self.assertEqual(sums.opening(start)[self.chart.retained], found)

    def test_start_date(self):
        """From the third year on: the same figures, and the same open items."""
        start = self.ledger.day(3, 1, 1)
        self.set_up_from(start)
        self.sync()
        self.assertEqual(self.client_file.years[0].start, start)
        self.assertEqual({line.date >= start for line in self.there().values()}, {True})
        self.assert_every_month_equal(start)
        self.assert_open_items_equal_balances()
        self.assert_proven()
        # paid in two parts, one of them in the second year, the rest never
        line = self.ledger.open_lines(self.ledger.paid_in_parts)
        there = self.there()[f"opening/{line.id}"]
        self.assertAlmostEqual(float(there.value), line.amount_residual)
        self.assertEqual(there.value, there.open_value)
        # an advance of 600.00 that was open then, and was used since
        line = self.ledger.open_lines(self.ledger.advance)
        there = self.there()[f"opening/{line.id}"]
        self.assertEqual(there.value, -600)
        self.assertEqual(float(there.open_value or 0), line.amount_residual)

    def test_changed_afterwards(self):
        """Recoded, merged and a change in a closed year, with and without a start
        date; 11.00 of the second year are 12.00 then."""
        self.sync()
        self.ledger.change_afterwards()
        run = self.sync()
        number = "619010" if self.ledger.recodes else "619001"
        self.assertEqual("619001 → 619010" in run.message, self.ledger.recodes)
        self.assert_every_month_equal()
        self.assert_proven()
        self.assertEqual(self.balance_there(number, self.ledger.last_day(2)), 12)
        # 80.80 and 9.99, under the number that this company has for the merged account
        found = self.balance_there("619002", self.ledger.last_day(4))
        self.assertEqual(found, Decimal("90.79"))
        start = self.ledger.day(4, 1, 1)
        self.set_up_from(start)
        self.sync()
        self.assert_every_month_equal(start)
        self.assert_proven()


class ChoiceChecks:
    """Mixed in besides: what a client file or the first entries make different."""

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
        found = Counter()
        for line in lines:
            found[line.account_number] += line.value
        equity = found.pop(self.chart.retained)
        if self.chart.retained == self.chart.unaffected:
            equity += found.pop(self.chart.reserve)
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
        self.assert_proven()

    def test_analytic_split(self):
        """100.01: 33.33 % on P1 and R1, 33.33 % on P1 and R2, 20 % on P2. 86.66 % of
        it are 86.67: 33.34, 33.33 and 20.00, and a rest of 13.34 on nothing."""
        projects, regions = self.ledger.plans
        self.link.write(
            {
                "analytics": True,
                "analytic_plan_1_id": projects.id,
                "analytic_plan_2_id": regions.id,
            }
        )
        self.sync()
        item = self.ledger.split.line_ids[0]
        there = {
            tuple(code for _type, code, _name in share.dimensions): share.value
            for key, share in self.there().items()
            if key.split("/")[0] == str(item.id)
        }
        amounts = {
            ("P1", "R1"): Decimal("33.34"),
            ("P1", "R2"): Decimal("33.33"),
            ("P2",): Decimal("20.00"),
            (): Decimal("13.34"),
        }
        self.assertEqual(there, amounts)
        for plan in self.ledger.plans:
            codes = [
                code for code, a in self.ledger.analytic.items() if a.plan_id == plan
            ]
            self.assertEqual(
                {
                    code: sum(v for key, v in there.items() if code in key)
                    for code in codes
                },
                OdooSums.analytic(self.company, plan),
            )
        self.assert_every_month_equal()

    def test_off_balance(self):
        """Left out, and sent as assets by choice: 5,000.00 each way."""
        self.link.off_balance = True
        self.sync()
        self.assertEqual(self.balance_there("G0001"), 5_000)
        self.assertEqual(self.balance_there("G0002", self.ledger.last_day(5)), -5_000)
        self.assert_proven()
        self.link.off_balance = False
        self.sync()
        self.assert_every_month_equal()
