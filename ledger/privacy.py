"""Texts of journal items that stay in the books, as SQL over other SQL.

Each takes the names of ``lines.source``. What they make is part of the digest, so an
item goes again where, and only where, they change what is sent of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from odoo.tools import SQL


@dataclass(frozen=True)
class Privacy:
    """What of the texts must not leave the books."""

    no_names: bool = False
    """Names of partners are left out."""
    journal_ids: tuple[int, ...] = ()
    """Journals of which no free text leaves, such as payroll."""
    account_ids: tuple[int, ...] = ()
    """Accounts of whose items no free text leaves, such as wages to be paid."""

    def label(self, text: SQL) -> SQL:
        """A description: the entry's number where nothing of it may leave."""
        if self.no_names:
            text = SQL("COALESCE(NULLIF(%s, ''), move.name)", _nameless(text))
        return self._in_private(SQL("move.name"), text)

    def partner(self, text: SQL) -> SQL:
        """What says who the partner is."""
        if self.no_names:
            return SQL("''")
        return self._in_private(SQL("''"), text)

    def free_text(self, text: SQL) -> SQL:
        """A text that people type, other than the label."""
        if self.no_names:
            text = _nameless(text)
        return self._in_private(SQL("''"), text)

    def _in_private(self, there: SQL, elsewhere: SQL) -> SQL:
        if not self.journal_ids and not self.account_ids:
            return elsewhere
        private = is_in(self.journal_ids, self.account_ids)
        return SQL("CASE WHEN %s THEN %s ELSE %s END", private, there, elsewhere)


def is_in(journal_ids: Iterable[int], account_ids: Iterable[int]) -> SQL:
    """Condition on ``move`` and ``line``: in one of these journals or accounts."""
    return SQL(
        "(move.journal_id = ANY(%s::int4[]) OR line.account_id = ANY(%s::int4[]))",
        sorted(journal_ids),
        sorted(account_ids),
    )


def _nameless(text: SQL) -> SQL:
    """The text without the names of the item's partner, on one line."""
    return SQL(
        r"""btrim(regexp_replace(COALESCE(regexp_replace(
            regexp_replace(%(text)s, '\s+', ' ', 'g'),
            '(?<!\w)(?:' || %(contact)s || '|' || %(company)s || ')(?!\w)', '', 'gi'),
            %(text)s), '\s+', ' ', 'g'))""",
        text=text,
        contact=_literally(SQL("COALESCE(NULLIF(partner.name, ''), relation.name)")),
        company=_literally(SQL("relation.name")),
    )


def _literally(name: SQL) -> SQL:
    """A name as a regular expression that matches it and nothing else."""
    return SQL(
        r"""regexp_replace(btrim(regexp_replace(%s, '\s+', ' ', 'g')),
            '([^[:alnum:] ])', '\\\1', 'g')""",
        name,
    )
