"""A period that was compared, kept until the next comparison is done."""

from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal

from psycopg2.extras import Json

from odoo.tools import SQL

from ...ledger.years import FinancialYear
from ..turn import Turn

ZERO = Decimal(0)


@dataclass(slots=True)
class Line:
    """One account at the end of a period, amounts debit positive.

    The books on the bounds of Silverfin's year.
    """

    number: str
    opening: Decimal
    """What the books open the year with."""
    movement: Decimal
    """What the books moved since."""
    there: Decimal
    """The balance in Silverfin, as it shows it."""
    acknowledged: Decimal
    """The balance of what Silverfin acknowledged."""
    held: Decimal = ZERO
    """What the books have more, of entries that are held."""
    aside: Decimal = ZERO
    """The same, of entries that are set aside."""
    years: Decimal = ZERO
    """The books on the bounds of Silverfin's year, less those on their own."""
    adjusted: Decimal = ZERO
    """The adjustments that accountants made in Silverfin."""

    @property
    def books(self) -> Decimal:
        """The balance in the books."""
        return self.opening + self.movement

    @property
    def is_equal(self) -> bool:
        """Nothing is to be said of it."""
        return self.books == self.there == self.acknowledged and not (
            self.held or self.aside or self.years or self.adjusted
        )


@dataclass
class Compared:
    """A period and its accounts."""

    end: date
    year: FinancialYear
    accounts: int
    """How many were compared."""
    lines: dict[str, Line]
    """All of them at the last period of a year, else those that are not equal."""
    adjustments: list[dict]
    """``{id, description, account, value}``, amounts as text."""
    names: dict[str, str]
    """Silverfin's names of accounts that the books do not have."""


def keep(turn: Turn, compared: Compared) -> None:
    """Remember it, in the transaction at hand."""
    turn.env.cr.execute(
        SQL(
            """INSERT INTO silverfin_compared (link_id, run_id, "end", year_start,
                year_end, accounts, lines, adjustments, names)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (link_id, run_id, "end") DO NOTHING""",
            turn.link.id,
            turn.run_id,
            compared.end,
            compared.year.start,
            compared.year.end,
            compared.accounts,
            Json([_texts(line) for line in compared.lines.values()]),
            Json(compared.adjustments),
            Json(compared.names),
        )
    )


def _texts(line: Line) -> list[str]:
    return [str(value) for value in astuple(line)]


def kept(cr, link_id: int, run_id: int) -> list[Compared]:
    """What was kept of a comparison, oldest first."""
    cr.execute(
        SQL(
            """SELECT "end", year_start, year_end, accounts, lines, adjustments,
                names
            FROM silverfin_compared
            WHERE link_id = %s AND run_id = %s ORDER BY "end" """,
            link_id,
            run_id,
        )
    )
    return [
        Compared(
            end,
            FinancialYear(start, year_end),
            accounts,
            {texts[0]: Line(texts[0], *map(Decimal, texts[1:])) for texts in lines},
            adjustments,
            names,
        )
        for end, start, year_end, accounts, lines, adjustments, names in cr.fetchall()
    ]


def kept_ends(turn: Turn) -> set[date]:
    """The periods that this run compared already."""
    turn.env.cr.execute(
        SQL(
            'SELECT "end" FROM silverfin_compared WHERE link_id = %s AND run_id = %s',
            turn.link.id,
            turn.run_id,
        )
    )
    return {end for (end,) in turn.env.cr.fetchall()}


def forget_others(turn: Turn) -> None:
    """Remove what earlier comparisons kept."""
    turn.env.cr.execute(
        SQL(
            "DELETE FROM silverfin_compared WHERE link_id = %s AND run_id <> %s",
            turn.link.id,
            turn.run_id,
        )
    )
