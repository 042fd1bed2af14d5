"""The dashboard: where each client file stands, what there is to do, its figures, and
what it costs with 500 client files."""

import json
from datetime import timedelta
from unittest.mock import MagicMock, patch

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from ..models.ir_websocket import WANTED
from ..sync.live import CHANNEL, MOVED
from .books import SilverfinBooksCase
from .test_screens import ScreensMixin

CARD = {
    name: {}
    for name in (
        "card_state",
        "card_text",
        "needs_you",
        "is_running",
        "step_text",
        "step_button",
        "open_run_text",
        "open_run_progress",
        "open_run_kind",
        "figures",
        "client_file_name",
        "last_sync_at",
        "last_sync_text",
        "state",
    )
} | {"company_id": {"fields": {"display_name": {}}}, "user_id": {"fields": {}}}
MANY = 500


@tagged("post_install", "-at_install")
class TestDashboard(SilverfinBooksCase):
    looks = True

    def rows(self):
        """The figures as the card shows them: label, Odoo, Silverfin."""
        self.link.invalidate_recordset()
        return {
            row["name"]: (row["books"], row["there"], row["note"])
            for row in self.link.figures["rows"]
        }

    def look(self):
        """Let the workers look again: an hour later."""
        position = self.position()
        position.overview_at -= timedelta(hours=2)
        position.last_sync_at -= timedelta(hours=2)
        self.work()

    def test_from_the_first_push_to_equal_behind_and_set_aside(self):
        link = self.link
        self.assertEqual((link.card_state, link.needs_you), ("needs_you", True))
        self.assertEqual(link.step_button, "Check-up")
        self.assertFalse(link.figures)
        year = fields.Date.context_today(link).year
        tax = self.account("451000")
        # the current accounts of VAT: Odoo calls them receivable and payable
        to_get, to_pay = self.env["account.account"].create(
            [
                {
                    "code": code,
                    "name": "VAT current account",
                    "account_type": account_type,
                    "non_trade": True,
                }
                for code, account_type in (
                    ("411200", "asset_receivable"),
                    ("451200", "liability_payable"),
                )
            ]
        )
        self.accounts = self.accounts | {"411200": to_get, "451200": to_pay}
        self.env["account.tax"].create(
            {
                "name": "21",
                "amount": 21,
                "country_id": self.env.ref("base.be").id,
                "tax_group_id": self.env["account.tax.group"]
                .create(
                    {
                        "name": "VAT",
                        "country_id": self.env.ref("base.be").id,
                        "tax_receivable_account_id": to_get.id,
                        "tax_payable_account_id": to_pay.id,
                    }
                )
                .id,
                "repartition_line_ids": [
                    Command.create(
                        {
                            "document_type": document,
                            "repartition_type": kind,
                            "account_id": kind == "tax" and tax.id,
                        }
                    )
                    for document in ("invoice", "refund")
                    for kind in ("base", "tax")
                ],
            }
        )
        self.entry({"550000": 1000, "100000": -1000}, f"{year - 1}-05-01")
        self.entry({"400000": 121, "700000": -100, "451000": -21}, f"{year}-03-01")
        bill = self.entry({"600000": 50.01, "440000": -50.01}, f"{year}-03-02")
        # declared, and still to pay
        declared = {"451000": 5, "411200": 3, "451200": -8}
        self.entry(declared, f"{year}-03-31")
        self.sync()
        self.work()
        equal = {
            "result": ("49.99", "49.99", False),
            "total": ("1,124.00", "1,124.00", False),
            "bank": ("1,000.00", "1,000.00", False),
            "customers": ("121.00", "121.00", False),
            "suppliers": ("50.01", "50.01", False),
            "vat": ("21.00", "21.00", False),
        }
        self.assertEqual(self.rows(), equal)
        self.assertEqual(link.card_state, "in_order")
        self.assertIn("Equal since", link.card_text)
        self.assertFalse(link.step_text)
        self.assertEqual(self.position().overview["items"], 10)
        # what was wiped and sent again was not equal all the time
        began = self.position().equal_since
        self.position().equal_since -= timedelta(days=9)
        self.env["silverfin.run"]._ask("reset", link=link)
        self.work()
        self.assertGreaterEqual(self.position().equal_since, began)
        self.assert_counted_when_it_may_have_changed()

        # what was acknowledged is not what the books say, though nothing is to go
        change = "UPDATE silverfin_transaction SET value = %s WHERE value = %s"
        self.env.cr.execute(change, [1001, 1000])
        self.look()
        self.assertEqual((link.behind, link.equal_since), (0, False))
        self.env.cr.execute(change, [1000, 1001])

        # the books go on: two items are not what they were, and two are new
        bill.button_draft()
        bill.line_ids.filtered("debit").name = "Another text"
        bill.line_ids.filtered("credit").name = "This one too"
        bill.action_post()
        self.assertEqual(link.behind, 0, "nobody looked yet")
        self.look()
        self.assertEqual(self.rows(), equal)
        self.assertEqual((link.behind, link.equal_since), (2, False))
        self.entry({"550000": 0.01, "700000": -0.01}, f"{year}-04-01")
        self.look()
        self.assertEqual(
            self.rows()["bank"], ("1,000.01", "1,000.00", "Differs by -0.01")
        )
        self.assertEqual(link.behind, 4)
        self.assertEqual(
            (link.card_state, link.card_text), ("behind", "Behind by 4 items")
        )
        self.assertEqual(link.search([("behind", ">", 0)]), link)
        self.assertFalse(link.equal_since)

        # what Silverfin refuses is told as such, and is not "behind"
        self.sandbox.reject(account_number="700000", message="No.")
        self.sync()
        self.work()
        self.assertEqual(link.behind, 0)
        self.assertTrue(link.needs_you)
        self.assertIn("Entries set aside: 1", link.step_text)
        opened = link.action_step()
        self.assertEqual(opened["res_model"], "silverfin.rejection")
        self.assertEqual(opened["domain"], [("link_id", "in", link.ids)])

    def assert_counted_when_it_may_have_changed(self):
        """Who looks counts items in Silverfin only where something went since."""
        link, position = self.link, self.position()
        ago = fields.Datetime.now() - timedelta(minutes=1)
        pushes = link.run_ids.filtered(lambda run: run.kind != "verify").sudo()
        pushed, ended_at, overview = pushes[0], pushes[0].ended_at, position.overview
        pushes[1:].ended_at = ago
        position.overview = overview | {"items": 99}
        for ended, state, items in (
            (ago, "done", 99),
            (ago, "running", 10),
            (fields.Datetime.now(), "done", 10),
        ):
            pushed.write({"ended_at": ended, "state": state})
            link.invalidate_recordset()
            with self.subTest(ended=ended, state=state):
                self.assertEqual(link.transaction_count, items)
        pushed.ended_at = ended_at
        position.overview = overview

    def test_who_hears_that_something_moved(self):
        """Only who may read the client file, and nothing but its number."""
        self.env["bus.bus"].sudo().search([]).unlink()
        self.entry({"550000": 1, "100000": -1})
        self.sync()
        told = self.env["bus.bus"].sudo().search([("message", "like", MOVED)])
        self.assertTrue(told)
        # the run begins and ends, so does the comparison after it, and the look
        self.assertLessEqual(len(told), 5)
        channel = [self.env.cr.dbname, "res.company", self.company.id, CHANNEL]
        for message in told:
            self.assertEqual(json.loads(message.channel), channel)
            self.assertEqual(
                json.loads(message.message),
                {"type": MOVED, "payload": {"id": self.link.id}},
            )

    def test_a_look_that_fails_stops_nothing(self):
        self.entry({"550000": 1, "100000": -1})
        self.patch(type(self.link), "_silverfin_years", lambda self: 1 / 0)
        position = self.position()
        known = TestManyClientFiles.overview() | {"at": "2026-01-05 11:00:00"}
        position.write(
            {
                "last_sync_at": fields.Datetime.now(),
                "state": "in_sync",
                "overview": known,
            }
        )
        with self.assertLogs("odoo.addons.account_silverfin", "ERROR"):
            self.work()
        self.assertTrue(position.overview_at, "else it is tried again at once")
        self.assertIn("as of 01/05/2026", self.link.figures["note"], "what it knew")


