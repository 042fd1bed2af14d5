"""Client files in every state, to look at: fed to `odoo shell` by screenshots.py.

Nothing of it came from Silverfin: the rows that workers write are made up here.
"""

import hashlib
from datetime import datetime, timedelta

from odoo import Command
from odoo.tools import SQL

from odoo.addons.account_silverfin.ledger.sent import sent

NOW = datetime.now().replace(microsecond=0)
SHAPES = [
    # state, client file, message, proof, last synchronisation (hours ago)
    ("in_sync", "Bakery Ltd", None, "equal", 2),
    (
        "attention",
        "Studio Ltd",
        "Silverfin answered that another program moved this client file. Everything "
        "is compared and sent again with the next synchronisation.",
        "differs",
        30,
    ),
    ("syncing", "Garage Ltd", None, "none", 700),
    ("pending", None, None, "none", None),
    ("ready", "Studio 2 Ltd", None, "none", None),
    (
        "removed",
        "Café Ltd",
        "The synchronisation was removed in Silverfin.",
        "equal",
        900,
    ),
    ("in_sync", "Plumber Ltd", None, "equal", 9),
]
# account, from, Odoo, Silverfin, difference, causes
DIFFERENCES = [
    ("400000", "2026-03-31", "18150.00", "18149.99", "-0.01", ("unknown",)),
    ("700000", "2026-05-31", "-12500.50", "-12000.50", "500.00", ("aside",)),
]
YEAR = {
    "periods": 12,
    "accounts": 492,
    "own": None,
    "sum": {"books": "0", "there": "0"},
}


def result(proof):
    """The shape is in sync/compare/outcome.py."""
    differences = [
        {
            "account": account,
            "name": "",
            "from": begin,
            "to": "2026-12-31",
            "periods": 9,
            "books": books,
            "there": there,
            "difference": difference,
            "causes": [[cause, difference] for cause in causes],
        }
        for account, begin, books, there, difference, causes in DIFFERENCES
        if proof == "differs"
    ]
    years = [
        YEAR
        | {
            "start": f"{year}-01-01",
            "end": f"{year}-12-31",
            "last": f"{year}-12-31",
            "differing": 18 * (bool(differences) and year == 2026),
            "result": {"books": "41250.75", "there": "41250.75"},
        }
        for year in (2024, 2025, 2026)
    ]
    return {
        "basis": "silverfin",
        "accounts": sum(year["accounts"] for year in years),
        "periods": sum(year["periods"] for year in years),
        "differing": sum(year["differing"] for year in years),
        "years": years,
        "differences": differences,
        "more": 0,
        "adjustments": [
            {
                "id": "3",
                "description": "Accrual of holiday pay",
                "account": "620000",
                "value": "1250.00",
                "year": "2025-12-31",
            }
        ],
        "adjusted": False,
        "no_adjustments": False,
        "retained": None,
        "earlier": 0,
        "open_items": [],
        "open_totals": {
            "receivable": {"books": "18150.00", "there": "18150.00"},
            "payable": {"books": "-7420.35", "there": "-7420.35"},
        },
    }


def overview(number):
    """The shape is in sync/overview.py."""
    amounts = ["41250.75", "312480.10", "18150.00", "18150.00", "7420.35", "3150.20"]
    there = list(amounts)
    if number == 1:
        there[0], there[3] = "40750.75", "17650.00"
    names = ["result", "total", "bank", "customers", "suppliers", "vat"]
    return {
        "start": f"{NOW.year}-01-01",
        "end": f"{NOW.year}-12-31",
        "figures": {
            name: list(pair)
            for name, pair in zip(names, zip(amounts, there, strict=True), strict=True)
        },
        "items": 12480,
        "at": (NOW - timedelta(minutes=20)).isoformat(" "),
        "seconds": 0.4,
    }


