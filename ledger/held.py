"""Accounts that go under the number they had, until somebody agrees to the new one."""

from __future__ import annotations

from odoo.tools import SQL

Held = tuple[tuple[int, str], ...]
"""(account, the number under which it goes) of each."""


def held(numbers: Held, own: SQL) -> SQL:
    """The number of ``account``: the held one, else ``own``."""
    if not numbers:
        return own
    cases = SQL(" ").join(
        SQL("WHEN %s THEN %s", account_id, number) for account_id, number in numbers
    )
    return SQL("CASE account.id %s ELSE %s END", cases, own)
