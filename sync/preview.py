"""What would be sent now, summed by PostgreSQL: nothing is sent, nothing is written.

The comparison is the engine's (:mod:`.items`), in spans of journal items' ids, so that
it can end in time on any books and hold no more than its sums.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from psycopg2 import errors

from odoo.tools import SQL

from ..ledger.amounts import LARGEST_AMOUNT
from ..ledger.lines import last_id
from ..ledger.openings import sums
from ..ledger.scope import Scope
from ..ledger.sent import entry_digests, sent
from ..ledger.years import FinancialYear
from . import acknowledged
from .closed import would_hold
from .openings import opening_rows

SPAN = 100_000
"""Ids of journal items that are compared in one statement."""
MOST_SECONDS = 45
"""A person waits, and Odoo ends a request after two minutes."""
MOST_SHOWN = 100
"""Items that are listed one by one."""
OPENINGS = "openings"
ZERO = Decimal(0)


@dataclass
class Row:
    """What would be sent of one account in one year, amounts debit positive."""

    new: int = 0
    new_value: Decimal = ZERO
    changed: int = 0
    old_value: Decimal = ZERO
    """Of the items changed, as Silverfin has them."""
    changed_value: Decimal = ZERO
    """Of the items changed, as they are in the books."""
    removed: int = 0
    removed_value: Decimal = ZERO

    def add(self, *figures: int | Decimal) -> None:
        """Add another row's figures, in the order of the fields."""
        for name, figure in zip(vars(self), figures, strict=True):
            setattr(self, name, getattr(self, name) + figure)

    def moves(self) -> Decimal:
        """By how much Silverfin's balance changes."""
        there = self.old_value + self.removed_value
        return self.new_value + self.changed_value - there


@dataclass
class Preview:
    """The sums, and the first items one by one."""

    rows: dict[tuple[int, str], Row] = field(default_factory=dict)
    """By the year's place (0: before the first) and account number."""
    items: list[tuple] = field(default_factory=list)
    """``(line id, entry id or None, old account, new account, old day, new day, old
    value, new value)``; None where that side does not have the item."""
    aside: int = 0
    """Items that differ and would not go: their entry is set aside."""
    held: int = 0
    """Items that differ and would be held, as their entry changed in a closed year."""
    looked: int = 0
    """Journal items' ids that were looked at, of ``last``."""
    last: int = 0

    @property
    def is_whole(self) -> bool:
        """Nothing was cut for lack of time."""
        return self.looked >= self.last

    def total(self) -> Row:
        """All rows together."""
        total = Row()
        for row in self.rows.values():
            total.add(*vars(row).values())
        return total


def preview(
    link, scope: Scope, years: list[FinancialYear], seconds: float = MOST_SECONDS
) -> Preview:
    """Compare the books with what Silverfin acknowledged, for at most so many seconds.

    :param link: the client file; read only
    """
    cr = link.env.cr
    ends_at = time.monotonic() + seconds
    found = Preview(last=max(last_id(cr), acknowledged.last_id(cr, link.id)))
    aside = _aside(cr, scope, link.id)
    is_first = not acknowledged.has_items(cr, link.id)
    for rows, known, upto in _spans(link, scope, found.last):
        difference = _difference(rows, known, link.id, is_first=is_first)

        def add(sql=difference):
            held = ([], []) if is_first else _held(link, scope, sql)
            _add(cr, scope, found, years, sql, aside, *held)

        if not _within(cr, ends_at, add):
            return found
        found.looked = upto
    return found


def _spans(link, scope: Scope, last: int) -> Iterator[tuple[SQL, SQL, int]]:
    """Rows of the books, condition on ``known``, and how far one is then."""
    cr = link.env.cr
    if scope.start:
        yield (
            opening_rows(link, scope, sums(cr, scope)),
            SQL("known.line_id < 0"),
            0,
        )
    for after in range(0, last, SPAN):
        upto = min(after + SPAN, last)
        yield (
            sent(cr, scope, SQL("line.id > %s AND line.id <= %s", after, upto)),
            SQL("known.line_id > %s AND known.line_id <= %s", after, upto),
            upto,
        )


def _within(cr, ends_at: float, read) -> bool:
    """Read while there is time; False where it ran out."""
    left = int(1000 * (ends_at - time.monotonic()))
    if left <= 0:
        return False
    try:
        with cr.savepoint():
            cr.execute(SQL("SET LOCAL statement_timeout = %s", left))
            read()
            # the rest of the request is none of ours
            cr.execute("SET LOCAL statement_timeout TO DEFAULT")
    except errors.QueryCanceled:
        return False
    return True


def _aside(cr, scope: Scope, link_id: int) -> list[int]:
    """Entries that Silverfin refused as they still are."""
    cr.execute(
        SQL(
            """SELECT move_id, digest FROM silverfin_rejection
            WHERE link_id = %s AND kind = 'rejected'""",
            link_id,
        )
    )
    refused = dict(cr.fetchall())
    now = entry_digests(cr, scope, tuple(refused))
    return [
        move_id for move_id, digest in refused.items() if now.get(move_id) == digest
    ]


