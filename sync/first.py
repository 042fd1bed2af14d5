"""The first synchronisation of a client file: may it go, and what is there already?

Only who may read balances can know the latter. What another program or an earlier link
sent, and what was imported, would be counted twice; so a person decides. With a start
date, what lies before belongs to another source: our openings must be its closing.
"""

from psycopg2.extras import Json

from odoo import fields

from .. import silverfin_api as api
from . import acknowledged
from .failures import NeedsAttention
from .transaction import commit
from .turn import Turn


def check_first(turn: Turn, kind: str) -> None:
    """To be called before anything is sent.

    "Start again" and "Send everything again" are an administrator's answer.

    :raise NeedsAttention: balances stand there that did not come from here, or the
        check-up of the books found what must be put right first
    """
    if kind != "sync" or turn.position("last_sync_at")[0]:
        return
    if acknowledged.has_items(turn.env.cr, turn.link.id):
        return
    there = _there(turn)
    # for the check-up, now and later: it asks nothing of Silverfin
    turn.set_position(held_there=there and Json(there))
    commit(turn.env)
    if there and there["balances"] and not turn.scope.start:
        raise NeedsAttention(
            turn.env._(
                "Silverfin already has balances in this client file (%(account)s, for "
                "one), which this database did not send: an earlier synchronisation, "
                "or an import. Adding to them would count them twice, so nothing was "
                "sent. Choose “Start again” to remove first what was synchronised "
                "there (what was imported by hand stays), or “Send everything again” "
                "to add to what is there.",
                account=next(iter(there["balances"])),
            )
        )
    stop = turn.env["silverfin.checkup"]._stop(turn.link)
    if stop:
        # the check-up that was made for it stays
        commit(turn.env)
        raise NeedsAttention(stop)


def _there(turn: Turn) -> dict | None:
    """What Silverfin holds before our first item; None: nobody may know.

    With a start date, of the last period before it, else of the last one there: a
    balance carries on into it.

    :return: ``{first, last, balances, at}``: ends of the first period and of the one
        that was read, as ISO dates or None, balances as text by account number, UTC
    """
    if not turn.link.connection_id.sudo().read_back:
        return None
    client, number, start = turn.client, turn.client_file, turn.scope.start
    turn.request()
    try:
        periods = sorted(client.periods(number), key=lambda period: period.end)
        before = [period for period in periods if not start or period.end < start]
        balances = {}
        if before:
            turn.request()
            for value in client.period_accounts(number, before[-1].id):
                if value.value:
                    balances[value.number] = str(value.value)
    except (api.Forbidden, api.NotFound):
        # the right to read was not given
        return None
    return {
        "first": periods[0].end.isoformat() if periods else None,
        "last": before[-1].end.isoformat() if before else None,
        "balances": balances,
        "at": fields.Datetime.now().isoformat(),
    }
