"""Books made by code, linked to a client file of a sandbox: base of engine tests."""

from concurrent.futures import Executor, Future
from decimal import Decimal

from odoo import Command, api, fields
from odoo.tests import TransactionCase, new_test_user

from ..silverfin_api import PUSH_SCOPES, READ_SCOPES
from ..sync import ahead, overview
from .sandbox import Sandbox, SandboxServer

# number -> (name, type)
ACCOUNTS = {
    "100000": ("Capital", "equity"),
    "149000": ("Result brought forward", "equity_unaffected"),
    "400000": ("Trade debtors", "asset_receivable"),
    "440000": ("Suppliers", "liability_payable"),
    "451000": ("VAT payable", "liability_current"),
    "550000": ("Bank", "asset_cash"),
    "600000": ("Purchases", "expense"),
    "601000": ("Services", "expense"),
    "700000": ("Sales", "income"),
    "999000": ("Guarantees given", "asset_current"),
    "999001": ("Guarantees given, counterpart", "asset_current"),
}


class AtOnce(Executor):
    """Odoo's test cursors are one connection, which serves one thread."""

    def __init__(self, *_arguments):
        super().__init__()

    def submit(self, function, /, *arguments):
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


class SilverfinBooksCase(TransactionCase):
    """A company with a small chart, linked to an empty client file."""

    sync_point = "issued"
    # what the dashboard shows, looked up after each run: it costs a tenth of the time
    looks = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "silverfin-books",
            groups="base.group_partner_manager,account.group_account_manager,"
            "account_silverfin.group_manager",
        )
        cls._make_books()

    @classmethod
    def _make_books(cls):
        """The company and its accounts: ``company``, ``accounts``, ``journal``."""
        cls.company = cls.env["res.company"].create(
            {"name": "Books Ltd", "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.env.ref("base.EUR").active = True
        cls.env.user.company_ids += cls.company
        cls.user.write(
            {
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(
            user=cls.user,
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids),
        )
        cls.company = cls.company.with_env(cls.env)
        cls.accounts = {
            number: cls.env["account.account"].create(
                {"code": number, "name": name, "account_type": account_type}
            )
            for number, (name, account_type) in ACCOUNTS.items()
        }
        cls.journal = cls.env["account.journal"].create(
            {"name": "Miscellaneous", "code": "MISC", "type": "general"}
        )

    def setUp(self):
        super().setUp()
        # with threads: dev/processes
        self.patch(ahead, "ThreadPoolExecutor", AtOnce)
        if not self.looks:
            self.patch(overview, "refresh_due", lambda _env, _ends_at: False)
        self.sandbox = Sandbox(sync_point=self.sync_point)
        self.server = SandboxServer(self.sandbox).start()
        self.addCleanup(self.server.stop)
        self.firm = self.sandbox.add_firm("The firm")
        application = self.sandbox.add_application(["http://127.0.0.1/none"])
        grant = self.sandbox.grant(application, self.firm, PUSH_SCOPES + READ_SCOPES)
        self.connection = self.env["silverfin.connection"].create(
            {
                "name": "The firm",
                "base_url": self.server.url,
                "client_id": application.client_id,
                "client_secret": application.client_secret,
                "read_back": True,
            }
        )
        self.connection.sudo().write(
            {"state": "connected", "firm_number": str(self.firm.id)}
        )
        self.env["silverfin.token"].sudo()._store(
            self.connection,
            grant,
            scopes=" ".join(PUSH_SCOPES + READ_SCOPES),
            redirect_uri="http://127.0.0.1/none",
            firm_number=str(self.firm.id),
        )
        self.link = self.env["silverfin.link"].create(
            {"connection_id": self.connection.id, "company_id": self.company.id}
        )
        self.work()
        self.client_file = self.sandbox.add_client_file(self.firm, "Books Ltd")
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference)
        self.refresh_companies()

    # === The books === #

    def account(self, number):
        return self.accounts[number]

    def lines(self, amounts, **values):
        return [
            Command.create(
                {
                    "account_id": self.account(number).id,
                    "balance": balance,
                    "name": f"Line on {number}",
                    **values,
                }
            )
            for number, balance in amounts.items()
        ]

    def entry(self, amounts, date="2026-03-31", post=True, **values):
        """A journal entry: ``{account number: balance}``."""
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": date,
                "line_ids": self.lines(amounts),
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def entry_of_lines(self, count, date="2026-03-31"):
        """An entry of ``count`` items of one, and one that balances them."""
        lines = [self.lines({"700000": -1})[0] for _number in range(count)]
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": date,
                "line_ids": lines + self.lines({"400000": count}),
            }
        )
        move.action_post()
        return move

    # === Silverfin === #

    def work(self):
        """One call of the cron's entry, which works until nothing is due."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["silverfin.run"]._cron_run()
        self.env.invalidate_all()

    def sync(self):
        """Press "Sync to Silverfin", let the workers work; the run."""
        run = self.env["silverfin.run"]._ask("sync", link=self.link)
        self.work()
        return run

    def verify(self):
        self.link.action_verify()
        run = self.env["silverfin.run"].search([("kind", "=", "verify")], limit=1)
        self.work()
        return run

    def run_open(self):
        """Let the workers work; the newest run that sends."""
        self.work()
        return self.env["silverfin.run"].search(
            [("link_id", "=", self.link.id), ("kind", "!=", "verify")], limit=1
        )

    def refresh_companies(self):
        self.connection.action_refresh_companies()
        self.work()

    def position(self):
        return self.link.sudo().position_id

    def there(self):
        """The transactions that Silverfin holds, by id."""
        return self.sandbox.transactions(self.client_file)

    def balance_there(self, number, on="2026-12-31"):
        balances = self.sandbox.balance(self.client_file, fields.Date.to_date(on))
        return balances.get(number, Decimal(0))

    def submits(self, status=None):
        return len(
            [
                entry
                for entry in self.sandbox.log
                if entry.method == "POST"
                and entry.path.endswith("/transactions")
                and status in (None, entry.status)
            ]
        )

    def assert_equal_to_books(self):
        """Line by line, from the books by the ORM to what Silverfin holds."""
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "!=", "off_balance"),
                ("balance", "!=", 0),
            ]
        )
        self.assertTrue(lines, "nothing to compare")
        expected = {
            str(line.id): (line.date, line.account_id.code, f"{line.balance:.2f}")
            for line in lines
        }
        found = {
            key: (there.date, there.account_number, f"{there.value:.2f}")
            for key, there in self.there().items()
        }
        self.assertEqual(found, expected)
