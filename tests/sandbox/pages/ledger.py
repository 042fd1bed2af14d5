"""The ledger: a client file's transactions, page by page, in the order they came."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Response

from ..ledger import Transaction
from ..state import ClientFile
from .files import address, head
from .layout import options, page, table

if TYPE_CHECKING:
    from ..core import Sandbox

PAGE = 100


def listing(
    sandbox: Sandbox, file: ClientFile, account_number: str, number: int
) -> Response:
    """One page of the ledger, of all accounts or of one."""
    total, lines = file.ledger.page((number - 1) * PAGE, PAGE, account_number)
    accounts = [
        (account.number, f"{account.number} {account.name}")
        for account in sorted(file.accounts.values(), key=lambda a: a.number)
    ]
    choose = Markup(
        "<form class='row'><div><label for='account'>Account</label>"
        "<select id='account' name='account'>{}</select></div>"
        "<button class='plain'>Show</button></form>"
    ).format(options([("", "All accounts"), *accounts], account_number))
    body = Markup("{}{}{}{}").format(
        head(file, ""),
        choose,
        table(
            ["Date", "Account", "Amount", "Description", "Relation", "More", "Id"],
            [_row(file, line) for line in lines],
            empty="No transactions.",
        ),
        _pager(file, account_number, number, total),
    )
    return page(file.name, body)


def _row(file: ClientFile, line: Transaction) -> list[object]:
    more = [text for text in line.extra_fields if text]
    if line.open_category:
        more.insert(0, f"{line.open_category} open: {line.open_value:,.2f}")
    more += [f"{kind}: {code} {name}".strip() for kind, code, name in line.dimensions]
    account = file.accounts.get(line.account_number)
    return [
        Markup("<span style='white-space:nowrap'>{}</span>").format(line.date),
        Markup("{} <span class='soft'>{}</span>").format(
            line.account_number, account.name if account else ""
        ),
        line.value,
        line.description,
        line.relation,
        Markup("<span class='soft'>{}</span>").format(" · ".join(more)),
        line.id,
    ]


def _pager(file: ClientFile, account: str, number: int, total: int) -> Markup:
    last = max(1, -(-total // PAGE))

    def link(to: int, label: str) -> Markup:
        if to == number or not 1 <= to <= last:
            return Markup("<span class='soft'>{}</span> ").format(label)
        query = urlencode({"account": account, "page": to})
        return Markup("<a href='{}?{}'>{}</a> ").format(address(file), query, label)

    return Markup("<p>{}{}page {} of {}, {} transactions {}{}</p>").format(
        link(1, "« first"),
        link(number - 1, "‹ previous"),
        number,
        last,
        f"{total:,}",
        link(number + 1, "next ›"),
        link(last, "last »"),
    )
