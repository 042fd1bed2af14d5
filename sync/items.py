"""What is sent, as rows: the difference between the books and what was acknowledged."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.tools import SQL

from ..ledger import lines
from ..ledger.scope import Scope


@dataclass(frozen=True, slots=True)
class Item:
    """A journal item to be sent."""

    line_id: int
    part: int
    move_id: int
    account_id: int
    date: date
    account_number: str | None
    value: Decimal
    description: str
    relation: str
    open_value: Decimal | None
    open_category: str | None
    extra: tuple[str, ...]
    digest: int
    is_new: bool
    """False where Silverfin holds an earlier state of it."""


def changed(
    cr, scope: Scope, link_id: int, where: SQL, *, everything: bool = False
) -> list[Item]:
    """Items of the books that Silverfin does not have, or has differently.

    In the order of the entries, the items of one entry together.

    :param where: condition on ``line``, as ``ledger.lines.lines`` takes it
    :param everything: also what Silverfin has as it is
    """
    # LATERAL … OFFSET 0: one look-up per item in the index. PostgreSQL would rather
    # read all that was ever acknowledged, for each window anew
    cr.execute(
        SQL(
            """SELECT item.line_id, item.part, item.move_id, item.account_id, item.date,
                item.account_number, item.value::text, item.description, item.relation,
                item.open_value::text, item.open_category, item.extra, item.digest,
                known.line_id IS NULL
            FROM (%s) item
            LEFT JOIN LATERAL (
                SELECT line_id, digest FROM silverfin_transaction
                WHERE link_id = %s AND line_id = item.line_id AND part = item.part
                OFFSET 0
            ) known ON TRUE
            WHERE known.digest IS DISTINCT FROM item.digest OR %s
            ORDER BY item.move_id, item.line_id, item.part""",
            lines.lines(scope, where),
            link_id,
            everything,
        )
    )
    return [_item(row) for row in cr.fetchall()]


def _item(row) -> Item:
    # amounts come as text: psycopg2 is set to floats in Odoo
    row = list(row)
    row[6] = Decimal(row[6])
    row[9] = Decimal(row[9]) if row[9] is not None else None
    row[11] = tuple(row[11])
    return Item(*row)


def gone(
    cr, scope: Scope, link_id: int, after: int, limit: int
) -> tuple[list[tuple[int, int]], int | None]:
    """Items that Silverfin has and the books have not (any more).

    :return: ``(line id, part)`` of those in the next window of ``limit`` known items,
        and the line id that ends the window (None: there is no further window)
    """
    cr.execute(
        SQL(
            """WITH known AS (
                SELECT line_id, part FROM silverfin_transaction
                WHERE link_id = %(link)s AND line_id > %(after)s
                ORDER BY line_id FETCH FIRST %(limit)s ROWS WITH TIES
            )
            SELECT known.line_id, known.part,
                NOT EXISTS (
                    SELECT 1 FROM account_move_line line
                    JOIN account_account account ON account.id = line.account_id
                    WHERE line.id = known.line_id AND %(is_sent)s)
            FROM known ORDER BY known.line_id, known.part""",
            link=link_id,
            after=after,
            limit=limit,
            is_sent=lines.is_sent(scope),
        )
    )
    rows = cr.fetchall()
    missing = [(line_id, part) for line_id, part, is_gone in rows if is_gone]
    return missing, rows[-1][0] if rows else None