def fill(env):
    companies = env["res.company"].search([], order="id")
    for name in [shape[1] for shape in SHAPES if shape[1]][len(companies) :]:
        # without a country: one would pull in further modules
        companies += env["res.company"].create({"name": name})
    companies = companies[: len(SHAPES)]
    companies += env["res.company"].create(
        [{"name": f"Client {n}"} for n in range(len(SHAPES) - len(companies))]
    )
    admin = env.ref("base.user_admin")
    admin.write({"company_ids": [Command.link(company.id) for company in companies]})
    connection = env["silverfin.connection"].create(
        {
            "name": "The Accounting Firm",
            "client_id": "demo-client",
            "client_secret": "demo",
            "firm_number": "13001",
        }
    )
    connection.sudo().write({"state": "connected", "firm_name": "The Accounting Firm"})
    links = env["silverfin.link"].create(
        [
            {
                "connection_id": connection.id,
                "company_id": company.id,
                "user_id": admin.id,
            }
            for company in companies
        ]
    )
    env["silverfin.run"].search([]).unlink()
    for number, (link, shape) in enumerate(zip(links, SHAPES, strict=True)):
        state, name, message, proof, hours = shape
        last = hours and NOW - timedelta(hours=hours)
        link.sudo().position_id.write(
            {
                "state": state,
                "client_file_name": name,
                "client_file_number": name and str(48210 + number),
                "message": message,
                "last_sync_at": last,
                "next_sync_at": state == "in_sync" and NOW + timedelta(hours=22),
                "verify_state": proof,
                "verified_at": proof != "none" and last,
                "verify_result": result(proof) if proof != "none" else False,
                "sync_point": name and "2026-11-20T10:00:00Z",
                "overview": last and overview(number),
                "overview_at": last and NOW - timedelta(minutes=20),
                "behind": 12 if number == 6 else 0,
                "equal_since": number == 0 and NOW - timedelta(days=9),
            }
        )
    analytics(env, links[0])
    special_accounts(env, links[0])
    runs(env, links, admin)
    items(env, links[:3])
    set_aside(env, links[1])
    checkups(env.user.with_user(admin).env, links)
    files(env.user.with_user(admin).env)
    invitation(env.user.with_user(admin).env)
    setups(env.user.with_user(admin).env, connection, links)


def invitation(env):
    """A firm whose admin was sent a connection link."""
    connection = env["silverfin.connection"].create(
        {"name": "Another Firm", "client_id": "demo", "client_secret": "demo"}
    )
    connection.action_invite()
    # another, of which a link is made while the pictures are taken
    env["silverfin.connection"].create(
        {"name": "A Third Firm", "client_id": "demo", "client_secret": "demo"}
    )
    # so that the pictures' maker knows the address
    env["silverfin.invitation"].sudo().search([]).token_digest = hashlib.sha256(
        b"A" * 43
    ).hexdigest()


def checkups(env, links):
    """Of books where something is to be put right, and of clean ones."""
    company = links[0].company_id
    env = env(context={"allowed_company_ids": company.ids})
    account = env["account.account"].search(
        [("account_type", "=", "income")], order="code", limit=1
    )
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    bank = env["account.account"].search([("account_type", "=", "asset_cash")], limit=1)
    entry = env["account.move"].create(
        {
            "journal_id": journal.id,
            "date": (NOW + timedelta(days=20)).date(),
            "line_ids": [
                Command.create({"account_id": bank.id, "balance": 480.5}),
                Command.create({"account_id": account.id, "balance": -480.5}),
            ],
        }
    )
    entry.action_post()
    entry.copy({"date": NOW.date()})
    code, account.code_store = account.code, False
    env["silverfin.checkup"]._check(company, links[0].with_env(env))
    account.code_store = code
    env["silverfin.checkup"].sudo().create(
        {"company_id": links[1].company_id.id, "link_id": links[1].id}
    )


