"""Faults by rule: which requests go wrong, and how. Also what Silverfin rejects.

A rule matches requests (method, path, company) and picks among them (the nth, every
nth, by chance with a seed, at most so many). Its effect happens before the request is
carried out, after, or both; a submit holds its turn of the client file throughout.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from werkzeug.wrappers import Request, Response

from .answers import json_answer

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
# A held request is let go after this many seconds, so that nothing hangs for ever.
LONGEST_HOLD = 60.0
CUT = "sandbox.cut"


class Drop(Exception):
    """The connection ends here, without an answer."""


@dataclass(slots=True)
class Cut:
    """What happens to an answer on its way: half of it, or byte by byte (seconds).

    The server puts one into each request's environment, under ``CUT``.
    """

    half: bool = False
    drip: float = 0.0


@dataclass(eq=False)
class Rule:
    """One fault.

    Which requests: ``method`` (any when empty), ``path`` (a regular expression that is
    searched in the path), ``company`` (id); of those the ``nth`` (from 1), ``every``
    nth, those a coin with ``chance`` and ``seed`` picks, at most ``times``.

    What happens: ``delay_before`` and ``delay_after`` (seconds, before and after it is
    carried out); ``hold`` "before" or "after" (until released, see ``Faults.release``);
    ``drop`` "before" or "after" (no answer); ``status`` with ``body`` (anything JSON,
    or text) and ``headers`` in the place of the answer, ``html`` for a gateway's page
    (502 unless ``status`` says another); these two are given *instead of* carrying the
    request out unless ``act`` is true; ``half`` (half the answer, then the end),
    ``drip`` (seconds between two bytes of the answer); ``patch`` (keys put into the
    JSON object that is answered; None takes a key out).
    """

    method: str = ""
    path: str = ""
    company: int | None = None
    nth: int | None = None
    every: int | None = None
    chance: float | None = None
    seed: int = 0
    times: int | None = None
    delay_before: float = 0.0
    delay_after: float = 0.0
    hold: str = ""
    drop: str = ""
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    html: bool = False
    act: bool = False
    half: bool = False
    drip: float = 0.0
    patch: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    seen: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)
    waiting: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.hold not in ("", "before", "after"):
            raise ValueError("hold is 'before' or 'after'")
        if self.drop not in ("", "before", "after"):
            raise ValueError("drop is 'before' or 'after'")
        # Numbers come as Decimal over the control API.
        self.delay_before, self.delay_after, self.drip = map(
            float, (self.delay_before, self.delay_after, self.drip)
        )
        self._path = re.compile(self.path)
        self._coin = random.Random(self.seed)
        self.reached = threading.Event()
        self.released = threading.Event()

    def picks(self, method: str, path: str, company: int | None) -> bool:
        """Whether this request goes wrong; counts it."""
        if self.method and self.method.upper() != method:
            return False
        if not self._path.search(path):
            return False
        if self.company is not None and self.company != company:
            return False
        self.seen += 1
        if self.times is not None and self.fired >= self.times:
            return False
        if self.nth is not None and self.seen != self.nth:
            return False
        if self.every is not None and self.seen % self.every:
            return False
        if self.chance is not None and self._coin.random() >= self.chance:
            return False
        self.fired += 1
        return True

    def play(self, request: Request, act: Callable[[], Response]) -> Response:
        """Carry a request out, or not, the way this fault has it."""
        time.sleep(self.delay_before)
        self._wait("before")
        if self.drop == "before":
            raise Drop
        replaced = self.status is not None or self.html
        answer = act() if self.act or not replaced else None
        time.sleep(self.delay_after)
        self._wait("after")
        if self.drop == "after":
            raise Drop
        if replaced or answer is None:
            answer = self._answer()
        if self.patch:
            answer = _patched(answer, self.patch)
        cut = request.environ.get(CUT, Cut())
        cut.half, cut.drip = self.half, self.drip
        return answer

    def _wait(self, moment: str) -> None:
        if self.hold != moment:
            return
        self.waiting += 1
        self.reached.set()
        self.released.wait(LONGEST_HOLD)
        self.waiting -= 1

    def _answer(self) -> Response:
        if self.html:
            return Response(
                HTML, self.status or 502, headers=self.headers, mimetype="text/html"
            )
        if isinstance(self.body, str):
            return Response(self.body, self.status, headers=self.headers)
        body = {"error": "A fault was asked for."} if self.body is None else self.body
        return json_answer(body, self.status or 500, self.headers)


class Faults:
    """The rules in force; the first that picks a request has its way."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._ids = count(1)
        self._lock = threading.Lock()

    def add(self, rule: Rule | None = None, **fields: Any) -> Rule:
        """Put a rule in force: a ``Rule``, or its fields."""
        rule = rule or Rule(**fields)
        rule.id = next(self._ids)
        with self._lock:
            self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """No more faults; held requests are let go."""
        self.release()
        with self._lock:
            self.rules = []

    def release(self, rule: Rule | None = None) -> None:
        """Let held requests go on, those of one rule or all."""
        for held in [rule] if rule else list(self.rules):
            held.released.set()

    def pick(self, method: str, path: str, company: int | None) -> Rule | None:
        """The rule for this request, if any."""
        if not self.rules:
            return None
        with self._lock:
            for rule in self.rules:
                if rule.picks(method, path, company):
                    return rule
        return None


@dataclass(eq=False)
class Rejection:
    """An action that Silverfin does not take, though its shape is right.

    Matches on every condition that is set. Without ``index`` the answer is
    ``{"error": message}`` and names no action.
    """

    account_number: str = ""
    id: str = ""
    description: str = ""
    company: int | None = None
    message: str = "This transaction cannot be processed."
    index: bool = True

    def __post_init__(self) -> None:
        if not (self.account_number or self.id or self.description):
            raise ValueError("say which: account_number, id or description")

    def refuses(self, company: int, id: str, number: str, description: str) -> bool:
        return (
            (self.company is None or self.company == company)
            and (not self.id or self.id == id)
            and (not self.account_number or self.account_number == number)
            and (not self.description or self.description in description)
        )


def _patched(answer: Response, patch: dict[str, Any]) -> Response:
    body = answer.get_json()
    if not isinstance(body, dict):
        raise ValueError("patch needs an answer that is a JSON object")
    body.update(patch)
    return json_answer(
        {key: value for key, value in body.items() if value is not None},
        answer.status_code,
    )
