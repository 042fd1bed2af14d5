"""Webhooks: is it Silverfin that calls, what does it say, can it reach us at all."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import wire
from .address import is_loopback
from .auth import NoToken
from .errors import Unreadable
from .problems import ABOUT_SILVERFIN, Problem
from .transport import Lost, Unusable, WatchedSession, exchange

#: Bytes of a webhook's body that are read; Silverfin's have some hundred.
LARGEST_BODY = 64 * 1024
#: Our own event, by which a server finds out whether its address reaches it.
PROBE_EVENT = "account_silverfin.probe"


def is_signed(body: bytes, headers: Mapping[str, str], tokens: Iterable[str]) -> bool:
    """Whether a signature of the raw body under one of the tokens is among the headers.

    Every token is compared with every header, in constant time: one match is enough,
    so that tokens can be replaced one after the other.
    """
    given = [
        (headers.get(name) or "").encode("utf-8", "replace")
        for name in wire.SIGNATURE_HEADERS
    ]
    found = False
    for token in tokens:
        if not token:
            continue  # anybody can sign with an empty key
        expected = wire.signature(token, body).encode()
        for signature in given:
            found |= hmac.compare_digest(expected, signature)
    return found


def parse(body: bytes) -> wire.Event:
    """What a webhook says; check its signature first.

    :raises Unreadable: it is not what the contract describes
    """
    try:
        return wire.read_event(json.loads(body))
    except (ValueError, RecursionError):  # a Mismatch too
        raise Unreadable("A webhook's body is not what was expected.") from None


def key_digest(key: str) -> str:
    """What is kept of the secret key in our address."""
    return hashlib.sha256(key.encode()).hexdigest()


# --- reaching ourselves --------------------------------------------------------------


@dataclass(frozen=True)
class ProbeResult:
    """Whether our own server answered; else its HTTP status, or why none came."""

    reached: bool
    status: int | None = None
    problem: Problem | None = None


def probe(url: str, token: str, secret: str, *, deadline: float = 10.0) -> ProbeResult:
    """Call our own webhook as Silverfin would, and see whether we are who answers.

    :param token: a signing token
    :param secret: what only we know, for :func:`probe_answer`
    """
    nonce = secrets.token_urlsafe(24)
    body = json.dumps({"event": PROBE_EVENT, "nonce": nonce}).encode()
    direct = is_loopback(urlsplit(url).hostname or "")
    session = WatchedSession(connect_timeout=min(5.0, deadline), direct=direct)
    with session:
        try:
            answer = exchange(
                session,
                "POST",
                url,
                deadline=deadline,
                largest=LARGEST_BODY,
                data=body,
                auth=NoToken(),
                headers={
                    "Content-Type": "application/json",
                    wire.SIGNATURE_HEADERS[0]: wire.signature(token, body),
                },
            )
        except Lost as lost:
            # it was not Silverfin that was called
            if lost.problem.code in ABOUT_SILVERFIN:
                return ProbeResult(False, None, Problem("no_answer"))
            return ProbeResult(False, None, lost.problem)
        except Unusable as answer_:
            return ProbeResult(False, answer_.status)
    expected = probe_answer(secret, nonce).encode()
    reached = answer.status == 200 and hmac.compare_digest(expected, answer.body)
    return ProbeResult(reached, answer.status)


def probe_nonce(body: bytes) -> str:
    """The nonce of a probe, "" where it has none.

    :param body: one that :func:`parse` has read
    """
    nonce = json.loads(body).get("nonce")
    return nonce if isinstance(nonce, str) else ""


def probe_answer(secret: str, nonce: str) -> str:
    """What proves to a prober that it reached itself."""
    return hmac.new(secret.encode(), nonce.encode(), hashlib.sha256).hexdigest()
