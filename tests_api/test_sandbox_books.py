"""Balances read back: periods, openings, retained earnings, exact to the cent."""

import json
from datetime import date
from decimal import Decimal

from test_sandbox_support import ACCOUNTS, SandboxCase, upsert, year


class BooksCase(SandboxCase):
    def years(self, *years, retained="140000"):
        body = {"years": list(years), "retained_earnings_account": retained}
        answer = self.sync_call("POST", "settings", json=body)
        self.assertEqual(answer.status_code, 200, answer.text)

    def book(self, *lines):
        """Lines of (date, account, value)."""
        start = len(self.file.ledger)
        actions = [
            upsert(str(start + index), *line) for index, line in enumerate(lines)
        ]
        self.accepted(actions, ACCOUNTS)

    def periods(self, **query):
        answer = self.call("GET", f"/companies/{self.file.id}/periods", params=query)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def values(self, end, **query):
        """Account values of the period that ends then, digits as they were sent."""
        period = next(p["id"] for p in self.periods() if p["end_date"] == end)
        path = f"/companies/{self.file.id}/periods/{period}/accounts"
        answer = self.call("GET", path, params=query)
        self.assertEqual(answer.status_code, 200, answer.text)
        found = json.loads(answer.text, parse_float=Decimal, parse_int=Decimal)
        return {line["account"]["number"]: line["value"] for line in found}


class Openings(BooksCase):
    lines = (
        ("2025-06-01", "400000", 121),
        ("2025-06-01", "700000", -100),
        ("2025-06-01", "451000", -21),
        ("2025-07-01", "600000", 40),
        ("2025-07-01", "400000", -40),
        ("2026-02-01", "400000", 50),
        ("2026-02-01", "700000", -50),
    )
    first = year("2025-01-01", "2025-12-31", False, False)

    def setUp(self):
        super().setUp()
        self.book(*self.lines)

    def test_both_computed(self):
        self.years(self.first, year("2026-01-01", "2026-12-31"))
        expected = {"400000": 81, "700000": -100, "451000": -21, "600000": 40}
        self.assertEqual(self.values("2025-12-31"), expected)
        self.assertEqual(
            self.values("2026-12-31"),
            {"400000": 131, "700000": -50, "451000": -21, "140000": -60},
        )

    def test_nothing_computed(self):
        self.years(self.first, year("2026-01-01", "2026-12-31", False, False))
        self.assertEqual(self.values("2026-12-31"), {"400000": 50, "700000": -50})

    def test_openings_only(self):
        self.years(self.first, year("2026-01-01", "2026-12-31", True, False))
        expected = {"400000": 131, "700000": -50, "451000": -21}
        self.assertEqual(self.values("2026-12-31"), expected)

    def test_retained_earnings_only(self):
        self.years(self.first, year("2026-01-01", "2026-12-31", False, True))
        expected = {"400000": 50, "700000": -50, "140000": -60}
        self.assertEqual(self.values("2026-12-31"), expected)

    def test_results_of_several_years_add_up(self):
        self.years(
            self.first,
            year("2026-01-01", "2026-12-31"),
            year("2027-01-01", "2027-12-31"),
            year("2028-01-01", "2028-12-31"),
        )
        expected = {"400000": 131, "451000": -21, "140000": -110}
        self.assertEqual(self.values("2027-12-31"), expected)
        self.assertEqual(self.values("2028-12-31"), expected)

    def test_openings_sent_as_transactions_double_where_older_data_is_there(self):
        # The year of the openings must not compute any, or 2025 comes in twice.
        self.book(
            ("2026-01-01", "400000", 81),
            ("2026-01-01", "451000", -21),
            ("2026-01-01", "140000", -60),
        )
        self.years(self.first, year("2026-01-01", "2026-12-31", False, False))
        right = {"400000": 131, "451000": -21, "140000": -60, "700000": -50}
        self.assertEqual(self.values("2026-12-31"), right)
        self.years(self.first, year("2026-01-01", "2026-12-31"))
        doubled = {"400000": 212, "451000": -42, "140000": -120, "700000": -50}
        self.assertEqual(self.values("2026-12-31"), doubled)

    def test_data_before_the_first_year_is_a_year_before_it(self):
        self.years(year("2026-01-01", "2026-12-31"))
        self.assertEqual(self.values("2026-12-31")["400000"], 131)
        self.assertEqual(self.values("2025-12-31")["400000"], 81)
        self.years(year("2026-01-01", "2026-12-31", False, False))
        self.assertEqual(self.values("2026-12-31")["400000"], 50)

    def test_type_of_an_account_decides(self):
        self.years(self.first, year("2026-01-01", "2026-12-31"))
        changed = [{**ACCOUNTS[0], "type": "expense"}]
        self.accepted([{"delete": {"id": "none"}}], changed)
        expected = {"400000": 50, "700000": -50, "451000": -21, "140000": 21}
        self.assertEqual(self.values("2026-12-31"), expected)

    def test_broken_years(self):
        self.years(
            year("2024-10-01", "2025-06-30", False, False),
            year("2025-07-01", "2026-06-30"),
        )
        self.assertEqual(self.values("2025-06-30")["700000"], -100)
        expected = {"400000": 131, "451000": -21, "140000": -100}
        expected |= {"600000": 40, "700000": -50}
        self.assertEqual(self.values("2026-06-30"), expected)


