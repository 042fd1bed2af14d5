"""What is sent, as rows: the difference between the books and what was acknowledged."""

from typing import NamedTuple

from odoo.tools import SQL

from ..ledger.amounts import LARGEST_AMOUNT
from ..ledger.scope import Scope
from ..ledger.sent import sent
from ..silverfin_api import wire
from .written import written


class Item(NamedTuple):
    """A journal item to be sent. Texts as PostgreSQL wrote them: nothing reads them."""

    line_id: int
    part: int
    move_id: int
    account_id: int
    account_number: str | None
    date: str
    value: str
    digest: int
    is_new: bool
    """False where Silverfin holds an earlier state of it."""
    problem: str | None
    """Why it cannot be sent: ``number``, ``date`` or ``amount``."""
    action: str
    """The JSON text of its upsert."""


DIMENSIONS = SQL(
    """CASE WHEN item.dimensions IS NULL THEN '[]' ELSE (
        SELECT '[' || string_agg(%s, ',' ORDER BY place) || ']'
        FROM jsonb_array_elements(item.dimensions)
            WITH ORDINALITY dimension(texts, place)) END""",
    written(
        wire.DIMENSION,
        {
            "type": SQL("(dimension.texts->>0)"),
            "code": SQL("(dimension.texts->>1)"),
            "name": SQL("(dimension.texts->>2)"),
        },
    ),
)


def action(has_dimensions: bool) -> SQL:
    """The JSON text of an item's upsert."""
    return written(
        wire.UPSERT,
        {
            # as wire.transaction_id makes it
            "id": SQL(
                """CASE WHEN item.part = 0 THEN item.line_id::text
                    WHEN item.part > 0 THEN item.line_id || '/' || item.part
                    WHEN item.line_id > 0 THEN 'opening/' || item.line_id
                    ELSE 'opening/account/' || -item.line_id END"""
            ),
            "date": SQL("item.date"),
            "account_number": SQL("item.account_number"),
            "value": SQL("item.value"),
            "description": SQL("item.description"),
            "relation": SQL("item.relation"),
            "open_value": SQL("item.open_value"),
            "open_category": SQL("item.open_category"),
            "dimensions": DIMENSIONS if has_dimensions else SQL("'[]'::json"),
            "extra_fields": SQL("item.extra"),
        },
    )


def changed(
    cr, scope: Scope, link_id: int, where: SQL, *, everything: bool = False
) -> list[Item]:
    """Items of the books that Silverfin does not have, or has differently.

    In the order of the entries, the items of one entry together.

    :param where: condition on ``line``, as ``ledger.sent.sent`` takes it
    :param everything: also what Silverfin has as it is
    """
    return read_items(
        cr,
        scope,
        link_id,
        sent(cr, scope, where),
        everything=everything,
        has_dimensions=bool(scope.analytic_plans),
    )


def read_items(
    cr,
    scope: Scope,
    link_id: int,
    rows: SQL,
    *,
    everything: bool = False,
    has_dimensions: bool = False,
) -> list[Item]:
    """As :func:`changed`, of any SELECT with the columns of ``ledger.lines.lines``."""
    # LATERAL … OFFSET 0: one look-up per item in the index. PostgreSQL would rather
    # read all that was ever acknowledged, for each window anew
    cr.execute(
        SQL(
            """SELECT item.line_id, item.part, item.move_id, item.account_id,
                item.account_number, to_char(item.date, 'YYYY-MM-DD'),
                item.value::text, item.digest, known.line_id IS NULL,
                CASE WHEN item.account_number IS NULL THEN 'number'
                    WHEN item.date NOT BETWEEN %(earliest)s AND %(latest)s THEN 'date'
                    WHEN NOT abs(item.value) < %(most)s
                        OR NOT abs(item.open_value) < %(most)s THEN 'amount' END,
                %(action)s
            FROM (%(lines)s) item
            LEFT JOIN LATERAL (
                SELECT line_id, digest FROM silverfin_transaction
                WHERE link_id = %(link)s AND line_id = item.line_id
                    AND part = item.part
                OFFSET 0
            ) known ON TRUE
            WHERE known.digest IS DISTINCT FROM item.digest OR %(everything)s
            ORDER BY item.move_id, item.line_id, item.part""",
            earliest=scope.earliest,
            latest=scope.latest,
            most=LARGEST_AMOUNT,
            action=action(has_dimensions),
            lines=rows,
            link=link_id,
            everything=everything,
        )
    )
    return [Item._make(row) for row in cr.fetchall()]


class Difference(NamedTuple):
    """An item that is not the same on both sides."""

    move_id: int | None
    """Its entry; None where the books do not have it."""
    line_id: int
    part: int


def differing(
    cr, scope: Scope, link_id: int, after: int, upto: int, limit: int
) -> list[Difference]:
    """Up to ``limit`` differences among the items ``after < id <= upto``.

    Both sides are read once, in the order of their ids.
    """
    cr.execute(
        SQL(
            """SELECT item.move_id, COALESCE(item.line_id, known.line_id),
                COALESCE(item.part, known.part)
            FROM (%(lines)s) item
            FULL JOIN (
                SELECT line_id, part, digest FROM silverfin_transaction
                WHERE link_id = %(link)s
                    AND line_id > %(after)s AND line_id <= %(upto)s
            ) known ON known.line_id = item.line_id AND known.part = item.part
            WHERE known.digest IS DISTINCT FROM item.digest
            LIMIT %(limit)s""",
            lines=sent(cr, scope, SQL("line.id > %s AND line.id <= %s", after, upto)),
            link=link_id,
            after=after,
            upto=upto,
            limit=limit,
        )
    )
    return [Difference._make(row) for row in cr.fetchall()]


def gone(
    cr, scope: Scope, link_id: int, after: int, upto: int, limit: int
) -> list[tuple[int, int]]:
    """Up to ``limit`` (line id, part) that Silverfin has and the books have not."""
    cr.execute(
        SQL(
            """SELECT known.line_id, known.part FROM (
                SELECT line_id, part FROM silverfin_transaction
                WHERE link_id = %(link)s
                    AND line_id > %(after)s AND line_id <= %(upto)s
            ) known
            LEFT JOIN (
                SELECT line_id, part FROM (%(lines)s) line
            ) item ON item.line_id = known.line_id AND item.part = known.part
            WHERE item.line_id IS NULL
            ORDER BY 1, 2 LIMIT %(limit)s""",
            link=link_id,
            after=after,
            upto=upto,
            limit=limit,
            lines=sent(cr, scope, SQL("line.id > %s AND line.id <= %s", after, upto)),
        )
    )
    return cr.fetchall()
