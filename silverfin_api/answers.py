"""What an answer means: a parsed value, or the typed error that says what to do."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from . import exact_json, wire
from .address import shown_host
from .errors import (
    ActionError,
    ClientRefused,
    Forbidden,
    Misconfigured,
    NotFound,
    NotSetUp,
    Reconnect,
    Rejected,
    Resynchronise,
    RetryLater,
    SilverfinError,
    UnknownOutcome,
    Unreadable,
)
from .problems import Problem
from .texts import tidy
from .transport import Answer, Lost, Unusable

T = TypeVar("T")
_LONGEST_WAIT = 86_400.0


def result(
    request: wire.Request,
    answer: Answer,
    parse: Callable[[object], T],
    *,
    url: str,
    secrets: tuple[str, ...],
) -> T:
    """The parsed answer.

    :raises SilverfinError: anything but a readable success
    """
    if request.gone_is_done and answer.status in (404, 410):
        return parse(None)
    if not 200 <= answer.status < 300:
        raise _failure(request, answer, url, secrets)
    try:
        payload = exact_json.loads(answer.body) if answer.body.strip() else None
        return parse(payload)
    except ValueError as error:
        problem = str(error)
    if _is_html(answer):
        problem = "it is a page for people"
    # raised out here: nothing of the answer may hang on the error as its context
    raise unclear(request, f"Silverfin's answer cannot be used: {problem}.", answer)


def unclear(
    request: wire.Request, sentence: str, answer: Answer | None = None
) -> SilverfinError:
    """No usable answer to a request that arrived."""
    kind = UnknownOutcome if request.write else Unreadable
    return kind(sentence, status=answer.status if answer else None)


def lost(request: wire.Request, failure: Lost) -> SilverfinError:
    """No answer at all."""
    if failure.set_up:
        return Misconfigured(failure.problem)
    if request.write and failure.left:
        return UnknownOutcome(failure.problem)
    return RetryLater(failure.problem)


def unusable(request: wire.Request, failure: Unusable) -> SilverfinError:
    """An answer that is too large or cannot be unpacked."""
    kind = UnknownOutcome if request.write else Unreadable
    return kind(failure.sentence, status=failure.status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from seconds or an HTTP date; at most a day, None if unsaid."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(float(said[:9]), _LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(said)
        seconds = moment.timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(float(math.ceil(seconds)), 0.0), _LONGEST_WAIT)


def _is_html(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").lower()
    return "html" in kind or answer.body.lstrip()[:1] == b"<"


def _failure(
    request: wire.Request, answer: Answer, url: str, secrets: tuple[str, ...]
) -> SilverfinError:
    status = answer.status
    wait = retry_after(answer.headers)
    if status < 400:
        return _redirected(request, answer, url)
    payload = _payload(answer)
    said = tidy(wire.error_text(payload), secrets)
    problem = _answered(status, said)
    if status in (408, 425, 429, 503):
        return RetryLater(problem, status=status, retry_after=wait)
    if status >= 500:
        kind = UnknownOutcome if request.write else RetryLater
        return kind(problem, status=status, retry_after=wait)
    if status == 403:
        right = wire.missing_right(answer.headers, payload)
        needed = right or request.right
        return Forbidden(
            _answered(status, said, needed),
            right=right,
            needs=needed,
            status=status,
            retry_after=wait,
        )
    if status in (404, 410) and not request.token_request:
        return NotFound(problem, status=status, retry_after=wait)
    if not answer.complete:
        # it was refused, so nothing was done; asking again may tell why
        sentence = f"Silverfin answered {status}, and its reason got lost."
        return RetryLater(sentence, status=status, retry_after=wait)
    if request.token_request:
        return _token_refused(payload, problem, status, wait)
    if status == 409:
        conflict = Resynchronise if request.write else NotSetUp
        return conflict(problem, status=status, retry_after=wait)
    if not request.write:
        return Unreadable(problem, status=status, retry_after=wait)
    return Rejected(
        problem,
        errors=_action_errors(request, payload, secrets),
        status=status,
        retry_after=wait,
    )


def _answered(status: int, said: str, needed: str | None = None) -> Problem:
    """A refusal with Silverfin's own text and the right that it needs, where known."""
    values: dict[str, object] = {"status": status}
    if said:
        values["text"] = said
    if needed:
        values["right"] = needed
        return Problem("needs_right_with" if said else "needs_right", values)
    return Problem("answered_with" if said else "answered", values)


def _token_refused(
    payload: object, problem: Problem, status: int, wait: float | None
) -> SilverfinError:
    code = wire.error_code(payload)
    kind: type[SilverfinError] = Misconfigured
    if code in wire.GRANT_IS_GONE:
        kind = Reconnect
    elif code in wire.CLIENT_IS_REFUSED:
        kind = ClientRefused
    elif code in wire.TOKEN_LATER:
        kind = RetryLater
    return kind(problem, status=status, retry_after=wait)


def _action_errors(
    request: wire.Request, payload: object, secrets: tuple[str, ...]
) -> tuple[ActionError, ...]:
    errors = wire.action_errors(payload, request.actions)
    if not errors and wire.error_text(payload):
        errors = [ActionError(None, wire.error_text(payload))]
    return tuple(
        ActionError(error.index, tidy(error.message, secrets)) for error in errors
    )


def _payload(answer: Answer) -> object:
    try:
        return exact_json.loads(answer.body)
    except ValueError:
        return None


def _redirected(request: wire.Request, answer: Answer, url: str) -> SilverfinError:
    target = answer.headers.get("location", "")
    try:
        there, here = urlsplit(urljoin(url, target)), urlsplit(url)
        elsewhere = (there.scheme, there.netloc) != (here.scheme, here.netloc)
    except ValueError:
        elsewhere = False
    # 303 says that a write was done and that its result is elsewhere
    if target and elsewhere and not (request.write and answer.status == 303):
        return Misconfigured(
            "The address of Silverfin sends us on to another one "
            f"({there.scheme}://{shown_host(there.geturl())}), which is not followed: "
            "check the address.",
            status=answer.status,
        )
    return unclear(
        request, f"Silverfin answered {answer.status}, a redirect or less.", answer
    )
