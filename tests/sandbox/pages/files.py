"""A client file: its tabs, and "Edit client > Sync > Set up sync"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from ..state import ClientFile
from .layout import join, options, page, table

if TYPE_CHECKING:
    from ..core import Sandbox

TABS = (("", "Ledger"), ("balance", "Trial balance"), ("sync", "Sync"))
SHOWN_DELIVERIES = 10


def address(file: ClientFile, tab: str = "") -> str:
    return f"/f/{file.firm.id}/{file.id}" + (f"/{tab}" if tab else "")


def head(file: ClientFile, current: str) -> Markup:
    """Which firm, and the tabs."""
    tabs = join(
        Markup("<a href='{}'{}>{}</a>").format(
            address(file, tab),
            Markup(" aria-current='page'") if tab == current else "",
            label,
        )
        for tab, label in TABS
    )
    return Markup(
        "<p class='soft'><a href='/f/{firm}'>{name}</a> · client file {file} · "
        "<a href='/log?company={file}'>requests</a></p><nav class='tabs'>{tabs}</nav>"
    ).format(firm=file.firm.id, name=file.firm.name, file=file.id, tabs=tabs)


def sync(sandbox: Sandbox, file: ClientFile) -> Response:
    """Set up, refresh or remove the sync."""
    part = _set_up(sandbox, file) if file.sync is None else _synced(sandbox, file)
    return page(file.name, Markup("{}{}").format(head(file, "sync"), part))


def _set_up(sandbox: Sandbox, file: ClientFile) -> Markup:
    taken = {
        (other.sync.application.client_id, other.sync.reference)
        for other in sandbox.state.files_of(file.firm)
        if other.sync
    }
    offered = [
        (f"{app.client_id} {line.reference}", f"{line.name} — {app.name}")
        for app, line in sandbox.state.references_of(file.firm)
        if (app.client_id, line.reference) not in taken
    ]
    if not offered:
        return Markup(
            "<h2>Set up sync</h2><p class='soft'>There is no sync reference to choose "
            "from: the other program has to send its list first.</p>"
        )
    return Markup(
        "<h2>Set up sync</h2><form method='post' action='{}'>"
        "<label for='reference'>Sync reference</label>"
        "<select id='reference' name='reference'>{}</select>"
        "<label for='start'>Do not sync until (first day of a financial year; "
        "empty for everything)</label><input id='start' type='date' name='start'>"
        "<p><button>Set up sync</button></p></form>"
    ).format(address(file, "sync"), options(offered))


def _synced(sandbox: Sandbox, file: ClientFile) -> Markup:
    link = file.sync
    if link is None:
        return Markup("")
    facts: list[list[object]] = [
        ["Application", link.application.name],
        ["Sync reference", link.reference],
        ["Do not sync until", link.start or "from the beginning"],
        ["Sync point", link.point],
        ["Transactions", f"{len(file.ledger):,}"],
        ["Accounts", f"{len(file.accounts):,}"],
        ["Retained earnings account", file.retained_earnings_account or "none"],
    ]
    years = [
        [year.start, year.end, *("yes" if flag else "no" for flag in year[2:])]
        for year in file.years
    ]
    sent = [
        [sent.event, sent.webhook.url, sent.error or sent.status or "on its way"]
        for sent in sandbox.deliveries
        if sent.company == file.id
    ]
    return Markup(
        "<form class='row' method='post' action='{refresh}'>"
        "<button title='Sends sync.requested'>Refresh</button></form>"
        "{facts}<h2>Financial years</h2>{years}<h2>Webhooks sent</h2>{sent}"
        "<form method='post' action='{remove}'>"
        "<button class='plain'>Remove sync</button></form>"
    ).format(
        refresh=address(file, "refresh"),
        remove=address(file, "remove"),
        facts=table(["", ""], [[label, escape(value)] for label, value in facts]),
        years=table(
            ["Start", "End", "Computes openings", "Computes retained earnings"], years
        ),
        sent=table(["Event", "Address", "Answer"], sent[-SHOWN_DELIVERIES:][::-1]),
    )
