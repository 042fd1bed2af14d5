"""What of the books belongs to one client file."""

from dataclasses import dataclass
from datetime import date

from odoo.tools import SQL

from .held import Held, held


@dataclass(frozen=True)
class Scope:
    """The part of the books that one client file holds, as plain data.

    Made by ``silverfin.link._silverfin_scope``; everything in ``ledger`` takes it,
    so that nothing here needs to know the models that others may extend. Sums, dates
    and closing entries need no texts: for them ``_silverfin_books`` leaves these empty.
    """

    company_ids: tuple[int, ...]
    """The legal entity: the company and its branches."""
    root_id: int
    """Account codes are stored by root company."""
    decimals: int
    """Decimals of the company's currency: amounts are rounded once, by it."""
    retained_earnings_id: int
    """The account that takes the results of the years before (0: not chosen)."""
    earliest: date
    """An entry dated before is a typing error."""
    latest: date
    """An entry dated after is a typing error."""
    languages: tuple[tuple[str, str], ...] = ()
    """(language as the reader names it, Odoo's language code), in order."""
    line_expressions: tuple[tuple[str, SQL], ...] = ()
    """(column, expression) of every figure and text of a journal item."""
    extra_fields: tuple[tuple[str, SQL], ...] = ()
    """(label, text expression) of what goes along, in order."""
    start: date | None = None
    """The first day that is wanted; what lies before goes as an opening."""
    opening_move_ids: tuple[int, ...] = ()
    """Opening entries, dated the day before the first year, which count on its first
    day."""
    opening_nominal_ids: tuple[int, ...] = ()
    """Accounts of opening entries that start each year at zero: what stands on them
    there is retained earnings."""
    analytic_plans: tuple[tuple[int, str], ...] = ()
    """(type as the reader counts them, column of ``account_analytic_line``) of each
    analytic plan that goes along."""
    amount_label: str | None = None
    """Which of the extra fields is an amount, so that the shares of an item have their
    part of it: what all of them repeat would count several times."""
    analytic_language: str = "en_US"
    """Odoo's code of the language in which analytic accounts are named."""
    carried_ids: tuple[int, ...] = ()
    """Accounts of a nominal type that carry forward all the same: equity."""
    held_numbers: Held = ()
    """Accounts that were recoded and go under their old number for the time being."""
    off_balance: bool = False
    """Off-balance accounts too."""
    left_out_move_ids: tuple[int, ...] = ()
    """Closing entries: as if they were not there."""

    @property
    def version(self) -> str:
        """Changes with what a digest covers, so that a change of it sends again."""
        labels = "\x1f".join(label for label, _expression in self.extra_fields)
        return f"1\x1e{labels}"

    def number(self) -> SQL:
        """The account's code as this company sees it, NULL where it has none."""
        own = SQL("NULLIF(account.code_store->>%s, '')", str(self.root_id))
        return held(self.held_numbers, own)

    def day(self) -> SQL:
        """The day on which ``line`` counts."""
        if not self.opening_move_ids:
            return SQL("line.date")
        return SQL(
            "CASE WHEN line.move_id IN %s THEN line.date + 1 ELSE line.date END",
            self.opening_move_ids,
        )

    def account_id(self) -> SQL:
        """The account on which ``line`` counts."""
        if not self.opening_nominal_ids:
            return SQL("line.account_id")
        return SQL(
            """CASE WHEN line.move_id IN %s AND line.account_id IN %s
                THEN %s ELSE line.account_id END""",
            self.opening_move_ids,
            self.opening_nominal_ids,
            self.retained_earnings_id,
        )

    def is_before(self) -> SQL:
        """Condition on ``line``: part of the opening, as it lies before the start."""
        if not self.start:
            return SQL("FALSE")
        return SQL("(line.date >= %s AND line.date < %s)", self.earliest, self.start)
