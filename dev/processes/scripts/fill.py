# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: rows in every table of ours, as a database in use has them."""

import json
import os
from pathlib import Path

given = json.loads(os.environ["SILVERFIN_GIVEN"])
company = env["res.company"].search([], order="id", limit=1)
connection = env["silverfin.connection"].create({"name": "The firm", "client_id": "a"})
connection.message_post(body="A message")
link = env["silverfin.link"].create(
    {"connection_id": connection.id, "company_id": company.id}
)
run = env["silverfin.run"]._ask("sync", link=link)
link.activity_schedule("mail.mail_activity_data_todo", user_id=env.uid)
link._notify_trouble("aside", "Solved")
link._solve_trouble("aside")
link._notify_trouble("failed", "Not solved")
connection._notify_trouble("connection", "Not solved")
env["silverfin.webhook"]._new_key(connection)
env["silverfin.webhook"]._is_first(connection, b"A call")
# a statement of nothing: with its attachment, and its company's sequence
env["silverfin.statement"]._make(
    link,
    {
        "company": {"name": company.name, "vat": "", "currency": "EUR"},
        "client_file": {"name": "A client file", "number": "1"},
        "firm": "The firm",
        "at": "2026-01-31 12:00:00",
        "result": {
            "basis": "acknowledged",
            **dict.fromkeys(("accounts", "periods", "differing"), 0),
            **{"years": [], "differences": [], "adjustments": []},
            **dict.fromkeys(("open_totals", "retained")),
            **dict.fromkeys(("earlier", "more"), 0),
        },
        "sent": {"items": 0, "books": 0, "debit": "0", "credit": "0"},
        **dict.fromkeys(("closed_changes", "since")),
        "digest": "0" * 64,
        **{key: [] for key in ("years", "open", "journals", "not_sent")},
        **{key: [] for key in ("off_balance", "locks")},
    },
    "equal",
    run,
)
move = env["account.move"].create({"company_id": company.id, "move_type": "entry"})
account = env["account.account"].search([], limit=1)
env.flush_all()
for table, columns, values in [
    (
        "silverfin_token",
        "connection_id, access_token, refresh_token",
        [connection.id, "a", "b"],
    ),
    (
        "silverfin_transaction",
        "link_id, run_id, line_id, part, digest, date, account_number, value",
        [link.id, run.id, 1, 0, 1, "2026-01-01", "100000", 1],
    ),
    (
        "silverfin_compared",
        'link_id, run_id, "end", year_start, year_end',
        [link.id, run.id, "2026-01-31", "2026-01-01", "2026-12-31"],
    ),
    (
        "silverfin_account",
        "link_id, number, nature, digest",
        [link.id, "100000", "asset", 1],
    ),
    (
        "silverfin_recoding",
        "link_id, account_id, old_number, new_number",
        [link.id, account.id, "100000", "100010"],
    ),
    (
        "silverfin_rejection",
        "link_id, company_id, move_id, kind, reason",
        [link.id, company.id, move.id, "rejected", "A reason"],
    ),
]:
    marks = ", ".join(["%s"] * len(values))
    env.cr.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
env.cr.commit()
counts = {}
for model in [
    "connection",
    "link",
    "position",
    "run",
    "token",
    "transaction",
    "account",
    "recoding",
    "rejection",
    "webhook",
    "delivery",
    "compared",
    "statement",
]:
    env.cr.execute(f"SELECT count(*) FROM silverfin_{model}")
    ((counts[model],),) = env.cr.fetchall()
Path(given["answer"]).write_text(json.dumps(counts))
