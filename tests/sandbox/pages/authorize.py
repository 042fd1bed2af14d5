"""The pages of the OAuth server: sign in, decide, ask an admin, copy the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Response

from ..state import Firm, State, User
from .layout import hidden, join, options, page

if TYPE_CHECKING:
    from ..oauth import Asked


def sign_in(state: State, asked: Asked, carried: dict[str, str], path: str) -> Response:
    """Choose who you are; no passwords here."""
    people = join(
        Markup("<li><a href='{}?{}'>{}</a> <span class='soft'>{}</span></li>").format(
            path,
            urlencode({**carried, "user": user.email}),
            user.email,
            _roles(state, user),
        )
        for user in state.users.values()
    )
    body = Markup(
        "<p><strong>{}</strong> wants to connect. Sign in first.</p>"
        "<ul class='plain'>{}</ul>"
    ).format(asked.application.name, people)
    return page("Sign in", body, narrow=True)


def decide(
    state: State,
    asked: Asked,
    carried: dict[str, str],
    path: str,
    user: User,
    firm_id: int | None,
) -> Response:
    """Allow or deny, for one of the user's firms."""
    firms = [(id, state.firms[id].name) for id in user.firms if id in state.firms]
    scopes = join(
        Markup("<li><code>{}</code></li>").format(scope)
        for scope in sorted(asked.scopes)
    )
    body = Markup(
        "<p><strong>{application}</strong> asks {user} for access to:</p>"
        "<ul>{scopes}</ul>"
        "<form method='post' action='{path}'>{hidden}"
        "<label for='firm_id'>Firm</label>"
        "<select id='firm_id' name='firm_id'>{firms}</select>"
        "<p><button name='decision' value='allow'>Allow</button> "
        "<button class='plain' name='decision' value='deny'>Deny</button></p></form>"
    ).format(
        application=asked.application.name,
        user=user.email,
        scopes=scopes,
        path=path,
        hidden=hidden({**carried, "user": user.email}),
        firms=options(firms, selected=firm_id),
    )
    return page("Authorize", body, narrow=True)


def ask_admin(firm: Firm, user: User) -> Response:
    """Only an admin of the firm can allow it."""
    body = Markup(
        "<p class='bad'>{} is not an admin of {}. Ask an admin of the firm to "
        "authorise this connection.</p>"
    ).format(user.email, firm.name)
    return page("Ask an admin", body, status=403, narrow=True)


def code(given: Mapping[str, str]) -> Response:
    """The out-of-band page: what a person copies into the other program."""
    if "code" not in given:
        return problem(given.get("error_description") or given.get("error", ""), 200)
    body = Markup(
        "<p>Copy this code into the program that asked for it:</p>"
        "<p><code id='authorization_code'>{}</code></p>"
        "<p>Firm: <code id='authorized_firm_id'>{}</code></p>"
    ).format(given["code"], given.get("authorized_firm_id", ""))
    return page("Authorization code", body, narrow=True)


def problem(message: str, status: int) -> Response:
    """An error that is shown here and not sent back to the application."""
    body = Markup("<p class='bad'>{}</p>").format(message)
    return page("An error has occurred", body, status=status, narrow=True)


def _roles(state: State, user: User) -> str:
    return ", ".join(
        f"{'admin' if admin else 'user'} of {state.firms[id].name}"
        for id, admin in user.firms.items()
        if id in state.firms
    )
