"""Webhooks: subscribing to them, signing them, and sending them in a thread."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from werkzeug.wrappers import Response

from .answers import Refusal, empty_answer, json_answer
from .state import WEBHOOK_EVENTS, ClientFile, Webhook

if TYPE_CHECKING:
    from .api import Call

LOOPBACK = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 10.0


@dataclass(eq=False, slots=True)
class Delivery:
    """One webhook that was sent; ``status`` is None until it was answered."""

    webhook: Webhook
    event: str
    company: int
    status: int | None = None
    error: str = ""


def signature(token: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 of the raw body."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def headers_for(webhook: Webhook, body: bytes) -> dict[str, str]:
    first, second = webhook.application.signing_tokens
    return {
        "Content-Type": "application/json",
        "X-SF-SIGNATURE-1": signature(first, body),
        "X-SF-SIGNATURE-2": signature(second, body),
    }


def body_for(webhook: Webhook, event: str, client_file: ClientFile) -> bytes:
    """What is sent: no firm id and no reference in it, as documented."""
    company = {"id": client_file.id, "name": client_file.name}
    return json.dumps(
        {"webhook": shape(webhook), "event": event, "company": company}
    ).encode()


def shape(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "user_id": webhook.user_id,
        "expired_at": webhook.expired_at and webhook.expired_at.isoformat(),
    }


class Deliveries(list[Delivery]):
    """What was sent, oldest first. ``post`` can be replaced to send another way."""

    def __init__(self) -> None:
        super().__init__()
        self.post: Callable[[str, bytes, dict[str, str]], int] = _post
        self._threads: list[threading.Thread] = []

    def send(self, webhook: Webhook, event: str, client_file: ClientFile) -> Delivery:
        """Send an event, in a thread of its own."""
        delivery = Delivery(webhook, event, client_file.id)
        self.append(delivery)
        body = body_for(webhook, event, client_file)
        thread = threading.Thread(
            target=self._deliver, args=(delivery, body), name="webhook", daemon=True
        )
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()
        return delivery

    def wait(self, timeout: float = TIMEOUT) -> None:
        """Wait until everything that was sent is answered or given up."""
        for thread in list(self._threads):
            thread.join(timeout)

    def _deliver(self, delivery: Delivery, body: bytes) -> None:
        headers = headers_for(delivery.webhook, body)
        try:
            delivery.status = self.post(delivery.webhook.url, body, headers)
        except Exception as error:
            # Whatever goes wrong there must not end the sandbox; it is shown instead.
            delivery.error = f"{type(error).__name__}: {error}"


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    answer = requests.post(
        url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
    )
    return answer.status_code


def listing(call: Call) -> Response:
    found = [
        shape(webhook)
        for webhook in call.state.webhooks.values()
        if webhook.firm is call.firm and webhook.application is call.application
    ]
    return json_answer(found)


def create(call: Call) -> Response:
    if call.request.mimetype != "multipart/form-data":
        raise Refusal(422, "The body must be multipart/form-data")
    url = call.request.form.get("url", "")
    events = call.request.form.getlist("events[]")
    _check_url(url, call.sandbox.loopback_webhooks)
    if not events or not set(events) <= set(WEBHOOK_EVENTS):
        raise Refusal(422, f"events must be among {', '.join(WEBHOOK_EVENTS)}")
    webhook = Webhook(
        call.state.next_id("webhook"),
        call.firm,
        call.application,
        url,
        tuple(dict.fromkeys(events)),
        call.token.user.id,
    )
    call.state.webhooks[webhook.id] = webhook
    return json_answer(shape(webhook), 201)


def delete(call: Call) -> Response:
    webhook = call.state.webhooks.get(call.args["webhook"])
    if (
        webhook is None
        or webhook.firm is not call.firm
        or webhook.application is not call.application
    ):
        raise Refusal(404, "Not found")
    del call.state.webhooks[webhook.id]
    return empty_answer()


def _check_url(url: str, loopback: bool) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise Refusal(422, "url is not an address") from error
    if not host:
        raise Refusal(422, "url is not an address")
    if parts.scheme == "https" or (
        parts.scheme == "http" and loopback and host in LOOPBACK
    ):
        return
    raise Refusal(422, "url must be https")
