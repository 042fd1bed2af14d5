"""Per journal: how many entries and items, their first and last number, and gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from odoo.tools import SQL

from .lines import is_sent
from .scope import Scope

MOST_GAPS = 20
"""Of one series, in words; all are counted."""


@dataclass(frozen=True)
class Series:
    """The posted entries of a journal that are numbered together."""

    journal_id: int
    prefix: str
    entries: int
    items: int
    """Those that belong in the client file."""
    debit: Decimal
    """Of these items, in company currency."""
    first: str
    last: str
    missing: int
    """Numbers between the first and the last that no entry has, whatever its state."""
    gaps: tuple[tuple[int, int], ...]
    """First and last number of each gap, :data:`MOST_GAPS` at most."""


def journal_numbers(cr, scope: Scope) -> list[Series]:
    """Every series of numbers, by journal."""
    gaps = _gaps(cr, scope)
    cr.execute(
        SQL(
            """WITH entry AS (
                SELECT id, journal_id, sequence_prefix AS prefix,
                    sequence_number AS number, name
                FROM account_move
                WHERE company_id IN %(companies)s AND state = 'posted'
            ), item AS (
                SELECT line.move_id, count(*) AS items,
                    sum(GREATEST(round(line.balance, %(decimals)s), 0)) AS debit
                FROM account_move_line line
                JOIN account_account account ON account.id = %(account_id)s
                WHERE %(is_sent)s
                GROUP BY line.move_id
            ), series AS (
                SELECT journal_id, prefix, count(*) AS entries,
                    COALESCE(sum(items), 0)::int AS items,
                    COALESCE(sum(debit), 0)::text AS debit,
                    min(number) AS first, max(number) AS last
                FROM entry LEFT JOIN item ON item.move_id = entry.id
                GROUP BY journal_id, prefix
            )
            SELECT series.journal_id, series.prefix, entries, items, debit,
                (SELECT min(name) FROM entry WHERE journal_id = series.journal_id
                    AND prefix = series.prefix AND number = series.first),
                (SELECT max(name) FROM entry WHERE journal_id = series.journal_id
                    AND prefix = series.prefix AND number = series.last)
            FROM series
            JOIN account_journal journal ON journal.id = series.journal_id
            ORDER BY journal.sequence, journal.code, series.prefix""",
            companies=scope.company_ids,
            decimals=scope.decimals,
            account_id=scope.account_id(),
            is_sent=is_sent(scope),
        )
    )
    return [
        Series(
            journal_id,
            prefix or "",
            entries,
            items,
            Decimal(debit),
            first or "",
            last or "",
            sum(upto - begin + 1 for begin, upto in gaps.get((journal_id, prefix), ())),
            tuple(gaps.get((journal_id, prefix), ())[:MOST_GAPS]),
        )
        for journal_id, prefix, entries, items, debit, first, last in cr.fetchall()
    ]


def _gaps(cr, scope: Scope) -> dict[tuple[int, str], list[tuple[int, int]]]:
    cr.execute(
        SQL(
            """SELECT journal_id, prefix, before + 1, number - 1 FROM (
                SELECT journal_id, sequence_prefix AS prefix, sequence_number AS number,
                    lag(sequence_number) OVER (
                        PARTITION BY journal_id, sequence_prefix
                        ORDER BY sequence_number) AS before
                FROM account_move
                WHERE company_id IN %s AND sequence_number > 0
            ) numbered
            WHERE number - before > 1 ORDER BY 1, 2, 3""",
            scope.company_ids,
        )
    )
    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for journal_id, prefix, begin, upto in cr.fetchall():
        found.setdefault((journal_id, prefix), []).append((begin, upto))
    return found


def gap_texts(gaps: Iterable[tuple[int, int]]) -> list[str]:
    """``7`` or ``7-9``."""
    return [str(a) if a == b else f"{a}-{b}" for a, b in gaps]