def setups(env, connection, links):
    """The assistant left at each of its steps, by as many people."""
    Setup = env["silverfin.setup"]
    Setup.create([{}, {}]).write(
        {"step": "access", "has_client_id": "no", "connection_id": False}
    )
    other = connection.search([("name", "=", "Another Firm")], limit=1)
    ready = links.filtered(lambda link: link.state not in ("pending", "removed"))
    for step, connected, chosen in (
        ("connect", other, links.browse()),
        ("companies", connection, links.browse()),
        ("silverfin", connection, links[2:5]),
        ("checkup", connection, links[:1]),
        ("push", connection, ready[1:4]),
        ("proof", connection, ready[:2]),
    ):
        setup = Setup.create({"connection_id": connected.id})
        setup.write({"link_ids": [Command.set(chosen.ids)], "step": step})
        if step == "checkup":
            setup.action_check()


def files(env):
    """One that is made, one that waits and one that is not asked for yet."""
    done, queued, _draft = env["silverfin.export"].create(
        [{}, {"file_type": "csv"}, {"content": "balances"}]
    )
    done.action_make()
    queued.state = "queued"


def analytics(env, link):
    """Two plans that go along, and a branch."""
    plans = env["account.analytic.plan"].create(
        [{"name": "Projects and sites"}, {"name": "Departments"}]
    )
    link.write(
        {
            "analytics": True,
            "analytic_plan_1_id": plans[0].id,
            "analytic_plan_2_id": plans[1].id,
        }
    )
    env["res.company"].create({"name": "Shop", "parent_id": link.company_id.id})


def special_accounts(env, link):
    """Off-balance accounts, a rest on one that carries forward, one that waits."""
    company = link.company_id
    company.account_fiscal_country_id = env.ref("base.de")
    env = env(context={"allowed_company_ids": company.ids})
    accounts = env["account.account"].create(
        [
            {"code": "002000", "name": "Guarantees", "account_type": "off_balance"},
            {
                "code": "002100",
                "name": "Creditors of guarantees",
                "account_type": "off_balance",
            },
            {
                "code": "900000",
                "name": "Balances brought forward",
                "account_type": "income_other",
            },
        ]
    )
    bank = env["account.account"].search([("account_type", "=", "asset_cash")], limit=1)
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    for debit, credit, amount in (
        (accounts[0], accounts[1], 25000),
        (bank, accounts[2], 1234.56),
    ):
        env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": f"{NOW.year}-01-01",
                "line_ids": [
                    Command.create({"account_id": debit.id, "balance": amount}),
                    Command.create({"account_id": credit.id, "balance": -amount}),
                ],
            }
        ).action_post()
    recoded = env["account.account"].search([("account_type", "=", "expense")], limit=1)
    link.recode_policy = "ask"
    env["silverfin.recoding"].sudo().create(
        {
            "link_id": link.id,
            "account_id": recoded.id,
            "old_number": "612000",
            "new_number": "612010",
            "items": 340,
            "closed_items": 4,
        }
    )


def items(env, links):
    """As the last run left them; a tenth of the entries changed since."""
    env.flush_all()
    for link in links:
        run = env["silverfin.run"].search([("link_id", "=", link.id)], limit=1)
        env.cr.execute(
            SQL(
                """INSERT INTO silverfin_transaction (link_id, line_id, part, move_id,
                    digest, date, account_number, value, run_id)
                SELECT %s, line_id, part, move_id,
                    CASE WHEN move_id %% 10 = 0 THEN 0 ELSE digest END,
                    date, coalesce(account_number, '?'), value, %s
                FROM (%s) item""",
                link.id,
                run.id,
                sent(env.cr, link._silverfin_scope(()), SQL("TRUE")),
            )
        )


