"""What a bookkeeper does in Odoo between two synchronisations, all by RPC."""

from __future__ import annotations

from datetime import date
from typing import Any

from .browser import Browser
from .failure import DemoFailure

LONG_ENTRY = 1203
"""Lines of the entry that is longer than two of Silverfin's batches of 500."""


class Bookkeeper:
    """Works in one company's books."""

    def __init__(self, browser: Browser, company_id: int) -> None:
        self._browser = browser
        self._company_id = company_id
        self._context = {"allowed_company_ids": [company_id]}

    def post_long_entry(self) -> None:
        """An entry of 1,203 lines in the year before this one."""
        accounts = self._accounts("expense")
        lines, total = [], 0
        for number in range(1, LONG_ENTRY):
            cents = 1000 + number * 37 % 9973
            total += cents
            lines.append((accounts[number % len(accounts)], f"Item {number}", cents))
        lines.append((self._accounts("liability_current")[0], "All items", -total))
        self._post(date(date.today().year - 1, 12, 15), "Long entry", lines)

    def post_late_entry(self) -> None:
        """An entry of two lines in the year before this one."""
        self.post_cost(date(date.today().year - 1, 11, 30), "Late cost", 12345)

    def post_cost(self, day: date, label: str, cents: int) -> None:
        """An entry of two lines: a cost that is owed."""
        expense = self._accounts("expense")[0]
        owed = self._accounts("liability_current")[0]
        self._post(day, label, [(expense, label, cents), (owed, label, -cents)])

    def change_invoice(self) -> None:
        """Take the oldest invoice back to draft, raise a price, post it again."""
        invoice = self._one_entry("out_invoice", "id")
        (line,) = self._search(
            "account.move.line",
            [("move_id", "=", invoice), ("display_type", "=", "product")],
            "price_unit",
            order="id",
            limit=1,
        )
        self._call("account.move", "button_draft", [invoice])
        price = round(line["price_unit"] + 12.34, 2)
        values = {"invoice_line_ids": [(1, line["id"], {"price_unit": price})]}
        self._call("account.move", "write", [invoice], values)
        self._call("account.move", "action_post", [invoice])

    def delete_credit_note(self) -> None:
        """Delete the last credit note; Odoo allows it at the end of a sequence only."""
        note = self._one_entry(
            "out_refund", "sequence_prefix desc, sequence_number desc"
        )
        self._call("account.move", "button_draft", [note])
        self._call("account.move", "unlink", [note])

    def rename_bank_account(self) -> str:
        """Give the bank's account another name; answers the new name."""
        (journal,) = self._search(
            "account.journal", [("type", "=", "bank")], "default_account_id", limit=1
        )
        account, _name = journal["default_account_id"]
        (before,) = self._call("account.account", "read", [account], ["name"])
        name = f"{before['name']} (renamed)"
        self._call("account.account", "write", [account], {"name": name})
        return name

    # --- how

    def _post(self, day: date, ref: str, lines: list[tuple[int, str, int]]) -> None:
        (journal,) = self._search(
            "account.journal", [("type", "=", "general")], order="id", limit=1
        )
        values = {
            "journal_id": journal["id"],
            "date": day.isoformat(),
            "ref": ref,
            "line_ids": [
                (0, 0, {"account_id": account, "name": name, "balance": cents / 100})
                for account, name, cents in lines
            ],
        }
        entry = self._call("account.move", "create", values)
        self._call("account.move", "action_post", [entry])

    def _accounts(self, kind: str) -> list[int]:
        found = self._search(
            "account.account", [("account_type", "=", kind)], order="id", limit=5
        )
        if not found:
            raise DemoFailure(f"a company has no account of the type {kind}")
        return [account["id"] for account in found]

    def _one_entry(self, kind: str, order: str) -> int:
        domain = [("move_type", "=", kind), ("state", "=", "posted")]
        found = self._search("account.move", domain, order=order, limit=1)
        if not found:
            raise DemoFailure(f"a company has no posted entry of the type {kind}")
        return found[0]["id"]

    def _search(
        self, model: str, domain: list[Any], *fields: str, **options: Any
    ) -> Any:
        of_company = "company_ids" if model == "account.account" else "company_id"
        here = [*domain, (of_company, "=", self._company_id)]
        return self._call(model, "search_read", here, list(fields or ["id"]), **options)

    def _call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._browser.call(model, method, *args, context=self._context, **kwargs)
