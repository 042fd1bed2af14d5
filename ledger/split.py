"""One amount by analytic account, several plans crossed in proportion.

Plain arithmetic in whole units (cents): nothing is rounded but by giving the units that
are left over to the largest remainders, so that every sum is exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

Key = tuple[int, ...]
"""The analytic account of each plan, 0 where there is none."""

MOST_SHARES = 500
"""An amount in more shares than this is of no use to anybody."""


class Share(NamedTuple):
    """A part of an amount, in units."""

    key: Key
    value: int
    open_value: int


class NotSplit(Exception):
    """The amount goes whole, without analytic accounts.

    ``reason``: ``over`` (more than all of it in a plan), ``sign`` (an analytic account
    has the other sign), ``many`` (more than :data:`MOST_SHARES`) or ``large`` (see
    :func:`.amounts.largest_split`).
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def split(
    value: int, open_value: int, rows: Iterable[tuple[Key, int]], slack: int
) -> list[Share]:
    """The shares of an amount, in the order of their accounts, a rest at the end.

    Their values make ``value``; each account of each plan gets what its rows say. What
    one row says of several plans stays together, the rest of them is crossed.

    :param open_value: what of it is open, shared out in proportion
    :param rows: of the analytic accounts, signed as ``value``
    :param slack: so many units over are no mistake but Odoo's rounding, which makes up
        in one plan what it took in another; a share of the other sign evens them out
    :return: empty where no account is named
    :raise NotSplit: the amount goes whole
    """
    sign = 1 if value > 0 else -1
    total = sign * value
    amounts: dict[Key, int] = defaultdict(int)
    for key, amount in rows:
        amounts[key] += sign * amount
    if len(amounts) == 1 and total in amounts.values():
        # most items: whole on one account, or on one of each plan
        return [Share(key, value, open_value) for key in amounts if any(key)]
    amounts = {key: amount for key, amount in sorted(amounts.items()) if amount}
    if any(amount < 0 for amount in amounts.values()):
        raise NotSplit("sign")
    excess = _cut(amounts, total, slack)
    pieces = _kept_together(total, amounts) or _plan_by_plan(total, amounts)
    open_pieces = _open(pieces, total, sign * open_value)
    for key, amount in excess.items():
        pieces[key] = pieces.get(key, 0) + amount
        nowhere = (0,) * len(key)
        pieces[nowhere] = pieces.get(nowhere, 0) - amount
    found = [
        Share(key, sign * amount, sign * open_pieces.get(key, 0))
        for key, amount in sorted(pieces.items(), key=_place)
        if amount
    ]
    if len(found) > MOST_SHARES:
        raise NotSplit("many")
    return found if any(any(share.key) for share in found) else []


def _place(piece: tuple[Key, int]) -> list[tuple[bool, int]]:
    return [(not account, account) for account in piece[0]]


def _cut(amounts: dict[Key, int], total: int, slack: int) -> dict[Key, int]:
    """Take off what is over in a plan; units by row."""
    excess: dict[Key, int] = defaultdict(int)
    for plan in range(len(next(iter(amounts), ()))):
        rows = [key for key in amounts if key[plan]]
        over = sum(amounts[key] for key in rows) - total
        if over <= 0:
            continue
        if over > slack:
            raise NotSplit("over")
        for key in sorted(rows, key=lambda key: (-amounts[key], key)):
            amount = max(min(over, amounts[key]), 0)
            if amount:
                amounts[key] -= amount
                excess[key] += amount
                over -= amount
    return excess