def _difference(rows: SQL, known: SQL, link_id: int, *, is_first: bool) -> SQL:
    """SELECT of the items that are not the same on both sides.

    :param is_first: Silverfin has nothing: all is new, and no digest is needed
    """
    return SQL(
        """SELECT item.line_id AS new_id, item.move_id, item.account_number AS number,
            item.date, item.value, item.open_value, known.line_id AS old_id,
            COALESCE(item.move_id, known.move_id) AS entry_id,
            COALESCE(item.part, known.part) < 0 AS is_opening,
            known.account_number AS old_number, known.date AS old_date,
            known.value AS old_value
        FROM (%(rows)s) item
        FULL JOIN (
            SELECT * FROM silverfin_transaction known
            WHERE known.link_id = %(link)s AND %(known)s
        ) known ON known.line_id = item.line_id AND known.part = item.part
        WHERE %(differs)s""",
        rows=rows,
        link=link_id,
        known=known,
        differs=SQL("TRUE")
        if is_first
        else SQL("known.digest IS DISTINCT FROM item.digest"),
    )


def _held(link, scope: Scope, difference: SQL) -> tuple[list[int], list[str]]:
    """Entries, and accounts whose opening would be held: see ``closed.would_hold``."""
    if not link.closed_until or link.closed_policy != "hold":
        return [], []
    link.env.cr.execute(
        SQL(
            """SELECT DISTINCT entry_id FROM (%s) difference
            WHERE NOT is_opening AND (date <= %s OR old_date <= %s)""",
            difference,
            link.closed_until,
            link.closed_until,
        )
    )
    touched = [entry_id for (entry_id,) in link.env.cr.fetchall() if entry_id]
    return would_hold(link, scope, touched)


def _add(
    cr,
    scope: Scope,
    found: Preview,
    years: list[FinancialYear],
    difference: SQL,
    aside: list[int],
    held: list[int],
    held_openings: list[str],
) -> None:
    """One span: its sums, what is set aside, and its first items."""
    cr.execute(
        SQL(
            """WITH difference AS MATERIALIZED (
                SELECT *, CASE WHEN is_opening
                    THEN COALESCE(number, old_number) = ANY(%(held_openings)s)
                    ELSE COALESCE(entry_id = ANY(%(held)s), FALSE) END AS is_held
                FROM (%(difference)s) difference
            ),
            stays AS MATERIALIZED (
                SELECT DISTINCT move_id FROM difference
                WHERE new_id IS NOT NULL AND (number IS NULL
                    OR date NOT BETWEEN %(earliest)s AND %(latest)s
                    OR NOT abs(value) < %(most)s OR NOT abs(open_value) < %(most)s
                    OR move_id = ANY(%(aside)s))
            ),
            wanted AS MATERIALIZED (
                SELECT difference.* FROM difference
                LEFT JOIN stays ON stays.move_id = difference.move_id
                WHERE stays.move_id IS NULL AND NOT is_held
            ),
            side AS (
                SELECT width_bucket(date, %(starts)s::date[]) AS year, number,
                    old_id IS NULL AS is_new, FALSE AS is_gone, TRUE AS is_now, value
                FROM wanted WHERE new_id IS NOT NULL
                UNION ALL
                SELECT width_bucket(old_date, %(starts)s::date[]), old_number,
                    FALSE, new_id IS NULL, FALSE, old_value
                FROM wanted WHERE old_id IS NOT NULL
            ),
            summed AS (
                SELECT year, number,
                    count(*) FILTER (WHERE is_new) AS new,
                    sum(value) FILTER (WHERE is_new) AS new_value,
                    count(*) FILTER (WHERE is_now AND NOT is_new) AS changed,
                    sum(value) FILTER (WHERE NOT is_now AND NOT is_gone) AS old_value,
                    sum(value) FILTER (WHERE is_now AND NOT is_new) AS changed_value,
                    count(*) FILTER (WHERE is_gone) AS removed,
                    sum(value) FILTER (WHERE is_gone) AS removed_value
                FROM side GROUP BY year, number
            ),
            shown AS (
                SELECT * FROM wanted ORDER BY COALESCE(move_id, 0), new_id, old_id
                LIMIT %(shown)s
            )
            SELECT
                (SELECT json_agg(json_build_array(year, number, new, new_value::text,
                    changed, old_value::text, changed_value::text, removed,
                    removed_value::text)) FROM summed),
                (SELECT json_agg(json_build_array(COALESCE(new_id, old_id), move_id,
                    old_number, number, old_date, date, old_value::text, value::text))
                    FROM shown),
                (SELECT count(*) FROM difference) - (SELECT count(*) FROM wanted),
                (SELECT count(*) FROM difference WHERE is_held)""",
            difference=difference,
            earliest=scope.earliest,
            latest=scope.latest,
            most=LARGEST_AMOUNT,
            aside=aside,
            held=held,
            held_openings=held_openings,
            starts=[year.start for year in years],
            shown=MOST_SHOWN - len(found.items),
        )
    )
    summed, shown, left_out, held_items = cr.fetchone()
    for year, number, *figures in summed or []:
        row = found.rows.setdefault((year, number), Row())
        row.add(*(_figure(figure) for figure in figures))
    found.items += [_item(*values) for values in shown or []]
    found.aside += left_out - held_items
    found.held += held_items


def _figure(value: int | str | None) -> int | Decimal:
    return value if isinstance(value, int) else Decimal(value or 0)


def _item(line_id, move_id, old_number, number, *rest) -> tuple:
    old_day, day, old_value, value = rest
    return (
        line_id,
        move_id,
        old_number,
        number,
        old_day and date.fromisoformat(old_day),
        day and date.fromisoformat(day),
        old_value and Decimal(old_value),
        value and Decimal(value),
    )
