"""The other way round: the same rows pulled out of a real Odoo by its external APIs."""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Callable
from typing import Any

import requests
from devlib import OdooServer

from .books import COMPANY, Books

FIELDS = [
    *("date", "account_id", "balance", "name", "partner_id", "amount_residual"),
    *("journal_id", "move_name", "ref", "date_maturity", "currency_id"),
    "amount_currency",
]
PAGE = 2000
ROWS = 30_000
Page = Callable[[list], list[dict[str, Any]]]


def times(books: Books) -> dict[str, float]:
    """Seconds per row over XML-RPC and JSON-2, by pages in the order of the ids."""
    with OdooServer(
        books.database, max_cron_threads=0, environment=books.environment
    ) as odoo:
        pages: dict[str, Page] = {
            "XML-RPC": _xml_rpc(odoo, books),
            "JSON-2": _json_2(odoo, books),
        }
        return {name: _time(page) for name, page in pages.items()}


def _time(page: Page) -> float:
    page([("id", "=", 0)])  # the first request of a server is slower
    last, rows = 0, 0
    began = time.monotonic()
    while rows < ROWS:
        found = page(
            [
                ("company_id", "=", COMPANY),
                ("parent_state", "=", "posted"),
                ("balance", "!=", 0),
                ("id", ">", last),
            ]
        )
        rows += len(found)
        last = found[-1]["id"]
    return (time.monotonic() - began) / rows


def _xml_rpc(odoo: OdooServer, books: Books) -> Page:
    models = xmlrpc.client.ServerProxy(f"{odoo.url}/xmlrpc/2/object")
    asked = {"fields": FIELDS, "limit": PAGE, "order": "id"}

    def page(domain: list) -> list[dict[str, Any]]:
        found: Any = models.execute_kw(
            *(books.database, 2, books.key, "account.move.line", "search_read"),
            *([domain], asked),
        )
        return list(found)

    return page


def _json_2(odoo: OdooServer, books: Books) -> Page:
    session = requests.Session()
    session.headers["Authorization"] = f"bearer {books.key}"
    session.headers["X-Odoo-Database"] = books.database

    def page(domain: list) -> list[dict[str, Any]]:
        answer = session.post(
            f"{odoo.url}/json/2/account.move.line/search_read",
            json={"domain": domain, "fields": FIELDS, "limit": PAGE, "order": "id"},
            timeout=120,
        )
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    return page
