"""The balances that Silverfin should show, and why they are not those of the books."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.tools import SQL

from ...ledger.accounts import accounts
from ...ledger.month_sums import Balance, MonthSums, Sum, month_sums
from ...ledger.years import FinancialYear
from ..turn import Turn
from .periods import Period, cuts

ZERO = Decimal(0)
NOTHING = Balance(ZERO, ZERO)


@dataclass(frozen=True)
class Sides:
    """Sums by account and month of each side, and the numbers they are known by."""

    books: MonthSums
    acknowledged: MonthSums
    held: MonthSums
    """What the books have beyond what Silverfin acknowledged, of entries held."""
    aside: MonthSums
    """The same, of entries that were refused or cannot be sent."""
    retained: str
    """Number of the retained-earnings account."""
    years: tuple[FinancialYear, ...]
    """The financial years of the books."""

    def at(self, period: Period) -> dict[str, list[Decimal]]:
        """Per account: opening and movement in the books, the balance acknowledged,
        what is held, what is set aside, and what other bounds of the year make.

        All on the bounds of Silverfin's year.
        """
        end, start = period.end, period.year.start
        books, known, held, aside = (
            side.balances(start, end, self.retained)
            for side in (self.books, self.acknowledged, self.held, self.aside)
        )
        own = self._own_start(period)
        there = books if own == start else self.books.balances(own, end, self.retained)
        found = {}
        for number in books.keys() | known.keys() | there.keys():
            here = books.get(number, NOTHING)
            found[number] = [
                here.opening,
                here.movement,
                known.get(number, NOTHING).closing,
                held.get(number, NOTHING).closing,
                aside.get(number, NOTHING).closing,
                here.closing - there.get(number, NOTHING).closing,
            ]
        return found

    def own_year(self, day: date) -> FinancialYear | None:
        """The year of the books with this day; None after the last."""
        for year in self.years:
            if year.start <= day <= year.end:
                return year
        return None

    def _own_start(self, period: Period) -> date:
        year = self.own_year(period.end)
        return year.start if year else period.year.start


def read_sides(
    turn: Turn, periods: list[Period], years: list[FinancialYear], retained: str
) -> Sides:
    """Sum both sides, each in one pass."""
    days = cuts(periods, years)
    return Sides(
        books=MonthSums(days, month_sums(turn.env.cr, turn.scope, days, retained)),
        acknowledged=MonthSums(
            days, acknowledged_sums(turn.env.cr, turn.link.id, days)
        ),
        held=MonthSums(days, _held(turn, days)),
        aside=MonthSums(
            days, _kept_back(turn, days, retained, ("rejected", "invalid"))
        ),
        retained=retained,
        years=tuple(years),
    )


def acknowledged_sums(
    cr, link_id: int, days: list[date], where: SQL | None = None
) -> list[Sum]:
    """What Silverfin acknowledged, by account and month.

    :param days: first days of months and years, in order
    :param where: further condition on ``known``
    """
    cr.execute(
        SQL(
            """SELECT item.account_number,
                COALESCE(account.nature IN ('income', 'expense'), FALSE),
                item.month, item.value
            FROM (
                SELECT known.account_number,
                    width_bucket(known.date, %(days)s::date[]) AS month,
                    sum(known.value)::text AS value
                FROM silverfin_transaction known
                WHERE known.link_id = %(link)s AND %(where)s
                GROUP BY 1, 2
            ) item
            LEFT JOIN silverfin_account account ON account.link_id = %(link)s
                AND account.number = item.account_number""",
            days=days,
            link=link_id,
            where=where or SQL("TRUE"),
        )
    )
    return [Sum(*row[:3], Decimal(row[3])) for row in cr.fetchall()]


def _held(turn: Turn, days: list[date]) -> list[Sum]:
    """Of changes that are held: the books less what Silverfin has.

    Also of entries that were deleted, and of openings.
    """
    turn.env.cr.execute(
        SQL(
            """SELECT item.account_number,
                COALESCE(known.nature, own.nature) IN ('income', 'expense') IS TRUE,
                item.month, item.value
            FROM (
                SELECT change.account_number,
                    width_bucket(change.date, %(days)s::date[]) AS month,
                    sum(change.difference)::text AS value
                FROM silverfin_closed_change change
                WHERE change.link_id = %(link)s AND change.state = 'held'
                GROUP BY 1, 2
            ) item
            LEFT JOIN silverfin_account known ON known.link_id = %(link)s
                AND known.number = item.account_number
            LEFT JOIN LATERAL (
                SELECT nature FROM (%(accounts)s) account
                WHERE account.number = item.account_number LIMIT 1
            ) own ON TRUE""",
            days=days,
            link=turn.link.id,
            accounts=accounts(
                turn.scope,
                SQL("jsonb_exists(account.code_store, %s)", str(turn.scope.root_id)),
            ),
        )
    )
    return [Sum(*row[:3], Decimal(row[3])) for row in turn.env.cr.fetchall()]


def _kept_back(
    turn: Turn, days: list[date], retained: str, kinds: tuple[str, ...]
) -> list[Sum]:
    """Of entries that are set aside: the books less what Silverfin has of them."""
    turn.env.cr.execute(
        SQL(
            """SELECT move_id FROM silverfin_rejection
            WHERE link_id = %s AND kind IN %s""",
            turn.link.id,
            kinds,
        )
    )
    ids = [move_id for (move_id,) in turn.env.cr.fetchall()]
    if not ids:
        return []
    books = month_sums(
        turn.env.cr, turn.scope, days, retained, SQL("line.move_id = ANY(%s)", ids)
    )
    known = acknowledged_sums(
        turn.env.cr, turn.link.id, days, SQL("known.move_id = ANY(%s)", ids)
    )
    return books + [item._replace(value=-item.value) for item in known]
