"""Sums of the books by account and month, in one pass: every balance follows from them.

The months are given by the days on which something begins (a month, a financial year),
so that years of any bounds are cut in the same pass.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .accounts import nature
from .lines import is_sent
from .scope import Scope

ZERO = Decimal(0)


class Sum(NamedTuple):
    """What moved on an account in one month, debit positive."""

    number: str
    """The account's number, "" where it has none."""
    nominal: bool
    """Income or expense: starts each year at zero."""
    month: int
    """How many of the cuts lie on or before its days."""
    value: Decimal


class Balance(NamedTuple):
    """An account at the end of a day, debit positive."""

    opening: Decimal
    movement: Decimal
    """Since the start of the financial year."""

    @property
    def closing(self) -> Decimal:
        """What stands on the account."""
        return self.opening + self.movement


class MonthSums:
    """Sums by account and month, cumulated: any balance is two look-ups."""

    def __init__(self, cuts: list[date], sums: Iterable[Sum]) -> None:
        """:param cuts: first days of months and years, in order"""
        self._cuts = cuts
        self._upto: dict[tuple[str, bool], list[Decimal]] = {}
        for number, nominal, month, value in sums:
            moved = self._upto.setdefault((number, nominal), [ZERO] * (len(cuts) + 1))
            moved[month] += value
        for moved in self._upto.values():
            for month in range(1, len(moved)):
                moved[month] += moved[month - 1]

    def numbers(self, *, nominal: bool | None = None) -> set[str]:
        """The accounts that have something, all or of one kind."""
        return {
            number for number, kind in self._upto if nominal is None or kind is nominal
        }

    def balances(
        self, year_start: date, end: date, retained: str
    ) -> dict[str, Balance]:
        """Per account number at the end of a day.

        :param year_start: one of the cuts; the day after ``end`` must be one, too
        :param retained: the number of the account that takes the results of the
            years before
        """
        before = bisect_left(self._cuts, year_start)
        last = bisect_right(self._cuts, end)
        found: dict[str, Balance] = {}
        for (number, nominal), upto in self._upto.items():
            opening, movement = upto[before], upto[last] - upto[before]
            if nominal and opening:
                _add(found, retained, opening, ZERO)
                opening = ZERO
            if opening or movement:
                _add(found, number, opening, movement)
        return found


def _add(
    found: dict[str, Balance], number: str, opening: Decimal, movement: Decimal
) -> None:
    known = found.get(number)
    if known:
        opening, movement = known.opening + opening, known.movement + movement
    found[number] = Balance(opening, movement)


def month_sums(
    cr, scope: Scope, cuts: list[date], retained: str, where: SQL | None = None
) -> list[Sum]:
    """What of the books belongs in the client file, by account and month.

    What lies before a start date counts on that day, as it is sent.

    :param cuts: first days of months and years, in order
    :param retained: number of the retained-earnings account, "" where none is chosen
    :param where: further condition on ``line`` and ``account``
    """
    cr.execute(
        SQL(
            """SELECT number, nominal, width_bucket(day, %(cuts)s::date[]),
                sum(value)::text
            FROM (
                SELECT %(number)s AS number, %(nominal)s AS nominal, %(day)s AS day,
                    round(line.balance, %(decimals)s) AS value
                FROM account_move_line line
                JOIN account_account account ON account.id = %(account_id)s
                WHERE %(is_sent)s AND %(where)s
                    AND %(booked)s BETWEEN %(earliest)s AND %(latest)s
                OFFSET 0
            ) item
            GROUP BY 1, 2, 3""",
            cuts=cuts,
            **_counted(scope, retained),
            decimals=scope.decimals,
            account_id=scope.account_id(),
            is_sent=is_sent(scope),
            where=where or SQL("TRUE"),
            booked=scope.day(),
            earliest=scope.earliest,
            latest=scope.latest,
        )
    )
    return [Sum(*row[:3], Decimal(row[3])) for row in cr.fetchall()]


def _counted(scope: Scope, retained: str) -> dict[str, SQL]:
    """Number, kind and day under which an item counts."""
    number = SQL("COALESCE(%s, '')", scope.number())
    nominal = SQL("%s IN ('income', 'expense')", nature(scope))
    if not scope.start:
        return {"number": number, "nominal": nominal, "day": scope.day()}
    before = SQL("line.date < %s", scope.start)
    return {
        "number": SQL(
            "CASE WHEN %s AND %s THEN %s ELSE %s END", before, nominal, retained, number
        ),
        "nominal": SQL("(%s AND NOT %s)", nominal, before),
        "day": SQL("GREATEST(%s, %s)", scope.day(), scope.start),
    }