def runs(env, links, user):
    # kind, trigger, state, link, started (hours ago), seconds, figures, message
    rows = [
        ("sync", "manual", "done", 0, 2, 4, (84, 204, 3, 1, 0, 2), None),
        ("verify", "manual", "done", 0, 2, 2, (0,) * 6, "82 compared, all equal."),
        (
            "sync",
            "schedule",
            "partial",
            1,
            30,
            71,
            (90, 310, 0, 0, 2, 4),
            "Entries set aside: 2. Put them right, they go with the next run.",
        ),
        (
            "verify",
            "manual",
            "done",
            1,
            30,
            3,
            (0,) * 6,
            "82 balances compared, 2 differ: 400000 in the year to 2026-12-31: "
            "18150.00 in Odoo, 18149.99 in Silverfin.",
        ),
        (
            "full",
            "manual",
            "failed",
            1,
            26,
            25,
            (90, 120, 0, 0, 0, 1),
            "Silverfin does not answer. The next try is at 14:05.",
        ),
        ("references", "manual", "done", None, 40, 1, (0,) * 6, "6 references sent."),
        ("sync", "webhook", "running", 2, 0, 40, (1200, 5120, 12, 0, 0, 14), None),
        ("sync", "manual", "queued", 4, 0, 0, (0,) * 6, None),
    ]
    for kind, trigger, state, link, hours, seconds, figures, message in rows:
        total, upserted, changed, deleted, rejected, batches = figures
        started = NOW - timedelta(hours=hours, seconds=seconds)
        run = env["silverfin.run"].create(
            {
                "link_id": link is not None and links[link].id,
                "connection_id": links.connection_id.id,
                "kind": kind,
                "trigger": trigger,
                "state": state,
                "user_id": trigger == "manual" and user.id,
                "total": total,
                "processed": total * 62 // 100 if state == "running" else total,
                "upserted": upserted,
                "changed": changed,
                "deleted": deleted,
                "rejected": rejected,
                "batches": batches,
                "started_at": state != "queued" and started,
                "ended_at": state not in ("queued", "running")
                and started + timedelta(seconds=seconds),
                "message": message,
                # far off: no worker takes it while the pictures are taken
                "due_at": NOW + timedelta(days=300),
                "turn_at": NOW,
            }
        )
        env.flush_all()
        env.cr.execute(
            "UPDATE silverfin_run SET create_date = %s WHERE id = %s",
            [started, run.id],
        )


def set_aside(env, link):
    moves = env["account.move"].search(
        [("state", "=", "posted"), ("company_id", "=", link.company_id.id)], limit=3
    )
    if len(moves) < 3:
        moves = env["account.move"].search([("state", "=", "posted")], limit=3)
    reasons = [
        ("rejected", "Silverfin: transaction date is in a locked period (2025)."),
        (
            "invalid",
            "The account “Suspense” has no code. Give it one: Accounting > "
            "Configuration > Chart of Accounts.",
        ),
        ("held", "The year to 2025-12-31 is closed for this client file."),
    ]
    for move, (kind, reason) in zip(moves, reasons, strict=True):
        env["silverfin.rejection"].create(
            {"link_id": link.id, "move_id": move.id, "kind": kind, "reason": reason}
        )
    link.write({"closed_until": "2025-12-31", "closed_policy": "hold"})
    changed(env, link, moves[2], "held", [("400000", 1210, 1815), ("700000", 0, -605)])
    changed(env, link, moves[1], "sent", [("612000", 80, 95), ("440000", -80, -95)])


def changed(env, link, move, state, amounts):
    """A change in a closed year: account, as Silverfin has it, as it is."""
    env["silverfin.closed.change"].sudo().create(
        [
            {
                "link_id": link.id,
                "state": state,
                "entry_key": move.id,
                "move_id": move.id,
                "entry_name": move.name,
                "kind": "changed",
                "date": "2025-11-14",
                "account_number": number,
                "old_value": old,
                "new_value": new,
                "difference": new - old,
                "changed_by": "Mitchell Admin",
                "changed_at": NOW - timedelta(hours=31),
                "found_at": NOW - timedelta(hours=30),
                "sent_at": state == "sent" and NOW - timedelta(hours=30),
                "reason": state == "sent" and "The supplier corrected the invoice.",
            }
            for number, old, new in amounts
        ]
    )


fill(env)  # noqa: F821 (odoo shell's)
env.cr.commit()  # noqa: F821
