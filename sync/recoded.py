"""A recoded or merged account is told before its items go, and waits where it is asked.

``silverfin.recoding`` has a row for each recoding that was told: until somebody agrees
(``agreed`` false) the account goes under its old number, with all that is new on it.
Once nothing stands on the old number any more, the row goes.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from odoo.tools import SQL

from ..ledger.recoded import Recoded, recoded, vanished
from ..ledger.scope import Scope
from .transaction import commit
from .turn import Turn

KNOWN = """SELECT line_id, account_number AS number, date FROM silverfin_transaction
    WHERE link_id = %s"""


class _Told(NamedTuple):
    """A row of ``silverfin.recoding``."""

    row_id: int
    account_id: int
    old: str
    new: str
    agreed: bool
    items: int
    closed: int


def tell_recoded(turn: Turn) -> None:
    """Say which account numbers change under items that Silverfin has.

    Before anything is sent, in each turn: what goes along in it was told.
    """
    told = {(row.account_id, row.old): row for row in _told(turn)}
    # as the accounts are numbered now, whatever waits
    scope = replace(turn.scope, held_numbers=())
    old_numbers = {old for _account_id, old in told} | turn.known_accounts.keys()
    gone = vanished(turn.env.cr, scope, old_numbers)
    if not gone and not told:
        return
    found = _moved(turn, scope, gone) if gone else []
    for row in found:
        _deal_with(turn, row, told.pop((row.account_id, row.old), None))
    for row in told.values():
        _over(turn, row, is_gone=row.old in gone)
    waiting = {row.old for row in _told(turn) if not row.agreed}
    _forget(turn, set(gone) - {row.old for row in found} - waiting)
    # what waits, or no longer does, goes under another number
    turn.scope = turn.link._silverfin_scope(turn.limits.locales)
    commit(turn.env)


def as_it_would_go(link, scope: Scope) -> Scope:
    """The scope in which a run would send now; nothing is written.

    What was recoded since the last run, and would wait, is under its old number.
    """
    if link.recode_policy != "ask":
        return scope
    cr = link.env.cr
    own = replace(scope, held_numbers=())
    cr.execute(SQL("SELECT number FROM silverfin_account WHERE link_id = %s", link.id))
    numbers = {number for (number,) in cr.fetchall()}
    gone = vanished(cr, own, numbers | {old for _id, old in scope.held_numbers})
    waits = {(account_id, old) for account_id, old in scope.held_numbers if old in gone}
    agreed = link.env["silverfin.recoding"].search(
        [("link_id", "=", link.id), ("agreed", "=", True)]
    )
    goes = {(row.account_id.id, row.old_number) for row in agreed}
    for row in recoded(cr, own, SQL(KNOWN, link.id), gone, None) if gone else ():
        key = row.account_id, row.old
        if _can_wait(row) and key not in goes:
            waits.add(key)
        else:
            waits.discard(key)
    held = replace(scope, held_numbers=tuple(sorted(waits)))
    expressions = dict(scope.line_expressions) | {"account_number": held.number()}
    return replace(held, line_expressions=tuple(expressions.items()))


def _can_wait(row: Recoded) -> bool:
    return row.is_whole and bool(row.new)


def _moved(turn: Turn, scope, gone: list[str]) -> list[Recoded]:
    known = SQL(KNOWN, turn.link.id)
    return recoded(turn.env.cr, scope, known, gone, _closed_until(turn))


def _deal_with(turn: Turn, row: Recoded, told: _Told | None) -> None:
    """Items stand on a number that is gone: they wait, or go from now on."""
    if told and told.agreed:
        return
    waits = turn.link.recode_policy == "ask" and _can_wait(row)
    if told and waits and told.new == row.new:
        # told already; how many items it is may have changed
        _keep(turn, row, agreed=False)
        return
    _tell(turn, row, waits=waits)
    _keep(turn, row, agreed=not waits)


def _over(turn: Turn, told: _Told, *, is_gone: bool) -> None:
    """Nothing that Silverfin has stands on the number, or an account has it again."""
    if told.agreed or turn.link.recode_policy != "ask":
        _drop(turn, told)
    elif not is_gone:
        _drop(turn, told)
        number = _number_now(turn, told.account_id)
        if number != told.old:
            # another account has it now: two cannot go under one number
            row = Recoded(
                told.account_id, told.old, number, told.items, told.closed, False
            )
            _tell(turn, row, waits=False)


def _number_now(turn: Turn, account_id: int) -> str:
    account = turn.env["account.account"].sudo().browse(account_id)
    return account.with_company(turn.link.company_id.root_id).code or ""


def _closed_until(turn: Turn) -> date | None:
    """As a person said, else by the books' locks."""
    company = turn.link.company_id.sudo()
    locks = (company.fiscalyear_lock_date, company.hard_lock_date)
    return turn.link.closed_until or max(filter(None, locks), default=None)


def _tell(turn: Turn, row: Recoded, *, waits: bool) -> None:
    turn.notes.append(sentence(turn.env, row.new, row, waits=waits))
    account = turn.env["account.account"].browse(row.account_id)
    # in the history, the new number opens the account
    link = account._get_html_link(title=row.new or turn.env._("no number"))
    turn.link._message_log(body=sentence(turn.env, link, row, waits=waits))


def sentence(env, new: str, row: Recoded, *, waits: bool) -> str:
    """What is recoded, in one sentence.

    :param new: the new number, also as a link
    """
    return env._(
        "%(old)s → %(new)s: %(items)s items, %(closed)s in closed years; %(effect)s",
        old=row.old,
        new=new or env._("no number"),
        items=row.items,
        closed=row.closed,
        effect=env._(
            "they stay on %s, working papers too, until somebody agrees on the page "
            "Accounts.",
            row.old,
        )
        if waits
        else env._("working papers in Silverfin stay on %s.", row.old),
    )


# === The rows === #


def _told(turn: Turn) -> list[_Told]:
    turn.env.cr.execute(
        SQL(
            """SELECT id, account_id, old_number, COALESCE(new_number, ''),
                COALESCE(agreed, FALSE), items, closed_items
            FROM silverfin_recoding WHERE link_id = %s ORDER BY old_number""",
            turn.link.id,
        )
    )
    return [_Told._make(row) for row in turn.env.cr.fetchall()]


def _keep(turn: Turn, row: Recoded, *, agreed: bool) -> None:
    turn.env.cr.execute(
        SQL(
            """INSERT INTO silverfin_recoding AS told (link_id, account_id, old_number,
                new_number, items, closed_items, agreed)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (link_id, account_id, old_number) DO UPDATE SET
                new_number = EXCLUDED.new_number, items = EXCLUDED.items,
                closed_items = EXCLUDED.closed_items,
                agreed = told.agreed OR EXCLUDED.agreed""",
            turn.link.id,
            row.account_id,
            row.old,
            row.new,
            row.items,
            row.closed,
            agreed,
        )
    )


def _drop(turn: Turn, told: _Told) -> None:
    turn.env.cr.execute(
        SQL("DELETE FROM silverfin_recoding WHERE id = %s", told.row_id)
    )


def _forget(turn: Turn, numbers: set[str]) -> None:
    """Nothing stands on them there: should one come back, it is sent as new."""
    if not numbers:
        return
    turn.env.cr.execute(
        SQL(
            "DELETE FROM silverfin_account WHERE link_id = %s AND number IN %s",
            turn.link.id,
            tuple(numbers),
        )
    )
    for number in numbers:
        turn.known_accounts.pop(number, None)
