"""Settings, companies, references, info, company settings, reset."""

import threading
from datetime import date

from test_sandbox_support import ACCOUNTS, SandboxCase, upsert, year


class Companies(SandboxCase):
    def test_settings(self):
        self.assertEqual(
            self.call("GET", "/syncs/settings").json(),
            {
                "max_actions_per_request": 500,
                "max_analytical_dimensions": 4,
                "account_name_locales": ["en", "nl", "fr", "de", "da"],
            },
        )

    def test_all_five_keys_always(self):
        second = self.sandbox.add_client_file(self.firm, "Second")
        self.sandbox.set_up_sync(second, "uuid:2", date(2026, 1, 1))
        self.sandbox.add_client_file(self.firm, "Without sync")
        listed = self.call("GET", "/syncs/companies").json()
        self.assertEqual(
            listed,
            [
                {
                    "id": self.file.id,
                    "name": "File",
                    "sync_reference": "uuid:1",
                    "sync_point": self.point,
                    "sync_start_at": None,
                },
                {
                    "id": second.id,
                    "name": "Second",
                    "sync_reference": "uuid:2",
                    "sync_point": second.sync.point,
                    "sync_start_at": "2026-01-01",
                },
            ],
        )
        self.assertIsInstance(self.point, str)

    def test_pages(self):
        for number in range(60):
            file = self.sandbox.add_client_file(self.firm, str(number))
            self.sandbox.set_up_sync(file, f"uuid:{number}", None, self.application)

        def sizes(**query):
            pages = (
                self.call("GET", "/syncs/companies", params={"page": p, **query})
                for p in (1, 2, 3)
            )
            return [len(page.json()) for page in pages]

        self.assertEqual(sizes(), [50, 11, 0])
        self.assertEqual(sizes(per_page=30), [30, 30, 1])
        for wrong in ({"page": 0}, {"per_page": "x"}, {"per_page": 201}):
            answer = self.call("GET", "/syncs/companies", params=wrong)
            self.assertRefused(answer, 422)

    def test_removed(self):
        self.sandbox.remove_sync(self.file)
        self.assertEqual(self.call("GET", "/syncs/companies").json(), [])
        for method, rest in (
            ("GET", "info"),
            ("POST", "settings"),
            ("POST", "transactions"),
            ("DELETE", "reset"),
        ):
            self.assertRefused(self.sync_call(method, rest), 409)

    def test_info(self):
        expected = {
            "sync_point": self.point,
            "sync_start_at": None,
            "sync_reference": "uuid:1",
        }
        self.assertEqual(self.sync_call("GET", "info").json(), expected)
        self.file.misconfigured = "No reporting period"
        self.assertRefused(self.sync_call("GET", "info"), 409, "No reporting period")

    def test_linked_anew_has_another_point_and_keeps_its_transactions(self):
        self.accepted([upsert()], ACCOUNTS)
        before = self.point
        self.sandbox.remove_sync(self.file)
        self.set_up(self.file)
        self.assertNotEqual(self.point, before)
        self.assertEqual(len(self.sandbox.transactions(self.file)), 1)


class References(SandboxCase):
    def put(self, *references, **options):
        body = {"sync_references": [{"reference": r, "name": r} for r in references]}
        return self.call("POST", "/syncs/sync_references", json=body, **options)

    def offered(self):
        return [
            (app.client_id, line.reference)
            for app, line in self.sandbox.state.references_of(self.firm)
        ]

    def test_replaces_the_whole_list_of_the_application(self):
        other = self.sandbox.add_application()
        token = self.sandbox.grant(other, self.firm).access_token
        self.assertTrue(self.put("a", "b").ok)
        self.assertTrue(self.put("x", token=token).ok)
        self.assertTrue(self.put("c").ok)
        expected = [(self.application.client_id, "c"), (other.client_id, "x")]
        self.assertEqual(self.offered(), expected)
        self.assertTrue(self.put().ok)
        self.assertEqual(self.offered(), [(other.client_id, "x")])

    def test_set_up_finds_the_application_of_a_reference(self):
        other = self.sandbox.add_application()
        self.put("a")
        file = self.sandbox.add_client_file(self.firm, "Second")
        sync = self.sandbox.set_up_sync(file, "a")
        self.assertIs(sync.application, self.application)
        with self.assertRaises(ValueError):
            self.sandbox.set_up_sync(file, "nobody's")
        self.assertIsNot(other, sync.application)

    def test_wrong_bodies(self):
        self.put("kept")
        good = {"reference": "a", "name": "A"}
        for wrong in (
            [{"reference": 1, "name": "A"}],
            [{"reference": "", "name": "A"}],
            [{"reference": "a"}],
            [{**good, "vat": "BE"}],
            [good, good],
            "a",
            None,
        ):
            with self.subTest(wrong):
                answer = self.call(
                    "POST", "/syncs/sync_references", json={"sync_references": wrong}
                )
                self.assertRefused(answer, 422)
        answer = self.call("POST", "/syncs/sync_references", json={})
        self.assertRefused(answer, 422, "missing")
        self.assertEqual(self.offered(), [(self.application.client_id, "kept")])