class Values(BooksCase):
    def test_exact_to_the_cent(self):
        cents = [("2026-01-01", "400000", 0.1)] * 3
        self.book(*cents, ("2026-01-01", "451000", -0.3))
        values = self.values("2026-12-31")
        self.assertEqual(values, {"400000": Decimal("0.3"), "451000": Decimal("-0.3")})
        # More digits than a double holds, so written by hand.
        body = {"sync_point": self.point, "actions": [upsert("x", value=7)]}
        text = json.dumps(body).replace(": 7}", ": 123456789012345678.93}")
        kind = {"Content-Type": "application/json"}
        answer = self.sync_call("POST", "transactions", data=text, headers=kind)
        self.assertEqual(answer.status_code, 200, answer.text)
        found = self.values("2026-12-31")["400000"]
        self.assertEqual(found, Decimal("123456789012345679.23"))

    def test_only_accounts_with_data(self):
        self.book(("2026-01-01", "400000", 5), ("2026-01-02", "400000", -5))
        self.assertEqual(self.values("2026-12-31"), {"400000": 0})
        self.accepted([{"delete": {"id": "0"}}, {"delete": {"id": "1"}}])
        self.assertEqual(self.sandbox.balance(self.file, date(2026, 12, 31)), {})

    def test_shape_and_pages(self):
        accounts = [
            {"number": str(n), "names": {"nl": f"Naam {n}"}, "type": "asset"}
            for n in range(1000, 1250)
        ]
        actions = [upsert(a["number"], account=a["number"]) for a in accounts]
        self.accepted(actions, accounts)
        self.assertEqual(len(self.values("2026-12-31")), 200)
        second = self.values("2026-12-31", page=2)
        self.assertEqual(list(second), [str(n) for n in range(1200, 1250)])
        period = self.periods()[0]["id"]
        path = f"/companies/{self.file.id}/periods/{period}/accounts"
        line = self.call("GET", path, params={"per_page": 1}).json()[0]
        known = self.file.accounts["1000"]
        account = {"id": known.id, "number": "1000", "name": "Naam 1000"}
        self.assertEqual(line, {"account": account, "value": 121.07})

    def test_tampered_by_a_cent(self):
        self.book(("2025-05-01", "400000", 10), ("2026-05-01", "400000", 1))
        cent = Decimal("0.01")
        self.sandbox.tamper(self.file, "400000", date(2026, 12, 31), cent)
        self.assertEqual(self.values("2025-12-31"), {"400000": 10})
        self.assertEqual(self.values("2026-12-31"), {"400000": Decimal("11.01")})
        with self.assertRaises(ValueError):
            self.sandbox.tamper(self.file, "none", date(2026, 12, 31), cent)

    def test_unknown_period(self):
        path = f"/companies/{self.file.id}/periods/5/accounts"
        self.assertRefused(self.call("GET", path), 404)


