"""Carries the access token: reads it for each request, renews it after a refusal."""

from __future__ import annotations

from collections.abc import Callable

import requests

from .errors import Reconnect


class Bearer(requests.auth.AuthBase):
    """Puts one access token on a request; shows it nowhere else."""

    def __init__(self, token: str) -> None:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise Reconnect("There is no usable access token for Silverfin.")
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


class NoToken(requests.auth.AuthBase):
    """Adds nothing; with it, requests does not look for a password in ``.netrc``."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class TokenAuth(requests.auth.AuthBase):
    """The connection's tokens, by two callbacks, so that no token is kept here.

    ``read()`` gives the access token to use now. ``renew(refused)`` is asked after a
    401, once for a call: it gives another token than the refused one (another worker
    may have refreshed already), or raises :class:`Reconnect`.
    """

    def __init__(self, read: Callable[[], str], renew: Callable[[str], str]) -> None:
        self.read = read
        self.renew = renew

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return Bearer(self.read())(r)
