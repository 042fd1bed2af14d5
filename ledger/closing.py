"""Closing entries: those that empty the accounts of a year, which Odoo does not need.

Left in, they empty that year's income statement for every reader who computes openings
himself. Appropriation of the result, dividends and transfers between equity accounts
are never taken for one: they touch no income or expense.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from odoo.tools import SQL, groupby

from .accounts import is_equity, is_result
from .lines import is_sent
from .scope import Scope
from .years import DAY, FinancialYear

SHARE = Decimal("0.9")
"""A closing empties at least this part of the accounts."""

Amounts = dict[int, Decimal]
"""By account."""


class _Entry(NamedTuple):
    move_id: int
    result: Amounts
    """Its amounts on income and expense accounts."""
    balance: Amounts
    """Its amounts on asset, liability and equity accounts."""
    is_equity: bool
    """Of the latter, all are equity."""


def closing_entries(cr, scope: Scope, years: list[FinancialYear]) -> set[int]:
    """Entries that close one of these years, and those that re-open the next.

    * Dated the last day of a year or the first of the next, on nothing but income,
      expense and equity, and emptying nearly all income and expense accounts: in one
      entry or in several.
    * A pair of that kind for the balance sheet: emptied on the last day, and the same
      put back on the first day of the next.
    """
    found: set[int] = set()
    entries = _entries(cr, scope, [day for y in years for day in (y.end, y.end + DAY)])
    for year in years:
        last, first = entries[year.end], entries[year.end + DAY]
        for is_last, pool in ((True, last), (False, first)):
            closing = [entry for entry in pool if entry.result and entry.is_equity]
            found |= _emptying(cr, scope, year, closing, is_last=is_last)
        found |= _pair(cr, scope, year, last, first)
    return found


def entries_of(cr, scope: Scope, journal_ids: Iterable[int]) -> set[int]:
    """The posted entries of journals that hold nothing but closing entries."""
    ids = tuple(journal_ids)
    if not ids:
        return set()
    cr.execute(
        SQL(
            """SELECT id FROM account_move
            WHERE journal_id IN %s AND company_id IN %s AND state = 'posted'""",
            ids,
            scope.company_ids,
        )
    )
    return {move_id for (move_id,) in cr.fetchall()}


def _entries(cr, scope: Scope, days: list[date]) -> dict[date, list[_Entry]]:
    """By day, the entries that may close or re-open a year.

    On equity, and either on income or expense too or on balance-sheet accounts only.
    The few on equity are found first, by the index on account and date: a last day of
    a year may have thousands of others.
    """
    found: dict[date, list[_Entry]] = {day: [] for day in days}
    if not days:
        return found
    cr.execute(
        SQL(
            """WITH equity AS MATERIALIZED (
                SELECT account.id FROM account_account account WHERE %(is_equity)s)
            SELECT DISTINCT line.move_id
            FROM equity CROSS JOIN LATERAL (
                SELECT move_id FROM account_move_line
                WHERE account_id = equity.id AND date = ANY(%(days)s)
                    AND company_id IN %(companies)s AND parent_state = 'posted') line
            """,
            is_equity=is_equity(scope),
            days=days,
            companies=scope.company_ids,
        )
    )
    move_ids = tuple(move_id for (move_id,) in cr.fetchall())
    if not move_ids:
        return found
    cr.execute(
        SQL(
            """SELECT move.date, line.move_id, line.account_id, %(is_result)s,
                %(is_equity)s, sum(round(line.balance, %(decimals)s))::text
            FROM account_move move
            JOIN account_move_line line ON line.move_id = move.id
            JOIN account_account account ON account.id = line.account_id
            WHERE move.id IN %(moves)s AND move.state = 'posted' AND %(is_sent)s
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2""",
            is_result=is_result(scope),
            is_equity=is_equity(scope),
            decimals=scope.decimals,
            moves=move_ids,
            is_sent=is_sent(scope),
        )
    )
    for (day, move_id), rows in groupby(cr.fetchall(), key=itemgetter(0, 1)):
        result, balance, is_equity_only = {}, {}, True
        for _day, _move_id, account_id, on_result, on_equity, value in rows:
            (result if on_result else balance)[account_id] = Decimal(value)
            is_equity_only &= on_result or on_equity
        found[day].append(_Entry(move_id, result, balance, is_equity_only))
    return found


def _emptying(
    cr, scope: Scope, year: FinancialYear, pool: list[_Entry], *, is_last: bool
) -> set[int]:
    """The fewest entries, largest first, that together empty income and expense."""
    if not pool:
        return set()
    held = _balances(cr, scope, year.start, year.end, result=True)
    every = _sum([entry.result for entry in pool])
    # those of the last day are in what the year holds
    before, after = (
        (_sum([held, _negated(every)]), held)
        if is_last
        else (held, _sum([held, every]))
    )
    full = {account_id for account_id, value in before.items() if value}
    emptied = {account_id for account_id in full if not after.get(account_id)}
    chosen: list[_Entry] = []
    for entry in sorted(pool, key=lambda entry: -len(entry.result)):
        chosen.append(entry)
        moved = _sum([entry.result for entry in chosen])
        if full and len(emptied & moved.keys()) >= SHARE * len(full):
            return {entry.move_id for entry in chosen}
    return set()


def _pair(
    cr,
    scope: Scope,
    year: FinancialYear,
    last: list[_Entry],
    first: list[_Entry],
) -> set[int]:
    """An entry that empties the balance sheet, and the one that puts it back."""
    found: set[int] = set()
    for closing in last:
        if closing.result:
            continue
        for opening in first:
            if opening.result or opening.balance != _negated(closing.balance):
                continue
            held = _balances(cr, scope, scope.earliest, year.end, result=False)
            before = _sum([held, _negated(closing.balance)])
            full = {account_id for account_id, value in before.items() if value}
            emptied = {a for a in full if held.get(a, Decimal(0)) == 0}
            if full and len(emptied) >= SHARE * len(full):
                found |= {closing.move_id, opening.move_id}
    return found


def _balances(cr, scope: Scope, first: date, last: date, *, result: bool) -> Amounts:
    """Per income and expense account, or per balance-sheet account, what it holds."""
    cr.execute(
        SQL(
            """SELECT line.account_id, sum(round(line.balance, %(decimals)s))::text
            FROM account_move_line line
            JOIN account_account account ON account.id = line.account_id
            WHERE %(is_sent)s AND line.date BETWEEN %(first)s AND %(last)s
                AND %(is_result)s = %(result)s
            GROUP BY line.account_id""",
            decimals=scope.decimals,
            is_sent=is_sent(scope),
            first=first,
            last=last,
            is_result=is_result(scope),
            result=result,
        )
    )
    return {account_id: Decimal(value) for account_id, value in cr.fetchall()}


def _sum(amounts: list[Amounts]) -> Amounts:
    total: Amounts = defaultdict(Decimal)
    for part in amounts:
        for account_id, value in part.items():
            total[account_id] += value
    return total


def _negated(amounts: Amounts) -> Amounts:
    return {account_id: -value for account_id, value in amounts.items()}
