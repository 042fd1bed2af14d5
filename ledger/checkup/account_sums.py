"""What stands on each account, by financial year: most of a check-up in one pass."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..accounts import nature
from ..lines import is_sent
from ..scope import Scope
from ..years import FinancialYear

ZERO = Decimal(0)


class Moved(NamedTuple):
    """What a year brought."""

    count: int
    """Items."""
    debit: Decimal
    credit: Decimal
    """Both positive."""

    @property
    def value(self) -> Decimal:
        """Debit positive."""
        return self.debit - self.credit


@dataclass
class AccountSum:
    """An account that has items."""

    account_id: int
    number: str | None
    kind: str
    """Odoo's ``account_type``."""
    nature: str
    years: dict[int, Moved] = field(default_factory=dict)
    """By the place of the year among those asked for: 0 before the first; the last one
    takes what lies after it too."""

    @property
    def count(self) -> int:
        """Items of all years."""
        return sum(moved.count for moved in self.years.values())

    @property
    def balance(self) -> Decimal:
        """Of all items, debit positive."""
        return sum((moved.value for moved in self.years.values()), ZERO)

    def upto(self, place: int) -> Decimal:
        """Balance of the years up to this one."""
        return sum((m.value for p, m in self.years.items() if p <= place), ZERO)


def account_sums(
    cr, scope: Scope, years: list[FinancialYear], *, numberless: bool = False
) -> list[AccountSum]:
    """Every account with items that are posted, off-balance ones too, by number.

    Items with an impossible date are left out: they do not go.

    :param numberless: only accounts without a number, which costs next to nothing
    """
    cr.execute(
        SQL(
            """SELECT account.id, %(number)s, account.account_type, %(nature)s,
                item.year, item.count, item.debit::text, item.credit::text
            FROM (
                SELECT %(account_id)s AS account_id,
                    width_bucket(%(day)s, %(starts)s::date[]) AS year,
                    count(*)::int AS count,
                    sum(greatest(round(line.balance, %(decimals)s), 0)) AS debit,
                    sum(greatest(-round(line.balance, %(decimals)s), 0)) AS credit
                FROM account_move_line line
                JOIN account_account account ON account.id = line.account_id
                WHERE %(is_sent)s AND line.date BETWEEN %(earliest)s AND %(latest)s
                    AND %(wanted)s
                GROUP BY 1, 2
            ) item
            JOIN account_account account ON account.id = item.account_id
            ORDER BY 2, 1, item.year""",
            number=scope.number(),
            nature=nature(scope),
            account_id=scope.account_id(),
            day=scope.day(),
            # an array without elements has no buckets
            starts=[year.start for year in years] or [scope.latest],
            decimals=scope.decimals,
            is_sent=is_sent(replace(scope, off_balance=True)),
            earliest=scope.earliest,
            latest=scope.latest,
            wanted=SQL("%s IS NULL", scope.number()) if numberless else SQL("TRUE"),
        )
    )
    found: dict[int, AccountSum] = {}
    years_of: dict[int, dict[int, Moved]] = defaultdict(dict)
    for account_id, number, kind, own, year, count, debit, credit in cr.fetchall():
        if account_id not in found:
            found[account_id] = AccountSum(
                account_id, number, kind, own, years_of[account_id]
            )
        # amounts come as text: psycopg2 is set to floats in Odoo
        years_of[account_id][year] = Moved(count, Decimal(debit), Decimal(credit))
    return list(found.values())
