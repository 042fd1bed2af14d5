"""The list of changes in closed years, and what is held of them.

Written in the transaction at hand, before anything of it goes.
"""

from collections.abc import Iterable
from datetime import date

from odoo import fields
from odoo.tools import SQL

from ..ledger.figures import Amount, names, touches
from .turn import Turn

OPEN = ("held", "released", "pending")
"""States of what Silverfin does not have yet."""


def keep(
    turn: Turn, found: dict[int, tuple[list[Amount], str]], closed: date
) -> set[int]:
    """List what is not listed yet; those that may not go."""
    if not found:
        return set()
    holds = turn.link.closed_policy == "hold"
    listed = _listed(turn, found)
    held, new = set(), {}
    for key, (amounts, target) in found.items():
        state, listed_target = listed.get(key, (None, None))
        is_listed = target == listed_target
        goes = not holds or (is_listed and state in ("released", "pending"))
        if not goes:
            held.add(key)
        if not is_listed or (goes and state == "held"):
            new[key] = amounts, target
    if new:
        _write(turn, new, "held" if holds else "pending", closed)
    _hold_again(turn, held - new.keys(), closed)
    return held


def _hold_again(turn: Turn, keys: set[int], closed: date) -> None:
    """The entry of what is held may have been deleted since, and its row with it."""
    if not keys:
        return
    turn.env.cr.execute(
        SQL(
            """SELECT DISTINCT held.entry_key, held.entry_name, held.kind
            FROM silverfin_closed_change held
            WHERE held.link_id = %(link)s AND held.state = 'held'
                AND held.entry_key IN %(keys)s AND NOT EXISTS (
                    SELECT FROM silverfin_rejection aside
                    WHERE aside.link_id = %(link)s AND aside.kind = 'held'
                        AND aside.entry_key = held.entry_key)""",
            link=turn.link.id,
            keys=tuple(keys),
        )
    )
    for key, name, kind in turn.env.cr.fetchall():
        reason = _reason(turn, name, kind, closed)
        _hold(turn, key, move_id=None, reason=reason)


def _listed(turn: Turn, keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(state, target) of what is listed and not sent."""
    turn.env.cr.execute(
        SQL(
            """SELECT DISTINCT entry_key, state, target FROM silverfin_closed_change
            WHERE link_id = %s AND entry_key IN %s AND state IN %s""",
            turn.link.id,
            tuple(keys),
            OPEN,
        )
    )
    return {key: (state, target) for key, state, target in turn.env.cr.fetchall()}


def _write(
    turn: Turn,
    found: dict[int, tuple[list[Amount], str]],
    state: str,
    closed: date,
) -> None:
    cr = turn.env.cr
    forget(turn, found)
    ids = [key for key in found if key > 0]
    entry_names, hands = names(cr, ids), touches(cr, ids)
    rows = []
    for key, (amounts, target) in found.items():
        hand = hands.get(key)
        name = entry_names.get(key) or _nameless(turn, key, amounts)
        kind = _kind(amounts, closed)
        for amount in amounts:
            rows.append(
                (
                    key,
                    key if key in entry_names else None,
                    name,
                    kind,
                    amount.date,
                    amount.number,
                    str(amount.old),
                    str(amount.new),
                    hand and hand.user,
                    hand and hand.at,
                    target,
                )
            )
        if state == "held":
            _hold(
                turn,
                key,
                move_id=key if key in entry_names else None,
                reason=_reason(turn, name, kind, closed),
            )
    cr.execute(
        SQL(
            """INSERT INTO silverfin_closed_change (link_id, company_id, run_id, state,
                found_at, entry_key, move_id, entry_name, kind, date, account_number,
                old_value, new_value, changed_by, changed_at, target, difference)
            SELECT %s, %s, %s, %s, %s, change.*, change.new - change.old
            FROM unnest(%s::int4[], %s::int4[], %s::text[], %s::text[], %s::date[],
                %s::text[], %s::numeric[], %s::numeric[], %s::text[], %s::timestamp[],
                %s::text[]) AS change(entry_key, move_id, name, kind, date, number,
                old, new, who, at, target)""",
            turn.link.id,
            turn.link.company_id.id,
            turn.run_id,
            state,
            fields.Datetime.now(),
            *(list(column) for column in zip(*rows, strict=True)),
        )
    )


def _hold(turn: Turn, key: int, *, move_id: int | None, reason: str) -> None:
    turn.env.cr.execute(
        SQL(
            """INSERT INTO silverfin_rejection (link_id, company_id, entry_key, move_id,
                kind, reason, create_date, write_date)
            VALUES (%s, %s, %s, %s, 'held', %s, now() AT TIME ZONE 'UTC',
                now() AT TIME ZONE 'UTC')
            ON CONFLICT (link_id, entry_key) DO UPDATE SET
                move_id = EXCLUDED.move_id, move_line_id = NULL, digest = NULL,
                kind = EXCLUDED.kind, reason = EXCLUDED.reason,
                write_date = EXCLUDED.write_date""",
            turn.link.id,
            turn.link.company_id.id,
            key,
            move_id,
            reason,
        )
    )


def forget(turn: Turn, keys: Iterable[int]) -> None:
    """These are listed anew, or are as Silverfin has them."""
    turn.env.cr.execute(
        SQL(
            """DELETE FROM silverfin_closed_change
            WHERE link_id = %s AND entry_key IN %s AND state IN %s""",
            turn.link.id,
            tuple(keys),
            OPEN,
        )
    )


def _nameless(turn: Turn, key: int, amounts: list[Amount]) -> str:
    """An opening, or an entry that was deleted: nothing else is left of it."""
    if key < 0 or amounts[0].date == turn.scope.start:
        return turn.env._("Opening")
    if not key:
        return turn.env._("Deleted entries")
    return turn.env._("Deleted entry %s", key)


def _kind(amounts: list[Amount], closed: date) -> str:
    old = {amount.date <= closed for amount in amounts if amount.old}
    new = {amount.date <= closed for amount in amounts if amount.new}
    if not old:
        return "new"
    if not new:
        return "removed"
    return "changed" if old == new else "moved"


def _reason(turn: Turn, name: str, kind: str, closed: date) -> str:
    env = turn.env
    texts = {
        "new": env._("%(entry)s is new in a year that is closed until %(date)s."),
        "changed": env._("%(entry)s changed in a year that is closed until %(date)s."),
        "removed": env._("%(entry)s went from a year that is closed until %(date)s."),
        "moved": env._(
            "%(entry)s was moved into or out of a year that is closed until %(date)s."
        ),
    }
    day = env["res.lang"]._get_data(code=env.lang or "en_US").date_format
    return texts[kind] % {"entry": name, "date": closed.strftime(day)}


def drop_rejections(turn: Turn) -> None:
    turn.env.cr.execute(
        SQL(
            """DELETE FROM silverfin_rejection aside
            WHERE aside.link_id = %s AND aside.kind = 'held' AND NOT EXISTS (
                SELECT FROM silverfin_closed_change held
                WHERE held.link_id = aside.link_id AND held.state = 'held'
                    AND held.entry_key = aside.entry_key)""",
            turn.link.id,
        )
    )
