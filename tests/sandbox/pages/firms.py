"""The list of firms, and one firm with its client files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.wrappers import Response

from ..state import Firm
from .files import address
from .layout import page, table

if TYPE_CHECKING:
    from ..core import Sandbox


def listing(sandbox: Sandbox) -> Response:
    """All firms, users and applications."""
    state = sandbox.state
    firms = [
        [
            Markup("<a href='/f/{}'>{}</a>").format(firm.id, firm.name),
            firm.id,
            len(state.files_of(firm)),
        ]
        for firm in state.firms.values()
    ]
    users = [
        [
            user.email,
            ", ".join(
                f"{'admin' if admin else 'user'} of {state.firms[id].name}"
                for id, admin in user.firms.items()
            ),
        ]
        for user in state.users.values()
    ]
    applications = [
        [app.name, app.client_id, Markup("<br>").join(app.redirect_uris)]
        for app in state.applications.values()
    ]
    body = Markup("{}<h2>Users</h2>{}<h2>Applications</h2>{}").format(
        table(["Firm", "Number", "Client files"], firms),
        table(["E-mail", "Firms"], users),
        table(["Name", "Client id", "Redirect addresses"], applications),
    )
    return page("Firms", body)


def firm(sandbox: Sandbox, firm: Firm) -> Response:
    """A firm's client files, references and webhooks."""
    state = sandbox.state
    files = [
        [
            Markup("<a href='{}'>{}</a>").format(address(file), file.name),
            file.id,
            file.sync.reference if file.sync else "not set up",
            len(file.ledger),
        ]
        for file in state.files_of(firm)
    ]
    references = [
        [application.name, line.reference, line.name]
        for application, line in state.references_of(firm)
    ]
    webhooks = [
        [hook.application.name, hook.url, ", ".join(hook.events)]
        for hook in state.webhooks.values()
        if hook.firm is firm
    ]
    body = Markup(
        "<p class='soft'>Firm {}</p><h2>Client files</h2>{}"
        "<h2>Sync references</h2>{}<h2>Webhooks</h2>{}"
    ).format(
        firm.id,
        table(["Client file", "Number", "Sync", "Transactions"], files),
        table(["Application", "Reference", "Name"], references),
        table(["Application", "Address", "Events"], webhooks),
    )
    return page(firm.name, body)
