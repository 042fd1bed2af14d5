# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: opens lists of journal entries as the web client does.

Says what each costs beside the same list without the column and the filters of the
module.
"""

import json
import os
import statistics
import time
from pathlib import Path

from lxml import etree

given = json.loads(os.environ["SILVERFIN_GIVEN"])
COLUMN = "silverfin_status"
FILTERS = ("sent", "waiting", "aside", "held")
ROUNDS = 5
PAGE, COUNTED = 80, 10_001
SELECTED = (20, 20_000)
"""The web client hands on so many at most."""

env = env(
    user=env.ref("base.user_admin"),
    context={"allowed_company_ids": [given["company"]], "lang": "en_US"},
)
env.user.group_ids += env.ref("account.group_account_user") + env.ref(
    "account_silverfin.group_user"
)
Move = env["account.move"]


def columns(view):
    """What the list asks of each entry."""
    arch = Move.get_view(env.ref(view).id, "list")["arch"]
    names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
    return {name: _asked(Move._fields[name]) for name in sorted(names)}


def _asked(field):
    return {"fields": {"display_name": {}}} if field.relational else {}


def rows(specification, *conditions):
    """A page of the list, and how many there are."""
    return Move.web_search_read(
        [("company_id", "=", given["company"]), *conditions],
        specification,
        limit=PAGE,
        count_limit=COUNTED,
    )


def groups(*conditions):
    """The same list by journal."""
    return Move.web_read_group(
        [("company_id", "=", given["company"]), *conditions],
        ["journal_id"],
        ["amount_total_signed:sum", "__count"],
    )


def taken(function, *arguments):
    """Seconds, queries, and what it answered; nothing is known before."""
    env.invalidate_all()
    queries, began = env.cr.sql_log_count, time.monotonic()
    answer = function(*arguments)
    return time.monotonic() - began, env.cr.sql_log_count - queries, answer


def compared(calls):
    """Of each call the median seconds, the queries, and how many entries there are."""
    for call in calls.values():
        taken(*call)
    found = {name: [] for name in calls}
    for _round in range(ROUNDS):
        for name, call in calls.items():
            found[name].append(taken(*call))
    return {
        name: {
            "seconds": statistics.median(seconds for seconds, _queries, _a in results),
            "queries": max(queries for _seconds, queries, _a in results),
            "found": results[-1][2]["length"],
        }
        for name, results in found.items()
    }


def selected(number):
    """The action on so many entries, undone."""
    chosen = Move.search([("company_id", "=", given["company"])], limit=number)
    seconds, queries, _answer = taken(chosen.action_silverfin_sync)
    env.cr.rollback()
    return {"seconds": seconds, "queries": queries}


whole = columns("account.view_move_tree")
assert COLUMN in whole
plain = {name: asked for name, asked in whole.items() if name != COLUMN}
invoices = columns("account.view_invoice_tree")
bare = {name: asked for name, asked in invoices.items() if name != COLUMN}
is_invoice = ("move_type", "=", "out_invoice")
posted = ("state", "=", "posted")
calls = {
    "list": (rows, plain),
    "list with the column": (rows, whole),
    "invoices": (rows, bare, is_invoice),
    "invoices with the column": (rows, invoices, is_invoice),
    "posted": (rows, plain, posted),
    **{f"filter {name}": (rows, whole, (COLUMN, "=", name)) for name in FILTERS},
    "posted by journal": (groups, posted),
    **{f"filter {name} by journal": (groups, (COLUMN, "=", name)) for name in FILTERS},
}
entries = Move.search_count([("company_id", "=", given["company"])])
answer = {
    "entries": entries,
    "views": compared(calls),
    "action": {str(number): selected(number) for number in SELECTED},
}
env.cr.rollback()
Path(given["answer"]).write_text(json.dumps(answer))
