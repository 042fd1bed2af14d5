"""What every part of a check-up looks at: read once."""

from dataclasses import dataclass
from datetime import date

from ..scope import Scope
from ..years import FinancialYear
from .account_sums import AccountSum


@dataclass(frozen=True)
class Look:
    """The books of a client file, as plain data."""

    scope: Scope
    years: list[FinancialYear]
    """Empty without entries, and where the years cannot be."""
    problem: str
    """Why they cannot be, or empty."""
    rows: list[AccountSum]
    """Each account that has items."""
    today: date
    closed_until: date | None
    """Until when the books are locked or signed; None: nobody said."""
    country: str | None
    chart: str | None
    """Odoo's name of the chart of accounts."""

    def place(self, day: date) -> int:
        """The place of the year with this day, 0 before the first."""
        return sum(1 for year in self.years if year.start <= day)

    def last_closed(self) -> int:
        """The place of the last year that is over, and closed where somebody closed
        any; 0: there is none."""
        until = self.today if self.closed_until is None else self.closed_until
        return sum(1 for y in self.years if y.end <= until and y.end < self.today)