class CompanySettings(SandboxCase):
    def put(self, *years, **more):
        body = {"years": list(years), **more}
        return self.sync_call("POST", "settings", json=body)

    def test_kept(self):
        answer = self.put(
            year("2026-01-01", "2026-12-31"),
            year("2025-07-01", "2025-12-31", False, False),
            retained_earnings_account="140000",
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual([y.start.year for y in self.file.years], [2025, 2026])
        self.assertEqual(self.file.retained_earnings_account, "140000")

    def test_account_is_needed_once_a_year_computes(self):
        first = year("2025-01-01", "2025-12-31", False, False)
        self.assertTrue(self.put(first).ok)
        answer = self.put(first, year("2026-01-01", "2026-12-31"))
        self.assertRefused(answer, 422, "retained_earnings_account")
        answer = self.put(first, retained_earnings_account=140000)
        self.assertRefused(answer, 422, "string")

    def test_wrong_years(self):
        good = year("2025-01-01", "2025-12-31", False, False)
        for said, *wrong in (
            ("at least one",),
            ("overlap", good, year("2025-12-31", "2026-12-31", False, False)),
            ("gap", good, year("2026-01-02", "2026-12-31", False, False)),
            ("within two years", year("2025-01-01", "2027-01-01", False, False)),
            ("within two years", year("2025-01-01", "2024-12-31", False, False)),
            ("YYYY-MM-DD", year("20250101", "2025-12-31", False, False)),
            ("YYYY-MM-DD", year("2025-01-01", "2025-02-29", False, False)),
            ("YYYY-MM-DD", year("2025-01-01", None, False, False)),
            ("true or false", year("2025-01-01", "2025-12-31", 0, False)),
            ("lacks", {"start_date": "2025-01-01", "end_date": "2025-12-31"}),
            ("unknown keys", {**good, "closed": True}),
            ("object", "2025"),
        ):
            with self.subTest(said):
                self.assertRefused(self.put(*wrong), 422, said)
        self.assertEqual(self.file.years, [])
        self.assertRefused(self.sync_call("POST", "settings", json={}), 422, "missing")


class Reset(SandboxCase):
    def setUp(self):
        super().setUp()
        days = ("2025-12-31", "2026-01-01", "2026-02-01")
        self.accepted([upsert(day, day) for day in days], ACCOUNTS)

    def reset(self, **query):
        return self.sync_call("DELETE", "reset", params=query)

    def test_later_than_a_date(self):
        answer = self.reset(after_date="2026-01-01")
        self.assertEqual((answer.status_code, answer.text), (204, ""))
        kept = self.sandbox.transactions(self.file)
        self.assertEqual(list(kept), ["2025-12-31", "2026-01-01"])
        self.assertEqual(
            self.sandbox.balance(self.file, date(2026, 12, 31)).keys(), {"400000"}
        )
        self.assertTrue(self.file.accounts)

    def test_everything(self):
        self.assertTrue(self.reset().ok)
        self.assertEqual(self.sandbox.transactions(self.file), {})
        self.assertEqual(self.sandbox.balance(self.file, date(2026, 12, 31)), {})
        self.point = self.file.sync.point
        self.assertRefused(self.submit([upsert()]), 422, "unknown")

    def test_point_changes(self):
        self.assertTrue(self.reset(after_date="2026-03-01").ok)
        self.assertNotEqual(self.file.sync.point, self.point)
        if self.reading == "issued":
            self.assertRefused(self.submit([upsert()]), 409)

    def test_wrong_date_wipes_nothing(self):
        for wrong in ("", "20260101", "2026-13-01"):
            self.assertRefused(self.reset(after_date=wrong), 422)
        self.assertEqual(len(self.sandbox.transactions(self.file)), 3)

    def test_shares_the_turn_with_submit(self):
        rule = self.sandbox.faults.add(path="transactions$", hold="before")
        held = threading.Thread(target=self.submit, args=([upsert()],))
        held.start()
        self.assertTrue(rule.reached.wait(5))
        self.assertRefused(self.reset(), 429)
        self.assertEqual(len(self.sandbox.transactions(self.file)), 3)
        self.sandbox.faults.release()
        held.join(5)
        self.assertTrue(self.reset().ok)
        self.assertEqual(self.sandbox.overlaps(self.file), 1)
