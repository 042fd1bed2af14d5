"""The trial balance of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from .. import books
from ..ledger import ZERO
from ..readback import periods_of
from ..state import ClientFile
from .files import head
from .layout import options, page, table

if TYPE_CHECKING:
    from ..core import Sandbox


def trial_balance(sandbox: Sandbox, file: ClientFile, period: str) -> Response:
    """Every account with data at the end of a period; the newest without one."""
    periods = periods_of(sandbox.state, file)
    if not periods:
        empty = Markup("{}<p class='soft'>No periods yet.</p>")
        return page(file.name, empty.format(head(file, "balance")))
    chosen = next((p for p in periods if str(p[0]) == period), None)
    if period and chosen is None:
        raise NotFound
    id, end, year = chosen or periods[0]
    values = books.balances(file, end)
    rows = []
    for number, value in values.items():
        account = file.accounts.get(number)
        name, kind = (account.name, account.type) if account else ("", "")
        sides = ["", -value] if value < 0 else [value, ""]
        rows.append([number, name, kind, *sides])
    debit = sum((value for value in values.values() if value > 0), start=ZERO)
    credit = sum((-value for value in values.values() if value < 0), start=ZERO)
    choose = Markup(
        "<form class='row'><div><label for='period'>Period ending</label>"
        "<select id='period' name='period'>{}</select></div>"
        "<button class='plain'>Show</button>"
        "<span class='soft'>Financial year {} to {}</span></form>"
    ).format(options([(p[0], str(p[1])) for p in periods], id), year.start, year.end)
    body = Markup("{}{}{}{}").format(
        head(file, "balance"),
        choose,
        table(
            ["Account", "Name", "Type", "Debit", "Credit"],
            rows,
            foot=["", "Total", "", debit, credit],
            empty="No accounts with data.",
        ),
        Markup("<p class='bad'>Debit and credit differ by {}.</p>").format(
            f"{debit - credit:,f}"
        )
        if debit != credit
        else "",
    )
    return page(file.name, body)