class Periods(BooksCase):
    def ends(self, reporting):
        self.file.reporting = reporting
        return [period["end_date"] for period in self.periods()]

    def test_none_yet(self):
        self.assertEqual(self.periods(), [])

    def test_newest_first_with_the_year(self):
        self.years(year("2025-01-01", "2026-06-30"), year("2026-07-01", "2027-06-30"))
        self.book(("2026-08-15", "400000", 1))
        found = self.periods()
        ends = ["2027-06-30", "2026-08-31", "2026-06-30"]
        self.assertEqual([period["end_date"] for period in found], ends)
        bounds = {"start_date": "2026-07-01", "end_date": "2027-06-30"}
        self.assertEqual(found[1]["fiscal_year"], bounds)
        self.assertEqual(found, self.periods())
        self.assertEqual(len({period["id"] for period in found}), 3)

    def test_reporting(self):
        self.book(("2025-11-15", "400000", 1), ("2026-05-31", "400000", 1))
        yearly = ["2026-12-31", "2026-05-31", "2025-12-31"]
        self.assertEqual(self.ends("yearly"), yearly)
        quarters = ["2026-12-31", "2026-05-31", "2026-03-31", "2025-12-31"]
        self.assertEqual(
            self.ends("quarterly"),
            [*quarters, "2025-09-30", "2025-06-30", "2025-03-31"],
        )
        monthly = self.ends("monthly")
        self.assertEqual(len(monthly), 1 + 5 + 12)
        self.assertIn("2026-02-28", monthly)

    def test_balance_within_a_year(self):
        self.file.reporting = "monthly"
        self.book(("2026-01-31", "700000", -1), ("2026-02-01", "700000", -2))
        self.assertEqual(self.values("2026-01-31"), {"700000": -1})
        self.assertEqual(self.values("2026-02-28"), {"700000": -3})

    def test_pages(self):
        self.file.reporting = "monthly"
        self.book(("2020-01-01", "400000", 1), ("2026-05-31", "400000", 1))
        everything = self.periods()
        self.assertEqual(self.periods(page=2, per_page=10), everything[10:20])


class Around(BooksCase):
    def test_adjustments_are_apart_unless_switched(self):
        self.book(("2026-01-31", "400000", 10))
        value = Decimal("-2.50")
        self.sandbox.add_adjustment(
            self.file, "400000", date(2026, 3, 1), value, "Accrual"
        )
        period = self.periods()[0]["id"]
        path = f"/companies/{self.file.id}/periods/{period}/adjustments"
        found = self.call("GET", path).json()
        self.assertEqual(
            [(a["value"], a["description"]) for a in found], [(-2.5, "Accrual")]
        )
        self.assertEqual(self.values("2026-12-31"), {"400000": 10})
        self.sandbox.adjustments_in_value = True
        self.assertEqual(self.values("2026-12-31"), {"400000": Decimal("7.5")})
        self.assertEqual(self.values("2026-01-31"), {"400000": 10})

    def test_open_transactions(self):
        item = {"value": 121.07, "category": "receivable"}
        open_line = upsert("1", relation="Customer", open_transaction=item)
        self.accepted([open_line, upsert("2")], ACCOUNTS)
        path = f"/companies/{self.file.id}/open_transactions"
        found = self.call("GET", path).json()
        self.assertEqual([line["id"] for line in found], ["1"])
        self.assertEqual(
            (found[0]["value"], found[0]["category"], found[0]["relation"]),
            (121.07, "receivable", "Customer"),
        )
