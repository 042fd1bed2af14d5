"""The transactions of one client file, stored compactly, with sums per day.

Built for 700,000 transactions and more: what is only ever shown again is packed into
one bytes object per transaction, dates and account numbers are shared, and the sums
by account and day are kept up to date so that a balance never reads transactions.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

ZERO = Decimal(0)


class Transaction(NamedTuple):
    """One ledger line as it was accepted; ``value`` debit positive."""

    id: str
    date: date
    account_number: str
    value: Decimal
    description: str
    relation: str
    open_value: Decimal | None
    open_category: str | None
    dimensions: tuple[tuple[int, str, str], ...]
    extra_fields: tuple[str, ...]


class Ledger:
    """Transactions by id; insertion order is kept."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[date, str, Decimal, bytes]] = {}
        # account number -> day -> [sum, number of transactions]
        self._sums: dict[str, dict[date, list]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id: str) -> bool:
        return id in self._rows

    def __iter__(self) -> Iterator[Transaction]:
        return (self[id] for id in self._rows)

    def __getitem__(self, id: str) -> Transaction:
        day, account_number, value, packed = self._rows[id]
        description, relation, open_value, category, dimensions, extra = marshal.loads(
            packed
        )
        return Transaction(
            id,
            day,
            account_number,
            value,
            description,
            relation,
            None if open_value is None else Decimal(open_value),
            category,
            dimensions,
            extra,
        )

    def upsert(self, line: Transaction) -> None:
        """Put a transaction in, in the place of the one with the same id."""
        known = self._rows.get(line.id)
        if known is not None:
            self._add(known[1], known[0], -known[2], -1)
        packed = marshal.dumps(
            (
                line.description,
                line.relation,
                None if line.open_value is None else str(line.open_value),
                line.open_category,
                line.dimensions,
                line.extra_fields,
            )
        )
        self._rows[line.id] = (line.date, line.account_number, line.value, packed)
        self._add(line.account_number, line.date, line.value, 1)

    def delete(self, id: str) -> bool:
        """Take a transaction out; False when there is none with this id."""
        row = self._rows.pop(id, None)
        if row is None:
            return False
        self._add(row[1], row[0], -row[2], -1)
        return True

    def wipe(self, after: date | None = None) -> int:
        """Take out what is dated later than ``after``, or everything."""
        if after is None:
            gone = len(self._rows)
            self._rows.clear()
            self._sums.clear()
            return gone
        ids = [id for id, row in self._rows.items() if row[0] > after]
        for id in ids:
            self.delete(id)
        for days in self._sums.values():
            for day in [day for day in days if day > after]:
                del days[day]
        return len(ids)

    def alter(self, account_number: str, day: date, amount: Decimal) -> None:
        """Shift a balance by hand, with no transaction to show for it."""
        self._add(account_number, day, amount, 1)

    def sums(self) -> Iterator[tuple[str, dict[date, list]]]:
        """For each account its days, each with ``[sum, number of transactions]``."""
        return ((number, days) for number, days in self._sums.items() if days)

    def first_and_last(self) -> tuple[date, date] | None:
        """The oldest and the newest day with data."""
        days = [day for _number, days in self.sums() for day in days]
        return (min(days), max(days)) if days else None

    def page(
        self, start: int, size: int, account_number: str = ""
    ) -> tuple[int, list[Transaction]]:
        """How many there are (of one account), and ``size`` of them from ``start``."""
        if not account_number:
            return len(self), [
                self[id] for id in islice(self._rows, start, start + size)
            ]
        ids = [id for id, row in self._rows.items() if row[1] == account_number]
        return len(ids), [self[id] for id in ids[start : start + size]]

    def _add(self, number: str, day: date, amount: Decimal, lines: int) -> None:
        days = self._sums.setdefault(number, {})
        cell = days.get(day)
        if cell is None:
            days[day] = [amount, lines]
            return
        cell[0] += amount
        cell[1] += lines
        if cell[1] <= 0:
            del days[day]
