"""Each call of the contract: what goes over the wire, and what is made of answers."""

import datetime
import urllib.parse
from decimal import Decimal

from rawserver import in_turn, reply
from support import LINE, TOKEN, TOKEN_CALL, Case

from silverfin_api import (
    OUT_OF_BAND,
    PUSH_SCOPES,
    Account,
    AccountValue,
    Adjustment,
    Company,
    CompanyInfo,
    Delete,
    Dimension,
    Misconfigured,
    OpenItem,
    Period,
    Reference,
    Settings,
    Unreadable,
    Upsert,
    Webhook,
    Year,
    wire,
)

DAY = datetime.date
SYNCS = "/api/v4/f/7/syncs/"
BACK = "/api/v4/f/7/companies/5/"


class Calls(Case):
    def ask(self, payload, call, **options):
        """The result of ``call``, and the one request it made."""
        server, client = self.pair(reply(payload, **options))
        result = call(client)
        self.assertEqual(len(server.seen), 1)
        self.assertEqual(
            server.seen[0].headers["authorization"],
            f"Bearer {TOKEN}",
        )
        return result, server.seen[0]

    def unreadable(self, payload, call, **options):
        server, client = self.pair(reply(payload, **options))
        with self.subTest(payload=payload), self.assertRaises(Unreadable):
            call(client)

    def test_firm(self):
        got, seen = self.ask({"id": 7, "name": None, "new": 1}, lambda c: c.firm())
        self.assertEqual((got.id, got.name), ("7", ""))
        self.assertEqual((seen.method, seen.path), ("GET", "/api/v4/f/7/user/firm"))
        for payload in ({"id": None}, {"id": True}, {"id": 1.5}, {"id": ""}, {}, 5):
            self.unreadable(payload, lambda c: c.firm())
        self.unreadable({"id": 7, "name": ["x"]}, lambda c: c.firm())

    def test_texts_no_database_can_store(self):
        body = b'{"id": 7, "name": "a\\u0000b\\ud800c"}'
        got, _ = self.ask(None, lambda c: c.firm(), body=body)
        self.assertEqual(got.name, "abc")
        body = b'{"sync_point": "a\\u0000b", "sync_reference": "r"}'
        self.unreadable(None, lambda c: c.company_info("5"), body=body)

    def test_settings(self):
        payload = {
            "max_actions_per_request": 250,
            "max_analytical_dimensions": "2",
            "account_name_locales": ["en", "nl"],
        }
        got, seen = self.ask(payload, lambda c: c.settings())
        self.assertEqual(got, Settings(250, 2, ("en", "nl")))
        self.assertEqual((seen.method, seen.path), ("GET", SYNCS + "settings"))
        got, _ = self.ask({}, lambda c: c.settings())
        self.assertEqual(got, Settings(500, 4, ()))
        for payload in (
            {"max_actions_per_request": 0},
            {"max_actions_per_request": "many"},
            {"max_actions_per_request": True},
            {"account_name_locales": "en"},
            {"account_name_locales": [1]},
            [],
        ):
            self.unreadable(payload, lambda c: c.settings())

    def company(self, number: int, **changed) -> dict:
        return {
            "id": number,
            "name": f"C{number}",
            "sync_reference": "db:1",
            "sync_point": "p",
            "sync_start_at": "2025-01-01",
        } | changed

    def test_companies(self):
        pages = [[self.company(n + 50 * page) for n in range(50)] for page in range(2)]
        server, client = self.pair(
            in_turn(
                *map(reply, pages),
                reply(
                    [
                        self.company(
                            100, id="100", sync_start_at=None, sync_reference=None
                        )
                    ]
                ),
            )
        )
        got = list(client.companies())
        self.assertEqual([x.id for x in got], [str(n) for n in range(101)])
        self.assertEqual(got[0], Company("0", "C0", "db:1", "p", DAY(2025, 1, 1)))
        self.assertEqual(got[100], Company("100", "C100", "", "p", None))
        self.assertEqual(
            [x.path for x in server.seen],
            [f"{SYNCS}companies?page={page}&per_page=50" for page in (1, 2, 3)],
        )

    def test_companies_that_fill_the_last_page(self):
        page = [self.company(n) for n in range(50)]
        server, client = self.pair(in_turn(reply(page), reply([])))
        self.assertEqual(len(list(client.companies())), 50)

    def test_companies_that_move_between_pages_come_once(self):
        first = [self.company(n) for n in range(50)]
        second = [self.company(n) for n in range(49, 60)]
        server, client = self.pair(in_turn(reply(first), reply(second)))
        self.assertEqual(len(list(client.companies())), 60)

    def test_company_that_is_twice_on_a_page_comes_once(self):
        server, client = self.pair(reply([self.company(1), self.company(1)]))
        self.assertEqual(len(list(client.companies())), 1)

    def test_server_that_ignores_the_page(self):
        server, client = self.pair(reply([self.company(n) for n in range(50)]))
        with self.assertRaises(Unreadable):
            list(client.companies())
        self.assertEqual(len(server.seen), 2)

    def test_companies_of_another_shape(self):
        for payload in (
            {"companies": []},
            [5],
            [self.company(1, sync_point=None)],
            [self.company(1, sync_start_at="soon")],
            [self.company(1, sync_start_at="2025-02-30")],
            [self.company(1, sync_start_at=20250101)],
            None,
        ):
            self.unreadable(payload, lambda c: list(c.companies()))

    def test_company_info(self):
        payload = {
            "sync_point": "",
            "sync_start_at": "2025-01-01T00:00:00.000+01:00",
            "sync_reference": 12,
        }
        got, seen = self.ask(payload, lambda c: c.company_info("5"))
        self.assertEqual(got, CompanyInfo("", DAY(2025, 1, 1), "12"))
        self.assertEqual((seen.method, seen.path), ("GET", SYNCS + "companies/5/info"))

    def test_ids_cannot_leave_their_place_in_a_path(self):
        _, seen = self.ask(
            {"sync_point": "p"}, lambda c: c.company_info("5/../../x?y#z")
        )
        self.assertEqual(seen.path, SYNCS + "companies/5%2F..%2F..%2Fx%3Fy%23z/info")
        server, client = self.pair(reply({}))
        for bad in ("", ".", "..", None, " 5"):
            with self.subTest(bad=bad), self.assertRaises(ValueError):
                client.company_info(bad)
        self.assertEqual(server.seen, [])

    def test_references(self):
        sent = (Reference("db:1", "Azure é"), Reference("db:2", "Deco"))
        got, seen = self.ask({"x": 1}, lambda c: c.replace_references(sent))
        self.assertIsNone(got)
        self.assertEqual((seen.method, seen.path), ("POST", SYNCS + "sync_references"))
        self.assertEqual(seen.headers["content-type"], "application/json")
        self.assertEqual(
            seen.json(),
            {
                "sync_references": [
                    {"reference": "db:1", "name": "Azure é"},
                    {"reference": "db:2", "name": "Deco"},
                ]
            },
        )
        _, seen = self.ask(None, lambda c: c.replace_references([]), status=204)
        self.assertEqual(seen.json(), {"sync_references": []})

    def test_company_settings(self):
        years = [
            Year(DAY(2024, 1, 1), DAY(2024, 12, 31), False, False),
            Year(DAY(2025, 1, 1), DAY(2025, 12, 31), True, True),
        ]
        _, seen = self.ask(
            None,
            lambda c: c.update_company_settings(
                "5", years=years, retained_earnings_account="140000"
            ),
        )
        self.assertEqual(seen.path, SYNCS + "companies/5/settings")
        self.assertEqual(
            seen.json(),
            {
                "years": [
                    {
                        "start_date": "2024-01-01",
                        "end_date": "2024-12-31",
                        "compute_opening_balances": False,
                        "compute_retained_earnings": False,
                    },
                    {
                        "start_date": "2025-01-01",
                        "end_date": "2025-12-31",
                        "compute_opening_balances": True,
                        "compute_retained_earnings": True,
                    },
                ],
                "retained_earnings_account": "140000",
            },
        )
        server, client = self.pair(reply())
        for year in (years[1], Year(DAY(2025, 2, 1), DAY(2025, 1, 1), False, False)):
            with self.assertRaises(ValueError):
                client.update_company_settings(
                    "5", years=[year], retained_earnings_account=None
                )
        self.assertEqual(server.seen, [])

    def test_submit(self):
        whole = Upsert(
            id="12/2",
            date=DAY(2026, 1, 31),
            account_number="400000",
            value=Decimal("121.10"),
            description='Ünïcode "quoted" \\u0000 \\\n€',
            relation="Azure",
            open_value=Decimal("-0.01"),
            open_category="receivable",
            dimensions=(Dimension(1, "P-1", "Project"),),
            extra_fields=("INV", None),
        )
        got, seen = self.ask(
            {"sync_point": "p2"},
            lambda c: c.submit(
                "5",
                sync_point="p1",
                actions=iter([whole, Delete("9"), LINE]),
                accounts=iter([Account("400000", {"en": "Debtors"}, "asset")]),
                extra_field_labels=("Journal", "Entry"),
            ),
        )
        self.assertEqual(got, "p2")
        self.assertEqual(seen.path, SYNCS + "companies/5/transactions")
        self.assertEqual(
            seen.json(),
            {
                "sync_point": "p1",
                "extra_field_labels": ["Journal", "Entry"],
                "accounts": [
                    {"number": "400000", "names": {"en": "Debtors"}, "type": "asset"}
                ],
                "actions": [
                    {
                        "upsert": {
                            "id": "12/2",
                            "date": "2026-01-31",
                            "account_number": "400000",
                            "value": 121.10,
                            "description": whole.description,
                            "relation": "Azure",
                            "open_transaction": {
                                "value": -0.01,
                                "category": "receivable",
                            },
                            "analytical_dimensions": [
                                {"type": 1, "code": "P-1", "name": "Project"}
                            ],
                            "extra_fields": ["INV", None],
                        }
                    },
                    {"delete": {"id": "9"}},
                    {
                        "upsert": {
                            "id": "1",
                            "date": "2026-01-31",
                            "account_number": "400000",
                            "value": 121.0,
                            "description": None,
                            "relation": None,
                            "open_transaction": None,
                            "analytical_dimensions": [],
                            "extra_fields": [],
                        }
                    },
                ],
            },
        )
        self.assertIn(b'"value":121.10,', seen.body)
        self.assertIn(b'"value":121.00,', seen.body)
        self.assertNotIn(b"Journal", self.minimal().body)

    def minimal(self):
        point = {"sync_point": "p2"}
        _, seen = self.ask(
            point, lambda c: c.submit("5", sync_point="", actions=[Delete("9")])
        )
        self.assertEqual(
            seen.json(), {"sync_point": "", "actions": [{"delete": {"id": "9"}}]}
        )
        return seen

    def test_submit_refuses_our_own_mistakes(self):
        server, client = self.pair(reply({"sync_point": "p"}))
        line = vars(LINE)
        for changed in (
            {"actions": []},
            {"sync_point": None},
            {"extra_field_labels": [str(n) for n in range(11)]},
            {"actions": [Upsert(**line | {"extra_fields": ("a",)})]},
            {"actions": [Upsert(**line | {"value": 121.0})]},
            {"actions": [Upsert(**line | {"value": Decimal("NaN")})]},
            {"actions": [Upsert(**line | {"value": Decimal("Infinity")})]},
            {"actions": [Upsert(**line | {"value": Decimal("1e99")})]},
            {"actions": [Upsert(**line | {"date": "2026-01-31"})]},
            {"actions": [Upsert(**line | {"date": datetime.datetime(2026, 1, 31)})]},
            {"actions": [Upsert(**line | {"id": ""})]},
            {"actions": [Upsert(**line | {"id": 5})]},
            {"actions": [Upsert(**line | {"account_number": False})]},
            {"actions": [Upsert(**line | {"description": "\0001\000"})]},
            {"actions": [Upsert(**line | {"description": "half \ud800"})]},
            {"actions": [Upsert(**line | {"open_value": Decimal(1)})]},
            {"actions": [Upsert(**line | {"open_category": "payable"})]},
            {"actions": [Upsert(**line | {"dimensions": (Dimension(5, "a", "b"),)})]},
            {"actions": [Delete("")]},
            {"accounts": [Account("1", {}, "off_balance")]},
            {"accounts": [Account("", {}, "asset")]},
        ):
            content = {"sync_point": "p", "actions": [LINE]} | changed
            with self.subTest(changed=changed), self.assertRaises(ValueError):
                client.submit("5", **content)
        self.assertEqual(server.seen, [])

    def test_submit_refuses_nothing_that_is_allowed(self):
        labels = [str(n) for n in range(10)]
        line = Upsert(
            "x" * 500,
            DAY(1900, 1, 1),
            "é 1",
            Decimal("-0.00"),
            "",
            "",
            Decimal(0),
            "payable",
            tuple(Dimension(n, "", "") for n in (1, 2, 3, 4)),
            ("a",) * 10,
        )
        _, seen = self.ask(
            {"sync_point": "p"},
            lambda c: c.submit(
                "5",
                sync_point="p",
                actions=[line, line, Delete(line.id)] * 300,
                extra_field_labels=labels,
            ),
        )
        self.assertEqual(len(seen.json()["actions"]), 900)
        self.assertIn(b'"value":0.00,', seen.body)

    def test_the_other_reading_of_sync_points(self):
        self.addCleanup(setattr, wire, "SYNC_POINT_READING", wire.SYNC_POINT_READING)
        self.assertEqual(wire.point_to_send("p"), "p")
        wire.SYNC_POINT_READING = "chosen"
        sent = {wire.point_to_send("p") for _ in range(50)}
        self.assertEqual(len(sent), 50)
        for payload in (None, {}, {"sync_point": "other"}):
            got, seen = self.ask(
                payload, lambda c: c.submit("5", sync_point="mine", actions=[LINE])
            )
            self.assertEqual((got, seen.json()["sync_point"]), ("mine", "mine"))
        wire.SYNC_POINT_READING = "neither"
        with self.assertRaises(ValueError):
            wire.point_to_send("p")

    def test_reset(self):
        _, seen = self.ask(None, lambda c: c.reset("5"), status=204)
        self.assertEqual(
            (seen.method, seen.path), ("DELETE", SYNCS + "companies/5/reset")
        )
        _, seen = self.ask({}, lambda c: c.reset("5", after_date=DAY(2025, 12, 31)))
        self.assertEqual(seen.path, SYNCS + "companies/5/reset?after_date=2025-12-31")

    def test_webhooks(self):
        hook = {"id": 3, "url": "https://a/b", "events": ["sync.requested"], "x": 1}
        expected = Webhook("3", "https://a/b", ("sync.requested",))
        for payload in ([hook], {"webhooks": [hook]}, [{"webhook": hook}]):
            got, seen = self.ask(payload, lambda c: c.webhooks())
            self.assertEqual(got, [expected])
        self.assertEqual((seen.method, seen.path), ("GET", SYNCS + "webhooks"))
        self.unreadable([{"id": 3, "events": "x"}], lambda c: c.webhooks())
        self.unreadable({}, lambda c: c.webhooks())
        got, seen = self.ask(
            hook, lambda c: c.create_webhook("https://a/b", ["x", "y"]), status=201
        )
        self.assertEqual(got, expected)
        self.assertIn("multipart/form-data", seen.headers["content-type"])
        parts = seen.body.decode().split("--" + seen.headers["content-type"][30:])[1:-1]
        self.assertEqual(
            [part.strip("-\r\n") for part in parts],
            [
                'Content-Disposition: form-data; name="url"\r\n\r\nhttps://a/b',
                'Content-Disposition: form-data; name="events[]"\r\n\r\nx',
                'Content-Disposition: form-data; name="events[]"\r\n\r\ny',
            ],
        )
        _, seen = self.ask(None, lambda c: c.delete_webhook("3"), status=204)
        self.assertEqual((seen.method, seen.path), ("DELETE", SYNCS + "webhooks/3"))
        server, client = self.pair(reply(hook))
        with self.assertRaises(ValueError):
            client.create_webhook("https://a/b", [])

    def test_periods(self):
        year = {"start_date": "2025-01-01", "end_date": "2025-12-31"}
        period = {"id": 9, "end_date": "2025-06-30", "fiscal_year": year}
        got, seen = self.ask([period], lambda c: c.periods("5"))
        expected = Period("9", DAY(2025, 6, 30), DAY(2025, 1, 1), DAY(2025, 12, 31))
        self.assertEqual(got, [expected])
        self.assertEqual(seen.path, BACK + "periods?page=1&per_page=200")
        for changed in ({"fiscal_year": None}, {"end_date": None}, {"id": None}):
            self.unreadable([period | changed], lambda c: c.periods("5"))

    def test_period_accounts(self):
        def item(number, value):
            return (
                b'{"account": {"id": 1, "number": %s, "name": null}, "value": %s}'
                % (
                    number,
                    value,
                )
            )

        values = (b"1", b"-2.50", b'"3.10"', b"0.1", b"12345678901234.56", b"1e2")
        items = [item(b'"4%d"' % n, value) for n, value in enumerate(values)]
        body = b"[" + b",".join([*items, item(b"499", b"0")]) + b"]"
        got, seen = self.ask(None, lambda c: c.period_accounts("5", "9"), body=body)
        self.assertEqual(
            [str(x.value) for x in got],
            ["1", "-2.50", "3.10", "0.1", "12345678901234.56", "1E+2", "0"],
        )
        self.assertEqual(got[6], AccountValue("499", "", Decimal(0)))
        self.assertEqual(seen.path, BACK + "periods/9/accounts?page=1&per_page=200")
        for value in (
            b"NaN",
            b"-Infinity",
            b'"NaN"',
            b'"1e5"',
            b'"1,5"',
            b'"\xd9\xa1"',
            b'""',
            b"null",
            b"true",
            b"[]",
            b"1e999999",
            b"1" * 5000,
            b"0." + b"1" * 5000,
        ):
            self.unreadable(
                None,
                lambda c: c.period_accounts("5", "9"),
                body=b"[" + item(b'"1"', value) + b"]",
            )

    def test_period_accounts_on_several_pages(self):
        def page(start, count):
            return reply(
                [
                    {"account": {"number": str(n), "name": "a"}, "value": n}
                    for n in range(start, start + count)
                ]
            )

        server, client = self.pair(in_turn(page(0, 200), page(200, 3)))
        self.assertEqual(len(client.period_accounts("5", "9")), 203)

    def test_adjustments(self):
        account = {"id": 1, "number": "600", "name": "x"}
        payload = [{"id": 1, "description": "d", "account": account, "value": 5}]
        got, seen = self.ask(payload, lambda c: c.adjustments("5", "9"))
        self.assertEqual(got, [Adjustment("1", "d", "600", Decimal(5))])
        self.assertEqual(seen.path, BACK + "periods/9/adjustments?page=1&per_page=200")

    def test_open_transactions(self):
        item = {
            "id": "12/2",
            "account": {"number": "400"},
            "relation": "R",
            "date": "2026-01-31",
            "value": 5,
            "category": "payable",
        }
        got, seen = self.ask([item], lambda c: c.open_transactions_page("5", 3))
        day = DAY(2026, 1, 31)
        expected = OpenItem("12/2", "400", "R", day, Decimal(5), "payable")
        self.assertEqual(got, [expected])
        self.assertEqual(seen.path, BACK + "open_transactions?page=3&per_page=200")


