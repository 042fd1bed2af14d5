"""Entries that are set aside: never half an entry, the rest goes on."""

from odoo.tools import SQL

from ..ledger.sent import entry_digests, sent
from . import acknowledged, closed
from .items import Item, changed
from .turn import Turn

WINDOW = 1000
"""Entries looked at in one statement."""


def refused(turn: Turn, move_id: int, line_id: int | None, reason: str) -> None:
    """Silverfin refused this entry: remember it as it was refused."""
    digests = entry_digests(turn.env.cr, turn.scope, (move_id,))
    _put(turn, move_id, line_id, "rejected", reason, digests.get(move_id))


def invalid(turn: Turn, move_id: int, line_id: int | None, reason: str) -> None:
    """This entry cannot be sent as it is."""
    _put(turn, move_id, line_id, "invalid", reason, None)


def _put(turn: Turn, move_id, line_id, kind, reason, digest) -> None:
    if turn.is_aside is not None:
        turn.is_aside.add(move_id)
    turn.env.cr.execute(
        SQL(
            """INSERT INTO silverfin_rejection AS old (link_id, company_id, entry_key,
                move_id, move_line_id, kind, reason, digest, create_date, write_date)
            SELECT %(link)s, %(company)s, move.id, move.id, line.id, %(kind)s,
                %(reason)s, %(digest)s, now() AT TIME ZONE 'UTC',
                now() AT TIME ZONE 'UTC'
            -- either may be gone since it was read: windows are read ahead
            FROM account_move move
            LEFT JOIN account_move_line line ON line.id = %(line)s
            WHERE move.id = %(move)s
            ON CONFLICT (link_id, entry_key) DO UPDATE SET
                move_line_id = EXCLUDED.move_line_id, kind = EXCLUDED.kind,
                reason = EXCLUDED.reason, digest = EXCLUDED.digest,
                write_date = EXCLUDED.write_date""",
            link=turn.link.id,
            company=turn.link.company_id.id,
            move=move_id,
            line=line_id,
            kind=kind,
            reason=reason,
            digest=digest,
        )
    )


def accepted(turn: Turn, move_ids: list[int]) -> None:
    """Silverfin has these entries: nothing of them is set aside any more."""
    if turn.is_aside is None:
        turn.is_aside = set(_move_ids(turn))
    solved = turn.is_aside.intersection(move_ids)
    if solved:
        turn.env.cr.execute(
            SQL(
                "DELETE FROM silverfin_rejection WHERE link_id = %s AND move_id IN %s",
                turn.link.id,
                tuple(solved),
            )
        )


def _move_ids(turn: Turn) -> list[int]:
    turn.env.cr.execute(
        SQL(
            """SELECT move_id FROM silverfin_rejection
            WHERE link_id = %s AND kind <> 'held'""",
            turn.link.id,
        )
    )
    return [move_id for (move_id,) in turn.env.cr.fetchall()]


def drop_solved(turn: Turn) -> None:
    """Forget entries that are no longer posted, or equal to what Silverfin has.

    An entry that was set aside and put back as it was differs in nothing, so no
    window brings it up again.
    """
    move_ids = _move_ids(turn)
    for start in range(0, len(move_ids), WINDOW):
        some = tuple(move_ids[start : start + WINDOW])
        where = SQL("line.move_id IN %s", some)
        differ = {
            item.move_id
            for item in changed(turn.env.cr, turn.scope, turn.link.id, where)
        }
        accepted(turn, [move_id for move_id in some if move_id not in differ])


def count(turn: Turn) -> int:
    """How many entries are set aside; what is held is none of them."""
    turn.env.cr.execute(
        SQL(
            """SELECT count(*) FROM silverfin_rejection
            WHERE link_id = %s AND kind <> 'held'""",
            turn.link.id,
        )
    )
    return turn.env.cr.fetchone()[0]


def sendable(turn: Turn, entries: list[list[Item]]) -> list[list[Item]]:
    """The entries that may go now; the others are (or stay) set aside."""
    unchanged = _still_refused(turn, [entry[0].move_id for entry in entries])
    result = []
    for entry in entries:
        if entry[0].move_id in unchanged:
            continue
        impossible = next((item for item in entry if item.problem), None)
        if impossible:
            invalid(turn, entry[0].move_id, *_problem(turn, impossible))
        else:
            result.append(entry)
    return closed.sendable(turn, result)


def removable(turn: Turn, gone: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The items that may be removed there now, once all that changed was sent.

    Of an entry that is set aside nothing goes alone: what Silverfin holds of it stays.
    """
    if turn.is_aside is None:
        turn.is_aside = set(_move_ids(turn))
    if not gone or not turn.is_aside:
        return gone
    cr, link_id = turn.env.cr, turn.link.id
    known = acknowledged.known(cr, link_id, gone)
    entries = {key: move_id for key, (move_id, _number) in known.items()}
    some = tuple(set(_move_ids(turn)).intersection(entries.values())) or (0,)
    found = changed(cr, turn.scope, link_id, SQL("line.move_id IN %s", some))
    differ = {item.move_id for item in found}
    return [key for key in gone if key in entries and entries[key] not in differ]


def halves(turn: Turn) -> list[int]:
    """Entries that are set aside, and half there."""
    if turn.is_aside is None:
        turn.is_aside = set(_move_ids(turn))
    if not turn.is_aside:
        return []
    turn.env.cr.execute(
        SQL(
            """SELECT known.move_id FROM silverfin_transaction known
            WHERE known.link_id = %s AND known.move_id IN %s
            GROUP BY known.move_id HAVING sum(known.value) <> 0""",
            turn.link.id,
            tuple(_move_ids(turn)) or (0,),
        )
    )
    found = [move_id for (move_id,) in turn.env.cr.fetchall()]
    return [move_id for move_id in found if is_half(turn, move_id)]


def is_half(turn: Turn, move_id: int) -> bool:
    """What Silverfin holds of an entry does not balance, though the entry does.

    A turn ended, or a worker, before all of it was sent.
    """
    turn.env.cr.execute(
        SQL(
            """SELECT COALESCE(sum(value), 0) <> 0 AND 0 = (
                    SELECT COALESCE(sum(item.value), 0) FROM (%s) item)
            FROM silverfin_transaction WHERE link_id = %s AND move_id = %s""",
            sent(turn.env.cr, turn.scope, SQL("line.move_id = %s", move_id)),
            turn.link.id,
            move_id,
        )
    )
    return turn.env.cr.fetchone()[0]


def _still_refused(turn: Turn, move_ids: list[int]) -> set[int]:
    """Those that Silverfin refused as they still are."""
    if not move_ids:
        return set()
    turn.env.cr.execute(
        SQL(
            """SELECT move_id, digest FROM silverfin_rejection
            WHERE link_id = %s AND move_id IN %s AND kind = 'rejected'""",
            turn.link.id,
            tuple(move_ids),
        )
    )
    refused_as = dict(turn.env.cr.fetchall())
    now = entry_digests(turn.env.cr, turn.scope, tuple(refused_as))
    return {
        move_id for move_id in refused_as if now.get(move_id) == refused_as[move_id]
    }


def _problem(turn: Turn, item: Item) -> tuple[int, str]:
    """(line id, reason) of an item that cannot be sent."""
    match item.problem:
        case "number":
            account = turn.env["account.account"].browse(item.account_id)
            return item.line_id, turn.env._(
                "The account “%s” has no code for this company: open the account and "
                "give it one.",
                account.name,
            )
        case "date":
            return item.line_id, turn.env._("Date %s: a typing error?", item.date)
    return item.line_id, turn.env._("The amount %s is no amount of money.", item.value)