@tagged("post_install", "-at_install")
class TestManyClientFiles(ScreensMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.flush_all()
        series = f"generate_series(1, {MANY - 1}) n"
        cls.copy_rows(cls.company, series, name="'Client ' || to_char(n, '000')")
        cls.env.cr.execute(
            """WITH made AS (
                UPDATE res_company SET parent_path = id || '/'
                WHERE starts_with(name, 'Client ') RETURNING id
            )
            INSERT INTO res_company_users_rel (cid, user_id)
            SELECT id, %s FROM made""",
            [cls.user.id],
        )
        position = cls.link.sudo().position_id
        cls.copy_rows(position, series, message="NULL")
        cls.copy_rows(
            cls.link,
            f"""(SELECT id AS company, row_number() OVER (ORDER BY id) AS n
                FROM res_company WHERE starts_with(name, 'Client ')) company
            JOIN (SELECT id AS position, row_number() OVER (ORDER BY id) AS n
                FROM silverfin_position WHERE id > {position.id}) position USING (n)""",
            company_id="company",
            position_id="position",
            sync_reference="'made ' || n",
        )
        cls.env.invalidate_all()
        cls.links = cls.link.search([], order="id")
        positions = (cls.links - cls.link).sudo().position_id
        positions.write({"state": "in_sync", "overview": cls.overview()})
        positions[:7].write({"behind": 3})
        positions[7:10].write({"state": "attention", "message": "Wrong, says the test"})
        positions[10].verify_state = "differs"
        positions[11].state = "pending"
        positions[12].state = "ready"
        for link in cls.links[20:23]:
            cls.env["silverfin.run"]._ask("sync", link=link)
        cls.env.flush_all()
        # as autovacuum does by itself: PostgreSQL must not plan for empty tables
        cls.env.cr.execute(
            "ANALYZE silverfin_link, silverfin_position, silverfin_run, res_company"
        )

    @classmethod
    def copy_rows(cls, record, rows, **values):
        """Rows like this record's, at once: by the ORM it takes minutes."""
        table = record._table
        cls.env.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND column_name <> ALL(%s)",
            [table, ["id", *values]],
        )
        names = [f'"{name}"' for (name,) in cls.env.cr.fetchall()]
        original = [f"original.{name}" for name in names]
        cls.env.cr.execute(
            f"""INSERT INTO {table} ({", ".join([*values, *names])})
            SELECT {", ".join([*values.values(), *original])}
            FROM {table} original, {rows} WHERE original.id = %s""",
            [record.id],
        )

    @staticmethod
    def overview():
        names = ("result", "total", "bank", "customers", "suppliers", "vat")
        return {
            "start": "2026-01-01",
            "end": "2026-12-31",
            "figures": {name: ["1.10", "1.10"] for name in names},
            "items": 2,
            "seconds": 0.1,
        }

    def seen(self):
        """The model as the user sees it, every company ticked."""
        return (
            self.env["silverfin.link"]
            .with_user(self.user)
            .with_context(allowed_company_ids=self.user.company_ids.ids)
        )

    def test_page_counts_filters_and_order(self):
        Link = self.seen()
        self.assertEqual(Link.search_count([]), MANY)
        counts = Link.dashboard_counts([])
        self.assertEqual(
            {name: counts[name] for name in counts if name != "silent_since"},
            # the first one was refused an entry
            {
                "needs_you": 7,
                "running": 3,
                "behind": 7,
                "in_order": MANY - 17,
                "hidden": 0,
            },
        )
        one = Link.with_context(allowed_company_ids=self.user.company_ids[:1].ids)
        self.assertEqual(one.dashboard_counts([])["hidden"], MANY - 1)
        self.env.invalidate_all()
        order = "needs_you desc, company_id, id"
        with self.assertQueryCount(36):
            page = Link.web_search_read([], CARD, limit=24, order=order)
        self.assertEqual(page["length"], MANY)
        states = [card["card_state"] for card in page["records"]]
        self.assertEqual(states[:8], ["needs_you"] * 7 + ["behind"])
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            Link.dashboard_counts([])
        # what a card says and what the filters find are the same
        every = Link.search([])
        for name in ("needs_you", "is_running", "is_in_order"):
            said = every.filtered(name)
            self.assertEqual(Link.search([(name, "=", True)]), said)
            self.assertEqual(Link.search([(name, "=", False)]), every - said)

    def test_another_company_sees_and_hears_nothing(self):
        stranger = self.env["silverfin.link"].with_user(self.stranger)
        self.assertFalse(stranger.search([]))
        counts = stranger.dashboard_counts([])
        del counts["silent_since"]
        self.assertEqual(set(counts.values()), {0}, "not even numbers")
        websocket = self.env["ir.websocket"]
        heard = {}
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", MagicMock()):
            for user in (self.user, self.stranger, self.employee):
                own = websocket.with_user(user)
                self.assertFalse(self.ours(own._build_bus_channel_list([])))
                asked = own._build_bus_channel_list([WANTED])
                texts = [channel for channel in asked if isinstance(channel, str)]
                self.assertNotIn(WANTED, texts, "which anybody may hear")
                heard[user] = self.ours(asked)
        self.assertEqual(len(heard[self.user]), MANY)
        self.assertEqual(heard[self.stranger], [(self.other_company, CHANNEL)])
        self.assertEqual(heard[self.employee], [], "not in the group")

    def ours(self, channels):
        pairs = [channel for channel in channels if isinstance(channel, tuple)]
        return [(record, name) for record, name in pairs if name == CHANNEL]
