"""A recoded or merged account is followed, and told before its items go."""

from odoo.tools import SQL

from ..ledger.recoded import Recoded, recoded, vanished
from .transaction import commit
from .turn import Turn


def tell_recoded(turn: Turn) -> None:
    """Say which account numbers change under items that Silverfin has."""
    cr, link_id = turn.env.cr, turn.link.id
    numbers = vanished(cr, turn.scope, list(turn.known_accounts))
    if not numbers:
        return
    known = SQL(
        """SELECT line_id, account_number AS number, date FROM silverfin_transaction
        WHERE link_id = %s AND account_number = ANY(%s)""",
        link_id,
        numbers,
    )
    found = recoded(cr, turn.scope, known, _closed_until(turn))
    for row in found:
        sentence = _sentence(turn, row)
        turn.notes.append(sentence)
        turn.link._message_log(body=sentence)
    _forget(turn, set(numbers) - {row.old for row in found})
    commit(turn.env)


def _closed_until(turn: Turn):
    company = turn.link.company_id.sudo()
    locks = (company.fiscalyear_lock_date, company.hard_lock_date)
    return max(filter(None, locks), default=None)


def _sentence(turn: Turn, row: Recoded) -> str:
    return turn.env._(
        "%(old)s → %(new)s: %(items)s items, %(closed)s in closed years; working "
        "papers in Silverfin stay on %(old)s.",
        old=row.old,
        new=row.new or turn.env._("no number"),
        items=row.items,
        closed=row.closed,
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
        del turn.known_accounts[number]