class OAuth(Case):
    def form(self, seen) -> dict:
        return dict(urllib.parse.parse_qsl(seen.body.decode(), strict_parsing=True))

    def test_exchange_and_refresh(self):
        server, client = self.pair(reply({"access_token": "a", "refresh_token": "r"}))
        client.exchange_code(code="c", **TOKEN_CALL)
        client.refresh(refresh_token="r0", **TOKEN_CALL)
        common = {key: TOKEN_CALL[key] for key in TOKEN_CALL if key != "firm_id"}
        self.assertEqual(
            [self.form(seen) for seen in server.seen],
            [
                common | {"grant_type": "authorization_code", "code": "c"},
                common | {"grant_type": "refresh_token", "refresh_token": "r0"},
            ],
        )
        for seen in server.seen:
            self.assertEqual((seen.method, seen.path), ("POST", "/f/7/oauth/token"))
            self.assertNotIn("authorization", seen.headers)

    def test_authorize_url(self):
        client = self.client("https://live.getsilverfin.com")
        for firm_id, path in (
            (None, "/oauth/authorize"),
            ("7", "/f/7/oauth/authorize"),
        ):
            url = client.authorize_url(
                client_id="a b",
                redirect_uri="https://odoo.example/back",
                scopes=PUSH_SCOPES,
                state="s&t",
                firm_id=firm_id,
            )
            parts = urllib.parse.urlsplit(url)
            self.assertEqual(parts.path, path)
            self.assertEqual(
                dict(urllib.parse.parse_qsl(parts.query)),
                {
                    "client_id": "a b",
                    "redirect_uri": "https://odoo.example/back",
                    "response_type": "code",
                    "scope": "financials:transactions:sync webhooks user:firm",
                    "state": "s&t",
                },
            )
            self.assertNotIn("+", parts.query)

    def test_redirect_addresses(self):
        client = self.client("https://live.getsilverfin.com")
        content = {"client_id": "a", "scopes": "x", "state": "s"}
        for good in (OUT_OF_BAND, "https://a/b", "http://127.0.0.1:8069/b"):
            client.authorize_url(redirect_uri=good, **content)
        for bad in (
            "",
            None,
            "/b",
            "ftp://a/b",
            "https:///b",
            "https://a/b#c",
            "[",
            "b",
        ):
            with self.subTest(bad=bad), self.assertRaises(Misconfigured):
                client.authorize_url(redirect_uri=bad, **content)
