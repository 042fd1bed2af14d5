"""Both sides of an entry by account and day: what of it makes a balance."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from odoo.tools import SQL

from ..ledger.figures import Amount, figures
from ..ledger.openings import sums
from ..ledger.scope import Scope


def compare(
    cr, scope: Scope, link_id: int, move_ids: Iterable[int]
) -> dict[int, list[Amount]]:
    """Both sides of entries, by account and day; what is zero on both is left out."""
    ids = tuple(sorted({move_id for move_id in move_ids if move_id >= 0}))
    if not ids:
        return {}
    cr.execute(
        SQL(
            """SELECT move_id, COALESCE(number, ''), date, sum(old)::text,
                sum(new)::text
            FROM (
                SELECT move_id, number, date, 0 AS old, value AS new FROM (%s) item
                UNION ALL
                SELECT COALESCE(move_id, 0), account_number, date, value, 0
                FROM silverfin_transaction
                WHERE link_id = %s AND move_id IN %s AND part >= 0
            ) side
            GROUP BY move_id, number, date
            HAVING sum(old) <> 0 OR sum(new) <> 0
            ORDER BY move_id, date, number""",
            figures(cr, scope, ids),
            link_id,
            ids,
        )
    )
    found = defaultdict(list)
    for move_id, number, day, old, new in cr.fetchall():
        found[move_id].append(Amount(number, day, Decimal(old), Decimal(new)))
    return found


def target(amounts: list[Amount]) -> str:
    """Names the state of an entry in the books."""
    now = [(a.number, str(a.date), str(a.new)) for a in amounts if a.new]
    return hashlib.sha256(repr(now).encode()).hexdigest()


def opening_changes(
    cr, scope: Scope, link_id: int
) -> dict[int, tuple[list[Amount], str]]:
    """The openings that are not as Silverfin has them, by -(account)."""
    now: dict[str, Decimal] = defaultdict(Decimal)
    ids: dict[str, int] = {}
    found = {row.account_id: row.value for row in sums(cr, scope)}
    cr.execute(
        SQL(
            """SELECT account.id, COALESCE(%s, ''), 0 FROM account_account account
            WHERE account.id = ANY(%s)""",
            scope.number(),
            list(found),
        )
    )
    for account_id, number, _zero in cr.fetchall():
        now[number] += found[account_id]
        ids[number] = account_id
    cr.execute(
        SQL(
            """SELECT known.account_number, sum(known.value)::text, (
                    SELECT min(account.id) FROM account_account account
                    WHERE %s = known.account_number)
            FROM silverfin_transaction known
            WHERE known.link_id = %s AND known.part < 0
            GROUP BY known.account_number""",
            scope.number(),
            link_id,
        )
    )
    before = {}
    for number, value, account_id in cr.fetchall():
        before[number] = Decimal(value)
        ids.setdefault(number, account_id or 0)
    return {
        -ids[number]: (
            [Amount(number, scope.start, old, new)],
            target([Amount(number, scope.start, old, new)]),
        )
        for number in sorted(now.keys() | before.keys())
        if (old := before.get(number, Decimal(0))) != (new := now[number])
    }
