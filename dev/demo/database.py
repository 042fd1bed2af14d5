"""Plain SQL on the demonstration's database: the books, without the module."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from devlib import Postgres

# what a journal item is: the whole of an item that has a place in an annual account
BOOKED = """line.company_id = {company} AND line.parent_state = 'posted'
    AND line.account_id IS NOT NULL AND line.balance <> 0
    AND account.account_type <> 'off_balance'"""


class Books:
    """One company's posted journal items; amounts are Decimal, in its currency."""

    def __init__(self, postgres: Postgres, database: str, company_id: int) -> None:
        self._postgres = postgres
        self._database = database
        self.company_id = company_id

    def _rows(self, select: str) -> list[dict[str, Any]]:
        text = self._postgres.query(
            f"SELECT COALESCE(json_agg(found), '[]') FROM ({select}) found",
            self._database,
        )
        return json.loads(text, parse_float=Decimal)

    def entries(self) -> int:
        """How many posted entries there are."""
        (row,) = self._rows(
            "SELECT count(*) AS entries FROM account_move "
            f"WHERE company_id = {self.company_id} AND state = 'posted'"
        )
        return row["entries"]

    def year_end(self) -> tuple[int, int]:
        """Month and day on which the financial year ends (29 February as 28)."""
        (row,) = self._rows(
            "SELECT fiscalyear_last_month AS month, fiscalyear_last_day AS day "
            f"FROM res_company WHERE id = {self.company_id}"
        )
        month, day = int(row["month"]), int(row["day"])
        return month, 28 if (month, day) == (2, 29) else day

    def sums(self) -> list[dict[str, Any]]:
        """Per account and day: ``number``, ``type``, ``date`` (ISO) and ``total``."""
        rows = self._rows(
            f"""SELECT account.code_store->>'{self.company_id}' AS number,
                account.account_type AS type, line.date, sum(line.balance) AS total
            FROM account_move_line line
            JOIN account_account account ON account.id = line.account_id
            WHERE {BOOKED.format(company=self.company_id)}
            GROUP BY account.id, line.date"""
        )
        return [{**row, "total": Decimal(row["total"])} for row in rows]

    def items(self) -> dict[int, dict[str, Any]]:
        """Every journal item with what a reader of the books sees of it."""
        rows = self._rows(
            f"""SELECT line.id, line.date, line.account_id, line.balance, line.name,
                COALESCE(line.partner_id, move.partner_id) AS partner,
                line.date_maturity, line.currency_id, line.amount_currency,
                CASE WHEN account.account_type IN
                        ('asset_receivable', 'liability_payable')
                    THEN line.amount_residual END AS open,
                move.name AS entry, move.ref, move.payment_reference, move.journal_id
            FROM account_move_line line
            JOIN account_move move ON move.id = line.move_id
            JOIN account_account account ON account.id = line.account_id
            WHERE {BOOKED.format(company=self.company_id)}"""
        )
        return {row["id"]: row for row in rows}


def new_changed_gone(
    before: dict[int, Any], after: dict[int, Any]
) -> tuple[int, int, int]:
    """How many items came, differ and went between two states of the books."""
    changed = sum(after[id] != before[id] for id in after.keys() & before.keys())
    return len(after.keys() - before.keys()), changed, len(before.keys() - after.keys())
