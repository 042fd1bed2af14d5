"""The books as Silverfin has them: the one place that writes what was acknowledged.

Set-based SQL on ``silverfin_transaction`` and ``silverfin_account``.
"""

import io
from collections.abc import Iterable
from datetime import date, timedelta

from odoo.tools import SQL

from ..ledger.accounts import AccountRow
from .items import Item

NO_DIGEST = 0
"""Of what goes again whatever the books say; no item's own but once in 2⁶⁴."""


def new_rows(link_id: int, run_id: int, items: list[Item]) -> str:
    """The items that are new, as :func:`remember_items` takes them.

    Made ahead: nothing should lie between Silverfin's answer and the next request.
    """
    numbers = {
        number: str(number).translate(_COPY_ESCAPES)
        for number in {item.account_number for item in items}
    }
    return "".join(
        f"{link_id}\t{run_id}\t{item.line_id}\t{item.part}\t{item.move_id}\t"
        f"{item.digest}\t{item.date}\t{numbers[item.account_number]}\t{item.value}\n"
        for item in items
        if item.is_new
    )


_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def remember_items(
    cr, link_id: int, run_id: int, items: list[Item], rows: str | None = None
) -> None:
    """Silverfin accepted these items as they are.

    :param rows: what :func:`new_rows` makes of them, if it was made before
    :raise psycopg2.errors.UniqueViolation: one that is called new is not
    """
    if rows is None:
        rows = new_rows(link_id, run_id, items)
    if rows:
        # takes half the time that INSERT … ON CONFLICT does
        cr.copy_expert(
            """COPY silverfin_transaction (link_id, run_id, line_id, part, move_id,
                digest, date, account_number, value) FROM STDIN""",
            io.StringIO(rows),
        )
    _replace(cr, link_id, run_id, [item for item in items if not item.is_new])


def _replace(cr, link_id: int, run_id: int, items: list[Item]) -> None:
    if not items:
        return
    # somebody moved one to another entry between two windows: the later is as it is now
    items = list({(item.line_id, item.part): item for item in items}.values())
    cr.execute(
        SQL(
            """INSERT INTO silverfin_transaction AS known (link_id, run_id, line_id,
                part, move_id, digest, date, account_number, value)
            SELECT %(link)s, %(run)s, item.*
            FROM unnest(%(lines)s::int4[], %(parts)s::int4[], %(moves)s::int4[],
                %(digests)s::int8[], %(dates)s::date[], %(numbers)s::text[],
                %(values)s::numeric[]) item
            ON CONFLICT (link_id, line_id, part) DO UPDATE SET
                run_id = EXCLUDED.run_id, move_id = EXCLUDED.move_id,
                digest = EXCLUDED.digest, date = EXCLUDED.date,
                account_number = EXCLUDED.account_number,
                value = EXCLUDED.value""",
            link=link_id,
            run=run_id,
            lines=[item.line_id for item in items],
            parts=[item.part for item in items],
            moves=[item.move_id for item in items],
            digests=[item.digest for item in items],
            dates=[item.date for item in items],
            numbers=[item.account_number for item in items],
            values=[item.value for item in items],
        )
    )


def forget_items(cr, link_id: int, gone: list[tuple[int, int]]) -> None:
    """Silverfin removed these items."""
    if gone:
        cr.execute(
            SQL(
                """DELETE FROM silverfin_transaction known USING %s
                WHERE known.link_id = %s AND known.line_id = wanted.line_id
                    AND known.part = wanted.part""",
                _wanted(gone),
                link_id,
            )
        )


def forget_all(cr, link_id: int) -> None:
    """Silverfin has nothing from us (any more).

    Nobody knows whether a reset keeps the accounts: they go again with their items.
    """
    cr.execute(SQL("DELETE FROM silverfin_transaction WHERE link_id = %s", link_id))
    cr.execute(SQL("DELETE FROM silverfin_account WHERE link_id = %s", link_id))
    cr.execute(SQL("DELETE FROM silverfin_older_entry WHERE link_id = %s", link_id))
    _forget_opening_sums(cr, link_id)


def _forget_opening_sums(cr, link_id: int) -> None:
    cr.execute(
        SQL(
            """UPDATE silverfin_position SET opening_sums = NULL
            WHERE id = (SELECT position_id FROM silverfin_link WHERE id = %s)""",
            link_id,
        )
    )


