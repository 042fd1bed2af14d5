"""What is sent, as rows: the difference between the books and what was acknowledged."""

from typing import NamedTuple

from odoo.tools import SQL

from ..ledger.amounts import LARGEST_AMOUNT
from ..ledger.scope import Scope
from ..ledger.sent import compared, sent
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
    cr,
    scope: Scope,
    link_id: int,
    where: SQL,
    *,
    everything: bool = False,
    is_known: bool = True,
) -> list[Item]:
    """Items of the books that Silverfin does not have, or has differently.

    In the order of the entries, the items of one entry together.

    :param where: condition on ``line``, as ``ledger.sent.sent`` takes it
    :param everything: also what Silverfin has as it is
    :param is_known: False: it has nothing of these entries, so nothing is looked up
    """
    return read_items(
        cr,
        scope,
        link_id,
        sent(cr, scope, where),
        everything=everything,
        is_known=is_known,
        has_dimensions=bool(scope.analytic_plans),
    )


def read_items(
    cr,
    scope: Scope,
    link_id: int,
    rows: SQL,
    *,
    everything: bool = False,
    is_known: bool = True,
    has_dimensions: bool = False,
) -> list[Item]:
    """As :func:`changed`, of any SELECT with the columns of ``ledger.lines.lines``."""
    # LATERAL … OFFSET 0: one look-up per item in the index. PostgreSQL would rather
    # read all that was ever acknowledged, for each window anew
    known = SQL(
        """LATERAL (
            SELECT line_id, digest FROM silverfin_transaction
            WHERE link_id = %s AND line_id = item.line_id AND part = item.part
            OFFSET 0
        )""",
        link_id,
    )
    if not is_known:
        known = SQL("(SELECT NULL::int4 AS line_id, NULL::int8 AS digest)")
    # this OFFSET 0 keeps it from computing each digest twice
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
            FROM (%(lines)s OFFSET 0) item
            LEFT JOIN %(known)s known ON TRUE
            WHERE known.digest IS DISTINCT FROM item.digest OR %(everything)s
            ORDER BY item.move_id, item.line_id, item.part""",
            earliest=scope.earliest,
            latest=scope.latest,
            most=LARGEST_AMOUNT,
            action=action(has_dimensions),
            lines=rows,
            known=known,
            everything=everything,
        )
    )
    return [Item._make(row) for row in cr.fetchall()]


class Differences(NamedTuple):
    """What is not the same on both sides."""

    move_ids: list[int]
    """Entries with items that Silverfin has not, or has differently."""
    gone: list[tuple[int, int]]
    """(line id, part) that Silverfin has and the books have not."""


def differences(
    cr, scope: Scope, link_id: int, after: int, upto: int, most: int
) -> Differences:
    """The differences among the items ``after < id <= upto``.

    Each side is read once. PostgreSQL never makes a FULL JOIN in parallel, nor anything
    with a LIMIT that it expects to reach soon: so what is gone is counted first, and
    looked for only where there is something.

    :param most: of ``gone``
    """
    rows, ids = compared(cr, scope, SQL("line.id > %s AND line.id <= %s", after, upto))
    known = _known(link_id, after, upto)
    cr.execute(
        SQL(
            """SELECT CASE WHEN known.digest IS DISTINCT FROM item.digest
                    THEN item.move_id END AS different,
                count(known.line_id)
            FROM (%(rows)s) item
            LEFT JOIN (%(known)s) known
                ON known.line_id = item.line_id AND known.part = item.part
            GROUP BY different""",
            rows=rows,
            known=known,
        )
    )
    there = dict(cr.fetchall())
    move_ids = sorted(move_id for move_id in there if move_id)
    if sum(there.values()) == _count(cr, known):
        return Differences(move_ids, [])
    return Differences(move_ids, _gone(cr, ids, link_id, after, upto, most))


def gone(
    cr, scope: Scope, link_id: int, after: int, upto: int, most: int
) -> list[tuple[int, int]]:
    """Up to ``most`` (line id, part) that Silverfin has and the books have not."""
    _rows, ids = compared(cr, scope, SQL("line.id > %s AND line.id <= %s", after, upto))
    known = _known(link_id, after, upto)
    # counted first: as in :func:`differences`
    cr.execute(
        SQL(
            """SELECT count(*) FROM (%s) item JOIN (%s) known
                ON known.line_id = item.line_id AND known.part = item.part""",
            ids,
            known,
        )
    )
    if cr.fetchone()[0] == _count(cr, known):
        return []
    return _gone(cr, ids, link_id, after, upto, most)


def _gone(
    cr, ids: SQL, link_id: int, after: int, upto: int, most: int
) -> list[tuple[int, int]]:
    cr.execute(
        SQL(
            """SELECT known.line_id, known.part
            FROM (%(known)s) known
            LEFT JOIN (%(ids)s) item
                ON item.line_id = known.line_id AND item.part = known.part
            WHERE item.line_id IS NULL
            ORDER BY 1, 2 LIMIT %(most)s""",
            known=_known(link_id, after, upto),
            ids=ids,
            most=most,
        )
    )
    return cr.fetchall()


def _count(cr, known: SQL) -> int:
    cr.execute(SQL("SELECT count(*) FROM (%s) known", known))
    return cr.fetchone()[0]


def _known(link_id: int, after: int, upto: int) -> SQL:
    return SQL(
        """SELECT line_id, part, digest FROM silverfin_transaction
        WHERE link_id = %s AND line_id > %s AND line_id <= %s""",
        link_id,
        after,
        upto,
    )
