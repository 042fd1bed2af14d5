"""The screens: who sees and presses what, over RPC too, and the words they show."""

import inspect
import re
import warnings
import xmlrpc.client
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import (
    Form,
    HttpCase,
    JsonRpcException,
    TransactionCase,
    new_test_user,
    tagged,
)
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

MODELS = (
    "silverfin.link",
    "silverfin.run",
    "silverfin.transaction",
    "silverfin.account",
    "silverfin.rejection",
    "silverfin.connection",
)
ACTIONS = (
    "silverfin_link_action",
    "silverfin_run_action",
    "silverfin_rejection_action",
    "silverfin_transaction_action",
)
# docs: design, "Words on screens"
NEVER_SHOWN = re.compile(
    r"\b(links?|endpoints?|upsert\w*|deletes?|batch(es)?|digests?|sync point|payloads?"
    r"|verify result|parked|overlay|period flag|external id)\b",
    re.IGNORECASE,
)
SHOWN_ATTRIBUTES = (
    "string",
    "title",
    "help",
    "confirm",
    "confirm-label",
    "placeholder",
    "sum",
)
BOOKS = "account.group_account_readonly"


class ScreensMixin:
    """A client file with a run, an item and an entry set aside, and four users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the tests count: a database that is in use starts empty here
        cls.env["silverfin.link"].search([]).unlink()
        cls.env["silverfin.connection"].search([]).unlink()
        cls.company = cls.env["res.company"].create({"name": "Tour Company"})
        cls.other_company = cls.env["res.company"].create({"name": "Another Company"})
        cls.manager = cls.new_user("manager", "account_silverfin.group_manager", BOOKS)
        cls.user = cls.new_user("user", "account_silverfin.group_user", BOOKS)
        cls.employee = cls.new_user("employee", BOOKS)
        cls.stranger = cls.new_user(
            "stranger",
            "account_silverfin.group_user",
            BOOKS,
            company=cls.other_company,
        )
        cls.connection = cls.env["silverfin.connection"].create({"name": "The Firm"})
        cls.connection.sudo().state = "connected"
        cls.link = cls.env["silverfin.link"].create(
            {"connection_id": cls.connection.id, "company_id": cls.company.id}
        )
        # creating it asked a run of the connection
        cls.env["silverfin.run"].search([]).unlink()
        cls.link.sudo().position_id.write(
            {"state": "ready", "client_file_name": "Tour File"}
        )
        cls.move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": cls.env["account.journal"]
                .create(
                    {
                        "name": "Tour",
                        "code": "TOUR",
                        "type": "general",
                        "company_id": cls.company.id,
                    }
                )
                .id,
            }
        )
        cls.rejection = cls.env["silverfin.rejection"].create(
            {
                "link_id": cls.link.id,
                "move_id": cls.move.id,
                "kind": "rejected",
                "reason": "Refused, says the test",
            }
        )
        cls.item = cls.env["silverfin.transaction"].create(
            {
                "link_id": cls.link.id,
                "line_id": 1,
                "digest": 1,
                "date": "2026-01-01",
                "account_number": "400000",
                "value": 1,
            }
        )
        cls.account = cls.env["silverfin.account"].create(
            {
                "link_id": cls.link.id,
                "number": "400000",
                "nature": "asset",
                "digest": 1,
            }
        )
        cls.run_done = cls.env["silverfin.run"].create(
            {
                "link_id": cls.link.id,
                "connection_id": cls.connection.id,
                "kind": "verify",
                "state": "done",
            }
        )

    @classmethod
    def new_user(cls, name, *groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"silverfin-screens-{name}",
            groups=",".join(("base.group_user", *groups)),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def records(self):
        return {
            record._name: record
            for record in (
                self.link,
                self.run_done,
                self.item,
                self.account,
                self.rejection,
                self.connection,
            )
        }

    def open_runs(self):
        return self.env["silverfin.run"].search(
            [("state", "in", ("queued", "running"))]
        )

    def public_actions(self, model):
        """Every ``action_*`` that this module defines on the model."""
        return sorted(
            name
            for name, method in inspect.getmembers(type(self.env[model]))
            if name.startswith("action_")
            and "account_silverfin" in getattr(method, "__module__", "")
        )


@tagged("post_install", "-at_install")
class TestAccess(ScreensMixin, TransactionCase):
    def test_every_model_has_its_actions_tested(self):
        self.assertIn("action_sync", self.public_actions("silverfin.link"))
        self.assertIn("action_retry", self.public_actions("silverfin.rejection"))
        self.assertIn("action_connect", self.public_actions("silverfin.connection"))

    def test_what_is_of_the_books_has_a_rule(self):
        """Of one's companies, or one's own: whatever else is tested of a model."""
        rules = self.env["ir.rule"].with_user(self.manager)
        of_books = {"link_id", "link_ids", "company_id", "change_ids", "data"}
        limited = {
            name: bool(rules._compute_domain(name, "read") != Domain.TRUE)
            for name, model in self.env.items()
            if name.startswith("silverfin.")
            and not model._abstract
            and of_books & model._fields.keys()
            and model.with_user(self.manager).has_access("read")
        }
        self.assertGreater(len(limited), 15)
        # a firm's, for administrators: the client files in it have their own rule
        firms = {"silverfin.connection", "silverfin.setup"}
        self.assertEqual({name for name in limited if not limited[name]}, firms)

    def test_without_the_group_nothing_is_read_or_pressed(self):
        for model, record in self.records().items():
            record = record.with_user(self.employee)
            with self.subTest(model), self.assertRaises(AccessError):
                record.search([])
            with self.subTest(model), self.assertRaises(AccessError):
                record.read(["display_name"])
            for name in self.public_actions(model):
                with self.subTest(model, name=name), self.assertRaises(AccessError):
                    getattr(record, name)()
        with self.assertRaises(AccessError):
            self.company.with_user(self.employee).action_silverfin_sync()
        self.assertFalse(self.open_runs())

    def test_another_company_sees_nothing(self):
        for model, record in self.records().items():
            if model == "silverfin.connection":
                continue
            record = record.with_user(self.stranger)
            with self.subTest(model):
                self.assertFalse(record.search([]))
                self.assertEqual(record.search_count([]), 0)
            with self.subTest(model), self.assertRaises(AccessError):
                record.read(["display_name"])
            for name in self.public_actions(model):
                with self.subTest(model, name=name), self.assertRaises(AccessError):
                    getattr(record, name)()
        with self.assertRaises(UserError):
            self.company.with_user(self.stranger).action_silverfin_sync()
        self.assertFalse(self.open_runs())

    def test_a_user_sees_and_synchronises_but_changes_nothing(self):
        link = self.link.with_user(self.user)
        self.assertEqual(link.search([]), link)
        for model, record in self.records().items():
            record = record.with_user(self.user)
            if model == "silverfin.connection":
                with self.assertRaises(AccessError):
                    record.search([])
            else:
                self.assertTrue(record.read(["display_name"]))
            with self.subTest(model), self.assertRaises(AccessError):
                record.create({})
            with self.subTest(model), self.assertRaises(AccessError):
                record.write({"create_uid": 1})
            with self.subTest(model), self.assertRaises(AccessError):
                record.unlink()
        for name in ("action_reset", "action_send_all", "action_open_connection"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(link, name)()
        for name in self.public_actions("silverfin.connection"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.connection.with_user(self.user), name)()
        self.assertFalse(self.open_runs())
        link.action_sync()
        link.action_verify()
        self.assertEqual(self.open_runs().mapped("kind"), ["verify", "sync"])
        self.assertEqual(self.open_runs().user_id, self.user)

    def test_without_the_books_nothing_is_sent(self):
        user = self.new_user("booksless", "account_silverfin.group_user")
        self.assertTrue(self.link.with_user(user).read(["state", "move_count"]))
        with self.assertRaises(AccessError):
            self.link.with_user(user).action_sync()
        with self.assertRaises(AccessError):
            self.rejection.with_user(user).action_retry()
        with self.assertRaises(AccessError):
            self.company.with_user(user).action_silverfin_sync()

    def test_what_nobody_reads(self):
        hidden = [
            (self.link, "position_id"),
            (self.item, "digest"),
            (self.account, "digest"),
            (self.rejection, "digest"),
        ]
        for record, name in hidden:
            for user in (self.user, self.manager):
                seen = record.with_user(user)
                with self.subTest(record._name, name=name, user=user.login):
                    self.assertNotIn(name, seen.fields_get())
                    with self.assertRaises(AccessError):
                        seen.read([name])
                    with self.assertRaises(AccessError):
                        seen.search([(name, "!=", False)])
                    with self.assertRaises(UserError):
                        seen.export_data([name])
        for model in ("silverfin.position", "silverfin.token"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).search([])

    def test_an_administrator_makes_changes_and_starts_again(self):
        Link = self.env["silverfin.link"].with_user(self.manager)
        self.manager.company_ids += self.other_company
        made = Link.with_context(
            allowed_company_ids=self.manager.company_ids.ids
        ).create({"company_id": self.other_company.id})
        # the only connection is proposed
        self.assertEqual(made.connection_id, self.connection)
        made.user_id = self.user
        made.unlink()
        self.open_runs().unlink()
        link = self.link.with_user(self.manager)
        link.action_send_all()
        link.action_reset()
        self.assertEqual(self.open_runs().mapped("kind"), ["reset", "full"])
        self.assertEqual(link.action_open_connection()["res_id"], self.connection.id)

    def test_the_menu_is_short_and_shows_what_one_may(self):
        def shown(user):
            menus = self.env["ir.ui.menu"].with_user(user)
            menus = menus.browse(menus._visible_menu_ids())
            root = self.env.ref("account_silverfin.menu_silverfin")
            ours = menus.filtered(
                lambda menu: menu.parent_path.startswith(f"{root.id}/")
            )
            tops = ours.filtered(lambda menu: menu.parent_id == root)
            return tops.sorted("sequence"), {
                menu.name for menu in ours.filtered("action")
            }

        names = ["Dashboard", "Client Files", "Review", "Reporting", "Configuration"]
        seen = {"API Keys", "Set Aside", "Closed Years", "Check-up", "Runs"}
        seen |= {"Dashboard", "Client Files", "Statements", "Aged Lists", "Files"}
        for user, more in (
            (self.user, set()),
            (self.manager, {"Set Up", "Connections"}),
        ):
            tops, entries = shown(user)
            self.assertEqual(tops.mapped("name"), names)
            self.assertEqual(entries, seen | more)
        self.assertFalse(any(shown(self.employee)))

    def test_server_actions(self):
        for name, record in (
            ("action_link_sync", self.link),
            ("action_company_sync", self.company),
        ):
            action = self.env.ref(f"account_silverfin.{name}").with_context(
                active_model=record._name, active_id=record.id, active_ids=record.ids
            )
            with self.subTest(name), self.assertRaises(AccessError):
                action.with_user(self.employee).run()
            self.assertFalse(self.open_runs())
            answer = action.with_user(self.user).run()
            self.assertEqual(answer["tag"], "display_notification")
            self.assertEqual(self.open_runs().mapped("kind"), ["sync"])
            self.open_runs().unlink()


@tagged("post_install", "-at_install")
class TestScreens(ScreensMixin, TransactionCase):
    def views(self, user):
        for name in ACTIONS:
            action = self.env.ref(f"account_silverfin.{name}")
            Model = self.env[action.res_model].with_user(user)
            modes = [(False, mode) for mode in action.view_mode.split(",")]
            yield Model, Model.get_views([*modes, (False, "search")])

    def test_filters_and_groups_answer(self):
        count = 0
        for Model, views in self.views(self.user):
            arch = etree.fromstring(views["views"]["search"]["arch"])
            for node in arch.iter("filter"):
                with self.subTest(Model._name, name=node.get("name")):
                    domain = safe_eval(node.get("domain", "[]"), {"uid": self.user.id})
                    Model.search(domain)
                    context = safe_eval(node.get("context", "{}"))
                    if group := context.get("group_by"):
                        Model.formatted_read_group([], [group], ["__count"])
                    if node.get("date"):
                        day = fields.Datetime.now() - timedelta(days=1)
                        Model.search([(node.get("date"), ">", day)])
                    count += 1
        self.assertGreater(count, 15)

    def read_by(self, view, outer=None):
        """What the web client asks of a page: its fields, and those of its lists."""
        asked = {}
        for field in view.iter("field"):
            if next(field.iterancestors("field"), None) is outer:
                asked[field.get("name")] = {"fields": {"display_name": {}}}
                for inner in field.iterchildren("list", "kanban"):
                    asked[field.get("name")]["fields"] |= self.read_by(inner, field)
        return asked

    def test_pages_open_for_one_without_rights_on_the_books(self):
        watcher = self.new_user("watcher", "account_silverfin.group_user")
        self.assertFalse(
            self.env["account.move.line"].with_user(watcher).has_access("read")
        )
        read = set()
        for Model, views in self.views(watcher):
            if not Model.has_access("read"):
                continue
            for kind in views["views"].keys() - {"search"}:
                asked = self.read_by(etree.fromstring(views["views"][kind]["arch"]))
                records = Model.search([])
                with self.subTest(Model._name, view=kind):
                    records.web_read(asked)
                read |= {Model._name} if records else set()
        self.assertLessEqual({self.link._name, self.rejection._name}, read)

    def test_who_needs_attention(self):
        Link = self.env["silverfin.link"].with_user(self.user)
        arch = etree.fromstring(
            Link.get_views([(False, "search")])["views"]["search"]["arch"]
        )
        filters = {
            node.get("name"): safe_eval(node.get("domain", "[]"), {"uid": self.user.id})
            for node in arch.iter("filter")
        }
        self.assertEqual(Link.search(filters["attention"]), self.link)
        self.rejection.unlink()
        self.assertFalse(Link.search(filters["attention"]))
        self.assertFalse(Link.search(filters["differs"]))
        self.link.sudo().position_id.verify_state = "differs"
        self.assertEqual(Link.search(filters["attention"]), self.link)
        self.assertEqual(Link.search(filters["differs"]), self.link)
        self.assertFalse(Link.search(filters["mine"]))
        self.link.user_id = self.user
        self.assertEqual(Link.search(filters["mine"]), self.link)

    def test_words(self):
        for Model, views in self.views(self.manager):
            for kind, view in views["views"].items():
                for text in self.shown(etree.fromstring(view["arch"]), Model):
                    with self.subTest(Model._name, kind=kind, text=text):
                        self.assertNotRegex(text, NEVER_SHOWN)
        for name in ACTIONS:
            action = self.env.ref(f"account_silverfin.{name}")
            self.assertNotRegex(f"{action.name} {action.help}", NEVER_SHOWN)

    def shown(self, arch, Model):
        described = Model.fields_get()
        for node in arch.iter(etree.Element):
            yield from filter(None, (node.get(name) for name in SHOWN_ATTRIBUTES))
            yield from filter(str.strip, (node.text or "", node.tail or ""))
            field = node.tag == "field" and described.get(node.get("name"))
            if field and not node.get("string") and not node.get("invisible") == "1":
                yield field["string"]
                yield field.get("help") or ""

    def test_only_an_administrator_gets_the_dangerous_buttons(self):
        for user, buttons in ((self.user, 0), (self.manager, 2)):
            view = self.env["silverfin.link"].with_user(user).get_view(view_type="form")
            arch = etree.fromstring(view["arch"])
            found = arch.xpath(
                "//button[@name='action_send_all' or @name='action_start_again']"
            )
            self.assertEqual(len(found), buttons)
            for button in found:
                # starting again has a page of its own that warns
                asks = button.get("name") == "action_start_again"
                self.assertTrue(asks or button.get("confirm"))

    def test_a_new_client_file_opens_without_a_warning(self):
        Link = self.env["silverfin.link"].with_user(self.manager)
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            self.assertFalse(Form(Link).off_balance_report)

    def test_accounts_have_their_numbers_whatever_company_comes_first(self):
        """Odoo gives it to some groups, and in the first of the ticked companies."""
        both = self.other_company + self.company
        account = self.env["account.account"].create(
            {
                "name": "Carried forward",
                "code": "149000",
                "account_type": "equity",
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        self.link.retained_earnings_account_id = account
        self.manager.company_ids = both
        self.manager.group_ids -= self.env.ref(BOOKS)
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        link = self.link.with_user(self.manager).with_context(
            allowed_company_ids=both.ids
        )
        arch = etree.fromstring(link.get_view(view_type="form")["arch"])
        (field,) = arch.xpath("//field[@name='retained_earnings_account_id']")
        context = safe_eval(field.get("context"))
        spec = {"context": context, "fields": {"display_name": {}}}
        (read,) = link.web_read({"retained_earnings_account_id": spec})
        self.assertEqual(
            read["retained_earnings_account_id"]["display_name"],
            "149000 Carried forward",
        )

    def test_proof_equal(self):
        html = self.report(basis="silverfin")
        self.assertIn("text-success", html)
        self.assertIn("balances read back from Silverfin are equal", html)
        self.assertIn("Balances compared: 82.", html)
        self.assertNotIn("text-danger", html)

    def test_proof_without_the_right_to_read_says_so(self):
        html = self.report(basis="acknowledged")
        self.assertIn("were not read in Silverfin itself", html)
        self.assertNotIn("read back from Silverfin", html)

    def test_proof_names_what_differs(self):
        difference = {
            "account": "400000",
            "name": "",
            "from": "2026-01-31",
            "to": "2026-12-31",
            "periods": 3,
            "books": "1234.50",
            "there": "1234.49",
            "difference": "-0.01",
            "causes": [["unsent", "-1"], ["unknown", "0.99"]],
        }
        html = self.report(differing=3, differences=[difference], more=2)
        self.assertIn("Balances that differ: 3 of 82.", html)
        for word in ("400000", "1,234.50", "1,234.49", "0.01", "01/31/2026"):
            self.assertIn(word, html)
        self.assertIn("not yet sent $ -1.00, cause unknown $ 0.99", html)
        # those that are not listed are counted
        self.assertIn("Differences not listed: 2.", html)

    def test_a_proof_of_an_earlier_version(self):
        self.link.sudo().position_id.verify_result = {"accounts": 3, "differing": 0}
        self.assertFalse(self.link.verify_report)

    def report(self, **result):
        """What the page shows; the shape is in sync/compare/outcome.py."""
        differing = result.get("differing", 0)
        year = {
            "start": "2026-01-01",
            "end": "2026-12-31",
            "last": "2026-12-31",
            "ends": [["2026-12-31", 82, differing]],
            "own": None,
            "periods": 3,
            "accounts": 82,
            "differing": differing,
            "result": {"books": "10", "there": "10"},
            "sum": {"books": "0", "there": "0"},
        }
        self.link.sudo().position_id.verify_result = {
            "basis": "silverfin",
            "accounts": 82,
            "periods": 3,
            "differing": 0,
            "years": [year],
            "differences": [],
            "more": 0,
            "adjustments": [],
            "adjusted": False,
            "no_adjustments": False,
            "retained": None,
            "earlier": 0,
            "open_items": [],
            "open_totals": None,
            **result,
        }
        html = str(self.link.with_user(self.user).verify_report)
        return re.sub(r"\s+", " ", re.sub(r"<span[^>]*>|</span>", "", html))

    def test_open_run_and_time_taken(self):
        self.assertFalse(self.link.open_run_id)
        self.link.with_user(self.user).action_sync()
        self.assertEqual(self.link.open_run_kind, "sync")
        self.assertEqual(self.link.open_run_state, "queued")
        now = fields.Datetime.now()
        for seconds, words in ((4, "4 s"), (71, "1 min 11 s"), (3720, "1 h 2 min")):
            self.run_done.write(
                {"started_at": now - timedelta(seconds=seconds), "ended_at": now}
            )
            self.assertEqual(self.run_done.duration, words)

    def test_settings_for_one_without_silverfin(self):
        admin = new_test_user(
            self.env, "silverfin-screens-settings", groups="base.group_system"
        )
        self.assertFalse(admin.has_group("account_silverfin.group_user"))
        self.link.sudo().position_id.state = "attention"
        settings = self.env["res.config.settings"].with_user(admin)
        count = self.env["silverfin.link"].search_count([])
        self.assertEqual(Form(settings).silverfin_link_count, count)
        # those of the companies that are ticked in the company menu, as in the list
        self.assertEqual(Form(settings).silverfin_attention_count, 0)
        admin.company_ids += self.link.company_id
        settings = Form(
            settings.with_context(allowed_company_ids=self.link.company_id.ids)
        )
        self.assertEqual(settings.silverfin_link_count, count)
        self.assertEqual(settings.silverfin_connection_count, 1)
        self.assertEqual(settings.silverfin_attention_count, 1)
        arch = self.env["res.config.settings"].with_user(admin).get_view()["arch"]
        self.assertIn("Only Silverfin users can open them", arch)
        self.assertNotIn("Open client files", arch)
        arch = self.env["res.config.settings"].with_user(
            self.env.ref("base.user_admin")
        )
        self.assertIn("Open client files", arch.get_view()["arch"])


@tagged("post_install", "-at_install")
class TestRpc(ScreensMixin, HttpCase):
    # a busy machine may take long over the first page, and others wait for it
    test_cursor_lock_timeout = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.user, cls.employee, cls.stranger, cls.manager):
            user.password = user.login

    def call(self, model, method, ids, *args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": [ids, *args], "kwargs": {}},
        )

    @mute_logger("odoo.http")
    def refused(self, *call):
        with self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self.call(*call)

    def test_call_kw(self):
        for user in (self.employee, self.stranger):
            self.authenticate(user.login, user.login)
            for model, record in self.records().items():
                with self.subTest(user.login, model=model):
                    self.refused(model, "read", record.ids, ["display_name"])
                for name in self.public_actions(model):
                    with self.subTest(user.login, model=model, name=name):
                        self.refused(model, name, record.ids)
        self.assertFalse(self.open_runs())

    def test_call_kw_as_user(self):
        self.authenticate(self.user.login, self.user.login)
        for name in ("action_reset", "action_send_all"):
            self.refused("silverfin.link", name, self.link.ids)
        self.refused("silverfin.link", "read", self.link.ids, ["position_id"])
        self.refused("silverfin.link", "write", self.link.ids, {"user_id": False})
        self.assertFalse(self.open_runs())
        self.call("silverfin.link", "action_sync", self.link.ids)
        self.assertEqual(self.open_runs().mapped("kind"), ["sync"])

    @mute_logger("odoo.http")
    def test_private_methods_are_not_reached(self):
        self.authenticate(self.manager.login, self.manager.login)
        for model, name in (
            ("silverfin.run", "_ask"),
            ("silverfin.run", "_cron_run"),
            ("silverfin.connection", "_credentials"),
            ("silverfin.connection", "_client"),
        ):
            with self.subTest(name), self.assertRaises(JsonRpcException):
                self.call(model, name, [])

    @mute_logger("odoo.http")
    def test_xmlrpc(self):
        def call(user, method, ids):
            return self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                user.id,
                user.login,
                "silverfin.link",
                method,
                [ids],
            )

        for user in (self.employee, self.stranger):
            for method in ("read", "action_sync", "action_reset"):
                with self.subTest(user.login, method=method):
                    with self.assertRaisesRegex(xmlrpc.client.Fault, "access"):
                        call(user, method, self.link.ids)
        self.assertFalse(self.open_runs())
        # every value of the form can be told by XML-RPC
        self.assertTrue(call(self.user, "read", self.link.ids))
        call(self.user, "action_sync", self.link.ids)
        self.assertEqual(self.open_runs().mapped("kind"), ["sync"])

    def test_press_in_a_browser(self):
        self.rejection.unlink()
        self.start_tour("/odoo", "account_silverfin_sync", login=self.user.login)
        run = self.open_runs()
        self.assertEqual(run.kind, "sync")
        self.assertEqual(run.state, "queued")
        self.assertEqual(run.user_id, self.user)
