"""The OAuth server: the authorise page and the token endpoint, as Doorkeeper's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from .answers import Refusal, json_answer
from .pages import authorize as page
from .state import Application, Firm, User
from .tokens import OAuthError

if TYPE_CHECKING:
    from .core import Sandbox

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
# What a person is shown again on the next page, and the form sends along.
CARRIED = ("client_id", "redirect_uri", "response_type", "scope", "state")


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorisation request that may be shown to a person."""

    application: Application
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None


class OAuth:
    """Answers ``/oauth/…`` and ``/f/{firm}/oauth/…``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def authorize(self, request: Request, firm_id: int | None) -> Response:
        """GET shows the page; POST is a person's (or a script's) decision.

        The form's fields: those of the query, ``user`` (e-mail), ``firm_id`` and
        ``decision`` (``allow`` or ``deny``).
        """
        given = request.form if request.method == "POST" else request.args
        asked = self._asked(dict(given.items()))
        if isinstance(asked, Response):
            return asked
        user = self.sandbox.state.user(given.get("user", ""))
        carried = {key: given[key] for key in CARRIED if key in given}
        if user is None:
            return page.sign_in(self.sandbox.state, asked, carried, request.path)
        if request.method != "POST":
            return page.decide(
                self.sandbox.state, asked, carried, request.path, user, firm_id
            )
        return self._decided(asked, user, given.get("firm_id"), given.get("decision"))

    def native(self, request: Request) -> Response:
        """The page that shows an out-of-band code to be copied."""
        return page.code(request.args)

    def token(self, request: Request, firm_id: int) -> Response:
        """``POST /f/{firm}/oauth/token``."""
        firm = self.sandbox.state.firms.get(firm_id)
        if firm is None:
            raise Refusal(404, "Not found")
        no_store = {"Cache-Control": "no-store"}
        try:
            body = self._token(_parameters(request), firm)
        except OAuthError as error:
            text = {"error": error.error, "error_description": error.description}
            return json_answer(text, error.status, no_store)
        return json_answer(body, 200, no_store)

    def _asked(self, given: dict[str, str]) -> Asked | Response:
        """The request checked; what is wrong with client or address is never
        redirected, everything else goes back to the application."""
        application = self.sandbox.state.applications.get(given.get("client_id", ""))
        if application is None:
            return page.problem(
                "Client authentication failed due to unknown client.", 401
            )
        redirect_uri = given.get("redirect_uri", "")
        if redirect_uri not in application.redirect_uris:
            return page.problem("The redirect URI included is not valid.", 400)
        state = given.get("state")
        if given.get("response_type") != "code":
            return _back(
                redirect_uri,
                {"error": "unsupported_response_type", "state": state},
            )
        scopes = frozenset(given.get("scope", "").split())
        if not scopes or not scopes <= application.scopes:
            return _back(redirect_uri, {"error": "invalid_scope", "state": state})
        return Asked(application, redirect_uri, scopes, state)

    def _decided(
        self, asked: Asked, user: User, firm_id: str | None, decision: str | None
    ) -> Response:
        if decision == "deny":
            return _back(
                asked.redirect_uri,
                {
                    "error": "access_denied",
                    "error_description": "The resource owner or authorization server "
                    "denied the request.",
                    "state": asked.state,
                },
            )
        state = self.sandbox.state
        firm = next((f for f in state.firms.values() if str(f.id) == firm_id), None)
        if decision != "allow" or firm is None or firm.id not in user.firms:
            return page.problem("Choose one of your firms, then Allow or Deny.", 400)
        if not user.firms[firm.id]:
            return page.ask_admin(firm, user)
        with state.lock:
            code = state.tokens.code(
                asked.application, firm, user, asked.scopes, asked.redirect_uri
            )
        answer = {"code": code, "authorized_firm_id": firm.id, "state": asked.state}
        return _back(asked.redirect_uri, answer)

    def _token(self, given: dict[str, str], firm: Firm) -> dict[str, Any]:
        grant_type = _needed(given, "grant_type")
        if grant_type not in ("authorization_code", "refresh_token"):
            raise OAuthError(
                "unsupported_grant_type",
                "The authorization grant type is not supported by the server.",
            )
        with self.sandbox.state.lock:
            application = self._client(given)
            redirect_uri = _needed(given, "redirect_uri")
            tokens = self.sandbox.state.tokens
            if grant_type == "authorization_code":
                code = _needed(given, "code")
                token = tokens.exchange(application, firm, code, redirect_uri)
            else:
                refresh_token = _needed(given, "refresh_token")
                scopes = frozenset(given.get("scope", "").split())
                token = tokens.refresh(application, firm, refresh_token, scopes)
        return {
            "access_token": token.access_token,
            "token_type": "Bearer",
            "expires_in": token.expires_in,
            "refresh_token": token.refresh_token,
            "scope": " ".join(sorted(token.scopes)),
            "created_at": int(token.issued.timestamp()),
        }

    def _client(self, given: dict[str, str]) -> Application:
        application = self.sandbox.state.applications.get(given.get("client_id", ""))
        if (
            application is None
            or given.get("client_secret") != application.client_secret
        ):
            raise OAuthError(
                "invalid_client",
                "Client authentication failed due to unknown client, no client "
                "authentication included, or unsupported authentication method.",
                401,
            )
        return application


def _parameters(request: Request) -> dict[str, str]:
    if request.mimetype == "application/json":
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise OAuthError("invalid_request", "The body is not a JSON object.")
        return {key: value for key, value in body.items() if type(value) is str}
    return dict(request.form.items())


def _needed(given: dict[str, str], name: str) -> str:
    if not given.get(name):
        raise OAuthError("invalid_request", f"Missing required parameter: {name}.")
    return given[name]


def _back(redirect_uri: str, answer: dict[str, Any]) -> Response:
    """Send the browser back to the application, or to the page with the code."""
    answer = {key: value for key, value in answer.items() if value is not None}
    if redirect_uri == OUT_OF_BAND:
        return redirect(f"/oauth/authorize/native?{urlencode(answer)}")
    parts = urlsplit(redirect_uri)
    query = urlencode(
        [*parse_qsl(parts.query, keep_blank_values=True), *answer.items()]
    )
    return redirect(urlunsplit(parts._replace(query=query)))
