"""What is open there in total, against the books; page by page, over several turns."""

from decimal import Decimal

from ... import silverfin_api as api
from ...ledger.open_items import open_totals
from ..turn import Turn
from .there import remember

ZERO = Decimal(0)


def compare_open_totals(turn: Turn) -> dict | None:
    """``{receivable, payable}``, each ``{books, there}``.

    :return: None where they may not be read
    """
    (remembered,) = turn.columns("partial_result")
    state = (remembered or {}).get("open") or {"page": 1, "first": None}
    while state["page"]:
        turn.request()
        try:
            items = turn.client.open_transactions_page(turn.client_file, state["page"])
        except (api.Forbidden, api.NotFound):
            # where they are, and which right they need, is assumed
            return None
        state = _added(state, items)
        remember(turn, open=state)
        turn.got_on = True
    books = open_totals(
        turn.env.cr, turn.scope, non_trade=turn.link.non_trade_open_items
    )
    return {
        category: {"books": str(books[category]), "there": state.get(category, "0")}
        for category in api.wire.OPEN_CATEGORIES
    }


def _added(state: dict, items: list) -> dict:
    """The state with a page more; its ``page`` is the next one, 0 after the last.

    :raise Unreadable: the same page came again
    """
    first = items[0].id if items else None
    if first is not None and first == state["first"]:
        raise api.Unreadable("Silverfin gives the same page again and again.")
    is_last = len(items) < api.wire.READ_BACK_PER_PAGE
    added = {**state, "page": 0 if is_last else state["page"] + 1, "first": first}
    for item in items:
        known = Decimal(added.get(item.category, "0"))
        added[item.category] = str(known + item.value)
    return added
