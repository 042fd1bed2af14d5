"""What of the books belongs to one client file."""

from dataclasses import dataclass
from datetime import date

from odoo.tools import SQL


@dataclass(frozen=True)
class Scope:
    """The part of the books that one client file holds, as plain data.

    Made by ``silverfin.link._silverfin_scope``; everything in ``ledger`` takes it,
    so that nothing here needs to know the models that others may extend.
    """

    company_ids: tuple[int, ...]
    """The legal entity: the company and its branches."""
    root_id: int
    """Account codes are stored by root company."""
    decimals: int
    """Decimals of the company's currency: amounts are rounded once, by it."""
    retained_earnings_id: int
    """The account that takes the results of the years before (0: not chosen)."""
    languages: tuple[tuple[str, str], ...]
    """(language as the reader names it, Odoo's language code), in order."""
    line_expressions: tuple[tuple[str, SQL], ...]
    """(column, expression) of every figure and text of a journal item."""
    extra_fields: tuple[tuple[str, SQL], ...]
    """(label, text expression) of what goes along, in order."""
    earliest: date
    """An entry dated before is a typing error."""
    latest: date
    """An entry dated after is a typing error."""

    @property
    def version(self) -> str:
        """Changes with what a digest covers, so that a change of it sends again."""
        labels = "\x1f".join(label for label, _expression in self.extra_fields)
        return f"1\x1e{labels}"

    def number(self) -> SQL:
        """The account's code as this company sees it, NULL where it has none."""
        return SQL("NULLIF(account.code_store->>%s, '')", str(self.root_id))
