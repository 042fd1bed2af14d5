"""Codes and tokens as Doorkeeper issues, rotates and ends them. No HTTP here.

Rotation (documented): every refresh gives a new pair, and the refresh token it was
given for dies when the new access token is first used. Until then the old one still
works, so that a lost answer can be asked for again; the pair of the lost answer is
then void: of each refresh token one pair comes to life and no more. Built with
``refresh_once=True`` a refresh token is dead as soon as it was used at all, the other
reading of "works once".
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .state import Application, Firm, User

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(hours=2)
REFRESH_LIFE = timedelta(days=60)


class OAuthError(Exception):
    """An error of RFC 6749, with the status the token endpoint answers."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass(eq=False, slots=True)
class Code:
    """An authorisation code, good for one exchange."""

    text: str = field(repr=False)
    application: Application
    firm: Firm
    user: User
    scopes: frozenset[str]
    redirect_uri: str
    issued: datetime
    spent: bool = False


@dataclass(eq=False, slots=True)
class Token:
    """A pair of access and refresh token."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    application: Application
    firm: Firm
    user: User
    scopes: frozenset[str]
    issued: datetime
    previous: Token | None = field(default=None, repr=False)
    successor: Token | None = field(default=None, repr=False)
    used: bool = False
    revoked: bool = False

    @property
    def expires_in(self) -> int:
        """Life of the access token in seconds, from its issue."""
        return int(ACCESS_LIFE.total_seconds())


class Grants:
    """Every code and token of a sandbox. Callers hold the state's lock."""

    def __init__(self, now: Callable[[], datetime], refresh_once: bool = False) -> None:
        self.now = now
        self.refresh_once = refresh_once
        self.codes: dict[str, Code] = {}
        self.by_access: dict[str, Token] = {}
        self.by_refresh: dict[str, Token] = {}

    def code(
        self,
        application: Application,
        firm: Firm,
        user: User,
        scopes: frozenset[str],
        redirect_uri: str,
    ) -> str:
        """A new code for what a person just allowed."""
        text = secrets.token_urlsafe(32)
        self.codes[text] = Code(
            text, application, firm, user, scopes, redirect_uri, self.now()
        )
        return text

    def issue(
        self,
        application: Application,
        firm: Firm,
        user: User,
        scopes: frozenset[str],
        previous: Token | None = None,
    ) -> Token:
        """A new pair."""
        token = Token(
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(32),
            application,
            firm,
            user,
            scopes,
            self.now(),
            previous,
        )
        self.by_access[token.access_token] = token
        self.by_refresh[token.refresh_token] = token
        return token

    def exchange(
        self, application: Application, firm: Firm, text: str, redirect_uri: str
    ) -> Token:
        """The pair for a code; raises ``invalid_grant`` for anything not right."""
        code = self.codes.get(text)
        if (
            code is None
            or code.spent
            or code.application is not application
            or code.firm is not firm
            or code.redirect_uri != redirect_uri
            or self.now() >= code.issued + CODE_LIFE
        ):
            raise _invalid_grant()
        code.spent = True
        return self.issue(application, firm, code.user, code.scopes)

    def refresh(
        self, application: Application, firm: Firm, text: str, scopes: frozenset[str]
    ) -> Token:
        """A new pair for a refresh token; asking again voids the pair given first."""
        token = self.by_refresh.get(text)
        if (
            token is None
            or token.revoked
            or token.application is not application
            or token.firm is not firm
            or self.now() >= token.issued + REFRESH_LIFE
            or (self.refresh_once and token.successor is not None)
        ):
            raise _invalid_grant()
        if not scopes <= token.scopes:
            raise OAuthError("invalid_scope", "The requested scope is invalid.")
        if token.successor is not None:
            token.successor.revoked = True
        granted = scopes or token.scopes
        token.successor = self.issue(application, firm, token.user, granted, token)
        return token.successor

    def authenticate(self, access_token: str) -> Token | None:
        """The live pair of an access token; its first use ends the pair before."""
        token = self.by_access.get(access_token)
        if token is None or token.revoked or self.now() >= token.issued + ACCESS_LIFE:
            return None
        if not token.used:
            token.used = True
            if token.previous is not None:
                token.previous.revoked = True
                token.previous = None
        return token

    def revoke(self, application: Application, firm: Firm) -> int:
        """End every pair of an application in a firm, as a firm's admin can."""
        gone = 0
        for token in self.by_access.values():
            if token.application is application and token.firm is firm:
                gone += not token.revoked
                token.revoked = True
        return gone


def _invalid_grant() -> OAuthError:
    return OAuthError(
        "invalid_grant",
        "The provided authorization grant is invalid, expired, revoked, does not "
        "match the redirection URI used in the authorization request, or was issued "
        "to another client.",
    )
