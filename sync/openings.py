"""Openings per account, where Silverfin wants nothing before a start date.

They are items like others, with the account's id, negative, as the number of the
journal item; see docs/architecture.rst. One pass over what lies before the start date
finds them; only where an account's sum changed are the entries behind it looked at.
"""

from psycopg2.extras import Json

from odoo.tools import SQL, format_date

from ..ledger.accounts import read_accounts
from ..ledger.older_entries import older_entries
from ..ledger.openings import Sum, openings, sums
from ..ledger.scope import Scope
from . import closed, flight
from .batch import Batch
from .failures import NeedsAttention
from .items import Item, read_items
from .transaction import commit
from .turn import Turn

MOST_NAMED = 10
"""Entries that a sentence names."""


def push_openings(turn: Turn) -> None:
    """Make Silverfin's openings equal to what lies before the start date.

    :raise NeedsAttention: an opening cannot be sent, or was refused
    """
    if not turn.scope.start:
        return
    found = sums(turn.env.cr, turn.scope)
    items = _items(turn, found)
    known = _known(turn)
    keys = {(item.line_id, item.part) for item in items}
    stale = _stale_accounts(turn, items)
    wanted = [
        item
        for item in items
        if known.get((item.line_id, item.part)) != item.digest
        or item.account_id in stale
    ]
    _tell_changed_entries(turn, found)
    commit(turn.env)
    wanted, gone = closed.openings(turn, wanted, sorted(known.keys() - keys))
    commit(turn.env)
    _check(turn, wanted)
    most = turn.limits.max_actions
    for start in range(0, len(wanted), most):
        flight.send(turn, Batch(wanted[start : start + most]))
    for start in range(0, len(gone), most):
        flight.send(turn, Batch(gone=gone[start : start + most]))
    flight.settle(turn)


def opening_items(turn: Turn) -> list[Item]:
    """The openings per account as they are now."""
    if not turn.scope.start:
        return []
    return _items(turn, sums(turn.env.cr, turn.scope))


def opening_rows(link, scope: Scope, found: list[Sum]) -> SQL:
    """SELECT of the openings per account, with the columns of ``lines.lines``."""
    # of the books, not of whoever reads: it must not change with the worker's language
    env = link.env(context={"lang": link.company_id.partner_id.lang or "en_US"})
    return openings(scope, found, env._("Opening balance"))


def _items(turn: Turn, found: list[Sum]) -> list[Item]:
    rows = opening_rows(turn.link, turn.scope, found)
    return read_items(turn.env.cr, turn.scope, turn.link.id, rows, everything=True)


def _known(turn: Turn) -> dict[tuple[int, int], int]:
    turn.env.cr.execute(
        SQL(
            """SELECT line_id, part, digest FROM silverfin_transaction
            WHERE link_id = %s AND line_id < 0""",
            turn.link.id,
        )
    )
    return {(line_id, part): digest for line_id, part, digest in turn.env.cr.fetchall()}


def _stale_accounts(turn: Turn, items: list[Item]) -> set[int]:
    """Accounts that Odoo renamed or retyped: they go along with their opening."""
    ids = tuple(item.account_id for item in items)
    return {
        row.account_id
        for row in read_accounts(turn.env.cr, turn.scope, ids)
        if turn.known_accounts.get(row.number) != row.digest
    }


def _check(turn: Turn, items: list[Item]) -> None:
    for item in items:
        if not item.problem:
            continue
        account = turn.env["account.account"].browse(item.account_id)
        raise NeedsAttention(
            turn.env._(
                "The opening of the account “%s” cannot be sent: the account has no "
                "code for this company. Open the account and give it one.",
                account.name,
            )
        )


def _tell_changed_entries(turn: Turn, found: list[Sum]) -> None:
    """Say which entries changed the opening since it was sent last."""
    (before,) = turn.position("opening_sums")
    now = [
        turn.scope.start.isoformat(),
        [[row.account_id, row.count, str(row.value)] for row in found],
    ]
    if now == before:
        return
    # the first time, or from another day on, all of it is new
    is_first = not before or before[0] != now[0]
    names = _remember_entries(turn)
    turn.set_position(opening_sums=Json(now))
    if is_first or not names:
        return
    sentence = turn.env._(
        "The opening on %(date)s changed, by entries before it: %(names)s.",
        date=format_date(turn.env, turn.scope.start),
        names=", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else ""),
    )
    turn.link._message_log(body=sentence)
    turn.notes.append(sentence)


def _remember_entries(turn: Turn) -> list[str]:
    """Bring the memory of older entries up to date; some names of those that changed.

    In PostgreSQL alone: the first time it is every entry before the start date.
    """
    turn.env.cr.execute(
        SQL(
            """WITH changed AS (
                SELECT COALESCE(now.move_id, old.move_id) AS move_id,
                    COALESCE(now.name, old.name) AS name, now.digest
                FROM (%(now)s) now
                FULL JOIN (
                    SELECT move_id, name, digest FROM silverfin_older_entry
                    WHERE link_id = %(link)s
                ) old ON old.move_id = now.move_id
                WHERE old.digest IS DISTINCT FROM now.digest
            ), removed AS (
                DELETE FROM silverfin_older_entry
                WHERE link_id = %(link)s AND move_id IN (
                    SELECT move_id FROM changed WHERE digest IS NULL)
            ), present AS (
                INSERT INTO silverfin_older_entry (link_id, move_id, name, digest)
                SELECT %(link)s, move_id, name, digest FROM changed
                WHERE digest IS NOT NULL
                ON CONFLICT (link_id, move_id)
                DO UPDATE SET name = EXCLUDED.name, digest = EXCLUDED.digest
            )
            SELECT move_id, name, digest IS NULL FROM changed ORDER BY 1 LIMIT %(most)s
            """,
            now=older_entries(turn.scope),
            link=turn.link.id,
            most=MOST_NAMED + 1,
        )
    )
    return [
        turn.env._("%s (removed)", name) if is_removed else name or f"#{move_id}"
        for move_id, name, is_removed in turn.env.cr.fetchall()
    ]