def forget_from(cr, link_id: int, first: date) -> None:
    """Silverfin has nothing from us any more that is dated from this day on.

    Whether the day before was wiped as well is assumed (contract: not): its items are
    kept, so that they can be removed, and go again. So do accounts that may be gone
    with their last item.
    """
    before = first - timedelta(days=1)
    cr.execute(
        SQL(
            "DELETE FROM silverfin_transaction WHERE link_id = %s AND date >= %s",
            link_id,
            first,
        )
    )
    cr.execute(
        SQL(
            """UPDATE silverfin_transaction SET digest = %s
            WHERE link_id = %s AND date = %s""",
            NO_DIGEST,
            link_id,
            before,
        )
    )
    cr.execute(
        SQL(
            """DELETE FROM silverfin_account account
            WHERE account.link_id = %s AND NOT EXISTS (
                SELECT FROM silverfin_transaction known
                WHERE known.link_id = account.link_id
                    AND known.account_number = account.number AND known.date < %s)""",
            link_id,
            before,
        )
    )
    _forget_opening_sums(cr, link_id)


def has_items(cr, link_id: int) -> bool:
    """Whether Silverfin has anything from us."""
    cr.execute(
        SQL(
            "SELECT EXISTS (SELECT 1 FROM silverfin_transaction WHERE link_id = %s)",
            link_id,
        )
    )
    return cr.fetchone()[0]


def has_entries(cr, link_id: int, after: int, upto: int) -> bool:
    """Whether Silverfin has items of entries with ``after < id <= upto``."""
    cr.execute(
        SQL(
            """SELECT EXISTS (SELECT 1 FROM silverfin_transaction
                WHERE move_id > %s AND move_id <= %s AND link_id = %s)""",
            after,
            upto,
            link_id,
        )
    )
    return cr.fetchone()[0]


def last_id(cr, link_id: int) -> int:
    """The greatest id of a journal item that Silverfin has, or 0."""
    cr.execute(
        SQL(
            "SELECT max(line_id) FROM silverfin_transaction WHERE link_id = %s",
            link_id,
        )
    )
    return cr.fetchone()[0] or 0


def an_item_on(cr, link_id: int, account_id: int, number: str) -> int | None:
    """A journal item on this account that Silverfin has under this number.

    Not of an entry that is set aside: it must not go as it is now, in part.
    """
    cr.execute(
        SQL(
            """SELECT line.id FROM account_move_line line
            WHERE line.account_id = %s AND EXISTS (
                SELECT 1 FROM silverfin_transaction known
                WHERE known.link_id = %s AND known.line_id = line.id
                    AND known.account_number = %s)
                AND NOT EXISTS (
                    SELECT 1 FROM silverfin_rejection aside
                    WHERE aside.link_id = %s AND aside.move_id = line.move_id)
            LIMIT 1""",
            account_id,
            link_id,
            number,
            link_id,
        )
    )
    row = cr.fetchone()
    return row and row[0]


def known_items_of(cr, link_id: int, move_id: int) -> list[tuple[int, int]]:
    """(line id, part) of an entry's items that Silverfin has, or had of it before."""
    cr.execute(
        SQL(
            """SELECT line_id, part FROM silverfin_transaction
            WHERE link_id = %(link)s AND (move_id = %(move)s OR line_id IN (
                SELECT id FROM account_move_line WHERE move_id = %(move)s))
            ORDER BY 1, 2""",
            link=link_id,
            move=move_id,
        )
    )
    return cr.fetchall()


def known(
    cr, link_id: int, keys: list[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, str]]:
    """Of the items among these that Silverfin has: entry (0: unknown) and account."""
    cr.execute(
        SQL(
            """SELECT line_id, part, COALESCE(move_id, 0), account_number
            FROM %s JOIN silverfin_transaction USING (line_id, part)
            WHERE link_id = %s""",
            _wanted(keys),
            link_id,
        )
    )
    return {
        (line_id, part): (move_id, number)
        for line_id, part, move_id, number in cr.fetchall()
    }


def _wanted(keys: list[tuple[int, int]]) -> SQL:
    """A table of keys: (line_id, part) IN … takes PostgreSQL seconds, or too much."""
    return SQL(
        "unnest(%s::integer[], %s::integer[]) wanted (line_id, part)",
        [line_id for line_id, _part in keys],
        [part for _line_id, part in keys],
    )


def remember_accounts(cr, link_id: int, accounts: Iterable[AccountRow]) -> None:
    """Silverfin accepted these accounts."""
    for account in accounts:
        cr.execute(
            SQL(
                """INSERT INTO silverfin_account (link_id, number, nature, digest)
                VALUES (%s, %s, %s, %s)
                ON CONFLICT (link_id, number) DO UPDATE SET
                    nature = EXCLUDED.nature, digest = EXCLUDED.digest""",
                link_id,
                account.number,
                account.nature,
                account.digest,
            )
        )


def known_accounts(cr, link_id: int) -> dict[str, int]:
    """Digest by number of the accounts as Silverfin has them."""
    cr.execute(
        SQL("SELECT number, digest FROM silverfin_account WHERE link_id = %s", link_id)
    )
    return dict(cr.fetchall())
