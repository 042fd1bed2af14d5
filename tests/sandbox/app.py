"""The sandbox as a WSGI program: sends each request to its part, with faults and log.

Only what Silverfin itself would serve to a program (the API and the token endpoint)
can go wrong by rule; pages and ``/_control`` always work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from .answers import Refusal
from .api import Api
from .control import Control
from .core import Sandbox
from .oauth import OAuth
from .pages.site import Site
from .requestlog import Entry, clock

_AUTHORIZE = re.compile(r"(?:/f/(\d+))?/oauth/authorize$")
_TOKEN = re.compile(r"/f/(\d+)/oauth/token$")


class SandboxApp:
    """The WSGI callable; ``stop`` is called when a shutdown is asked for."""

    def __init__(self, sandbox: Sandbox, stop: Callable[[], None]) -> None:
        self.sandbox = sandbox
        self.api = Api(sandbox)
        self.oauth = OAuth(sandbox)
        self.control = Control(sandbox, stop)
        self.site = Site(sandbox)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answer(request)
        except Refusal as refusal:
            response = refusal.response()
        except HTTPException as error:
            response = Response.force_type(error.get_response(environ), environ)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path
        if path.startswith("/_control/"):
            return self.control.answer(request)
        if path.startswith("/api/"):
            return self._exchange(request, self.api.prepare)
        if match := _TOKEN.match(path):
            if request.method != "POST":
                raise MethodNotAllowed(["POST"])
            firm = int(match[1])
            return self._exchange(
                request, lambda *_held: lambda: self.oauth.token(request, firm)
            )
        if match := _AUTHORIZE.match(path):
            return self.oauth.authorize(request, int(match[1]) if match[1] else None)
        if path == "/oauth/authorize/native":
            return self.oauth.native(request)
        if path.startswith("/oauth/"):
            raise NotFound
        return self.site.answer(request)

    def _exchange(
        self,
        request: Request,
        prepare: Callable[[Request, Entry, ExitStack], Callable[[], Response]],
    ) -> Response:
        """Carry out one request of a program, by way of its fault if it has one."""
        entry = self.sandbox.log.begin(
            request.method,
            request.path,
            request.query_string.decode("ascii", "replace"),
            request.content_length or 0,
        )
        try:
            with ExitStack() as held:
                try:
                    act = prepare(request, entry, held)
                except Refusal as refusal:
                    act = _refusing(refusal)
                response = self._play(request, entry, _answering(act))
                entry.status = response.status_code
                if response.status_code >= 400:
                    entry.message = response.get_data(as_text=True)[:500]
                # Noted before the turn is given back: the next one starts later.
                entry.ended = clock()
        finally:
            entry.ended = entry.ended or clock()
            # A request whose connection was dropped got no answer.
            entry.status = entry.status or 0
        return response

    def _play(
        self, request: Request, entry: Entry, act: Callable[[], Response]
    ) -> Response:
        rule = self.sandbox.faults.pick(request.method, request.path, entry.company)
        if rule is None:
            return act()
        entry.fault = rule.id
        return rule.play(request, act)


def _refusing(refusal: Refusal) -> Callable[[], Response]:
    def act() -> Response:
        raise refusal

    return act


def _answering(act: Callable[[], Response]) -> Callable[[], Response]:
    """A refusal is an answer too."""

    def answer() -> Response:
        try:
            return act()
        except Refusal as refusal:
            return refusal.response()

    return answer
