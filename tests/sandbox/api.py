"""``/api/v4``: the table of calls, and what every call must pass before it is made:
token, firm, scope, client file, sync set up, one write at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, cast

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import readback, submit, syncs, webhooks
from .answers import Refusal
from .checks import Wrong
from .core import Sandbox
from .requestlog import Entry
from .state import (
    ADMINISTRATION,
    FINANCIALS,
    SYNC,
    TRANSACTIONS,
    USER_FIRM,
    WEBHOOKS,
    Application,
    ClientFile,
    Firm,
    State,
    Sync,
)
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Route:
    """A call: its scope, what carries it out, and what must be there for it."""

    scope: str
    act: Callable[[Call], Response]
    # The sync of the client file must be set up with the caller's application.
    synced: bool = False
    # No other write may be going on at the client file.
    turn: bool = False


@dataclass(eq=False, slots=True)
class Call:
    """One authorised request with everything its path names."""

    sandbox: Sandbox
    request: Request
    entry: Entry
    args: dict[str, int]
    token: Token
    _file: ClientFile | None = None

    @property
    def state(self) -> State:
        return self.sandbox.state

    @property
    def firm(self) -> Firm:
        return self.token.firm

    @property
    def application(self) -> Application:
        return self.token.application

    @property
    def file(self) -> ClientFile:
        if self._file is None:
            raise LookupError("this call names no client file")
        return self._file

    @property
    def sync(self) -> Sync:
        return self.require_sync()

    def require_sync(self) -> Sync:
        """The sync of the client file; 409 when it is not set up with the caller."""
        sync = self.file.sync
        if sync is None or sync.application is not self.application:
            raise Refusal(409, "The sync of this company is not set up")
        if self.file.misconfigured:
            raise Refusal(409, self.file.misconfigured)
        return sync

    @property
    def body(self) -> bytes:
        if self.request.mimetype != "application/json":
            raise Refusal(400, "The body must be application/json")
        return self.request.get_data()


_SYNCS = "/api/v4/f/<int:firm>/syncs"
_SYNCED = _SYNCS + "/companies/<int:company>"
_COMPANY = "/api/v4/f/<int:firm>/companies/<int:company>"
_PERIOD = _COMPANY + "/periods/<int:period>"

_TABLE: list[tuple[str, str, Route]] = [
    ("GET", "/api/v4/f/<int:firm>/user/firm", Route(USER_FIRM, readback.firm)),
    ("GET", _SYNCS + "/settings", Route(SYNC, syncs.settings)),
    ("GET", _SYNCS + "/companies", Route(SYNC, syncs.companies)),
    ("POST", _SYNCS + "/sync_references", Route(SYNC, syncs.replace_references)),
    ("GET", _SYNCED + "/info", Route(SYNC, syncs.info, synced=True)),
    ("POST", _SYNCED + "/settings", Route(SYNC, syncs.company_settings, synced=True)),
    ("POST", _SYNCED + "/transactions", Route(SYNC, submit.submit, True, True)),
    ("DELETE", _SYNCED + "/reset", Route(SYNC, syncs.reset, True, True)),
    ("GET", _SYNCS + "/webhooks", Route(WEBHOOKS, webhooks.listing)),
    ("POST", _SYNCS + "/webhooks", Route(WEBHOOKS, webhooks.create)),
    ("DELETE", _SYNCS + "/webhooks/<int:webhook>", Route(WEBHOOKS, webhooks.delete)),
    ("GET", _COMPANY + "/periods", Route(ADMINISTRATION, readback.periods)),
    ("GET", _PERIOD + "/accounts", Route(FINANCIALS, readback.period_accounts)),
    ("GET", _PERIOD + "/adjustments", Route(FINANCIALS, readback.adjustments)),
    (
        "GET",
        _COMPANY + "/open_transactions",
        Route(TRANSACTIONS, readback.open_transactions),
    ),
]
_MAP = Map([Rule(path, methods=[method], endpoint=r) for method, path, r in _TABLE])


class Api:
    """Answers ``/api/v4``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def prepare(
        self, request: Request, entry: Entry, held: ExitStack
    ) -> Callable[[], Response]:
        """What carries the request out; raises ``Refusal`` when it may not be.

        The turn of a client file is taken here and given back by ``held``.
        """
        route, args = self._route(request)
        entry.company = args.get("company")
        with self.sandbox.state.lock:
            call = Call(
                self.sandbox, request, entry, args, self._token(request, route, args)
            )
            entry.application = call.application.name
            if "company" in args:
                call._file = self._client_file(call)
        if route.turn:
            _take_turn(call.file, held)
        return lambda: self._act(route, call)

    def _act(self, route: Route, call: Call) -> Response:
        try:
            with self.sandbox.state.lock:
                if route.synced:
                    call.require_sync()
                return route.act(call)
        except Wrong as wrong:
            raise Refusal(422, str(wrong)) from wrong

    def _route(self, request: Request) -> tuple[Route, dict[str, int]]:
        try:
            found = _MAP.bind("").match(request.path, request.method)
        except HTTPException as error:
            status = error.code or 404
            if status not in (404, 405):
                status = 404
            raise Refusal(status, error.name) from error
        return cast("tuple[Route, dict[str, int]]", found)

    def _token(self, request: Request, route: Route, args: dict[str, int]) -> Token:
        state = self.sandbox.state
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        token = state.tokens.authenticate(text) if kind.lower() == "bearer" else None
        if token is None:
            raise _denied(401, "The access token is invalid", "invalid_token")
        if args["firm"] not in state.firms:
            raise Refusal(404, "Not found")
        if args["firm"] != token.firm.id:
            raise Refusal(403, "The access token is for another firm")
        if route.scope not in token.scopes:
            message = f'Access to this resource requires scope "{route.scope}".'
            raise _denied(403, message, "insufficient_scope")
        return token

    def _client_file(self, call: Call) -> ClientFile:
        file = self.sandbox.state.client_files.get(call.args["company"])
        if file is None or file.firm is not call.firm:
            raise Refusal(404, "Not found")
        return file


def _take_turn(file: ClientFile, held: ExitStack) -> None:
    if not file.turn.acquire(blocking=False):
        raise Refusal(429, "Another request for this company is being processed")
    held.callback(file.turn.release)


def _denied(status: int, message: str, error: str) -> Refusal:
    header: dict[str, Any] = {"WWW-Authenticate": f'Bearer error="{error}"'}
    return Refusal(status, message, header)
