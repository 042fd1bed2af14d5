"""Typed errors: what to do next is in the type, never in a text to compare."""

from __future__ import annotations

from dataclasses import dataclass

from .problems import Problem


@dataclass(frozen=True)
class ActionError:
    """One refused action of a request.

    ``index`` is its place in ``actions`` counted from 0, None where Silverfin did not
    say which; ``message`` is Silverfin's own text, one line, at most 300 characters.
    """

    index: int | None
    message: str


class SilverfinError(Exception):
    """Base of all errors of this package.

    ``message`` is a safe English sentence that never holds a secret, ``problem`` the
    same for those who say it in another language, where it has a code; ``status`` the
    HTTP status where an answer came; ``retry_after`` the seconds that Silverfin asked
    to wait, at most a day.
    """

    def __init__(
        self,
        what: str | Problem,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.problem = what if isinstance(what, Problem) else None
        self.message = what.sentence if isinstance(what, Problem) else what
        super().__init__(self.message)
        self.status = status
        self.retry_after = retry_after


class RetryLater(SilverfinError):
    """Nothing was done there (or it was only a read): ask again later."""


class UnknownOutcome(SilverfinError):
    """A write was sent and no readable answer came: it may or may not be done."""


class Reconnect(SilverfinError):
    """The grant is gone: an administrator of the firm must connect again."""


class Misconfigured(SilverfinError):
    """Our set-up is wrong (address, client id or secret, redirect, scope)."""


class ClientRefused(Misconfigured):
    """Silverfin takes this client id or this client secret no more."""


class Forbidden(SilverfinError):
    """The grant does not allow this.

    ``right`` is the missing scope where told, ``needs`` the one that the call needs.
    """

    def __init__(
        self,
        what: str | Problem,
        *,
        right: str | None = None,
        needs: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, status=status, retry_after=retry_after)
        self.right = right
        self.needs = right or needs


class NotFound(SilverfinError):
    """Silverfin does not know what was asked for (404, 410)."""


class Resynchronise(SilverfinError):
    """409 to a write: another sync point than ours, or no longer set up to sync."""


class NotSetUp(SilverfinError):
    """409 to a read: the company is not set up to sync."""


class Rejected(SilverfinError):
    """Silverfin refused the content, all of it; ``errors`` says what and where.

    ``errors`` is empty where the answer gave no readable reason.
    """

    def __init__(
        self,
        what: str | Problem,
        *,
        errors: tuple[ActionError, ...] = (),
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, status=status, retry_after=retry_after)
        self.errors = errors


class Unreadable(SilverfinError):
    """A read was answered with something that is not the contract's shape."""
