"""The first synchronisation of a client file: does Silverfin hold anything already?

Only who may read balances can know. What another program or an earlier link sent, and
what was imported, would be counted twice; so a person decides.
"""

from .. import silverfin_api as api
from . import acknowledged
from .failures import NeedsAttention
from .turn import Turn


def check_first(turn: Turn, kind: str) -> None:
    """To be called before anything is sent.

    "Start again" and "Send everything again" are a person's answer. So is a start
    date: then what lies before belongs to another source.

    :raise NeedsAttention: balances stand there that did not come from here
    """
    if kind != "sync" or turn.scope.start:
        return
    if acknowledged.has_items(turn.env.cr, turn.link.id):
        return
    if not turn.link.connection_id.sudo().read_back or turn.position("last_sync_at")[0]:
        return
    try:
        account = _an_account_with_a_value(turn)
    except (api.Forbidden, api.NotFound):
        # the right to read was not given: nobody knows
        return
    if account:
        raise NeedsAttention(
            turn.env._(
                "Silverfin already has balances in this client file (%(account)s, for "
                "one), which this database did not send: an earlier synchronisation, "
                "or an import. Adding to them would count them twice, so nothing was "
                "sent. Choose “Start again” to remove first what was synchronised "
                "there (what was imported by hand stays), or “Send everything again” "
                "to add to what is there.",
                account=account,
            )
        )


def _an_account_with_a_value(turn: Turn) -> str | None:
    """Of the last period there; a balance carries on into it."""
    turn.request()
    client, number = turn.client, turn.client_file
    periods = list(client.periods(number))
    if not periods:
        return None
    last = max(periods, key=lambda period: period.end)
    turn.request()
    values = client.period_accounts(number, last.id)
    return next((value.number for value in values if value.value), None)