def _kept_together(total: int, amounts: dict[Key, int]) -> dict[Key, int] | None:
    """The pieces, what a row says of several plans kept together.

    :return: None where the rows contradict each other
    """
    groups: dict[tuple[bool, ...], list[tuple[Key, int]]] = defaultdict(list)
    for key, amount in amounts.items():
        groups[tuple(account != 0 for account in key)].append((key, amount))
    width = len(next(iter(amounts), ()))
    if len(groups) == 1:
        rest = total - sum(amounts.values())
        return amounts | ({(0,) * width: rest} if rest else {})
    pieces = {(0,) * width: total}
    for plans in sorted(groups, key=lambda plans: (-sum(plans), plans)):
        free = {
            key: amount
            for key, amount in pieces.items()
            if not any(map(min, key, plans))
        }
        rest = sum(free.values()) - sum(amount for _key, amount in groups[plans])
        if rest < 0:
            return None
        columns = [*groups[plans], ((0,) * width, rest)]
        for key in free:
            del pieces[key]
        _merge(pieces, list(free.items()), columns)
    return pieces


def _plan_by_plan(total: int, amounts: dict[Key, int]) -> dict[Key, int]:
    """The pieces, each plan for itself."""
    width = len(next(iter(amounts), ()))
    pieces = {(0,) * width: total}
    for plan in range(width):
        by_account: dict[Key, int] = defaultdict(int)
        for key, amount in amounts.items():
            alone = tuple(
                account if place == plan else 0 for place, account in enumerate(key)
            )
            by_account[alone] += amount if key[plan] else 0
        by_account[(0,) * width] = total - sum(
            amount for key, amount in by_account.items() if any(key)
        )
        crossed: dict[Key, int] = {}
        _merge(crossed, list(pieces.items()), list(by_account.items()))
        pieces = crossed
    return pieces


def _merge(
    pieces: dict[Key, int],
    free: list[tuple[Key, int]],
    columns: list[tuple[Key, int]],
) -> None:
    if len(free) * len(columns) > 10 * MOST_SHARES:
        raise NotSplit("many")
    cells = cross([amount for _, amount in free], [amount for _, amount in columns])
    for (key, _), row in zip(free, cells, strict=False):
        for (other, _), amount in zip(columns, row, strict=False):
            if amount:
                both = tuple(map(max, key, other))
                pieces[both] = pieces.get(both, 0) + amount


def _open(pieces: dict[Key, int], total: int, open_value: int) -> dict[Key, int]:
    if open_value in (0, total):
        return dict(pieces) if open_value else {}
    if not 0 <= open_value <= total:
        # stranger than a proportion could say: once, on the first
        return {min(pieces.items(), key=_place)[0]: open_value}
    cells = cross(list(pieces.values()), [open_value, total - open_value])
    return {key: row[0] for key, row in zip(pieces, cells, strict=False)}


def in_proportion(total: int, values: list[int]) -> list[int]:
    """``total`` shared out as ``values`` are, to the unit.

    :param values: with a sum that is not zero, of whatever sign
    """
    whole = sum(values)
    if whole < 0:
        whole, values = -whole, [-value for value in values]
    cells = [total * value // whole for value in values]
    # a unit each for the largest remainders
    places = sorted(range(len(values)), key=lambda i: -(total * values[i] % whole))
    for place in places[: total - sum(cells)]:
        cells[place] += 1
    return cells


def cross(rows: list[int], columns: list[int]) -> list[list[int]]:
    """Cells in proportion to their row and column, which both keep their sums.

    :param rows: none below zero, with the same sum as ``columns``
    """
    total = sum(rows)
    if not total:
        return [[0] * len(columns) for _ in rows]
    cells = [[row * column // total for column in columns] for row in rows]
    row_left = [row - sum(line) for row, line in zip(rows, cells, strict=False)]
    column_left = [
        column - sum(line[place] for line in cells)
        for place, column in enumerate(columns)
    ]
    places = sorted(
        (-(row * column % total), i, j)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
        if row_left[i] and column_left[j]
    )
    # a unit for the largest remainders; in a second round what found no place there
    for most in (1, total):
        for _remainder, i, j in places:
            units = min(most, row_left[i], column_left[j])
            cells[i][j] += units
            row_left[i] -= units
            column_left[j] -= units
    return cells
