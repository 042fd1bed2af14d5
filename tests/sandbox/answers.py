"""How the sandbox answers: JSON with exact numbers, and refusals as exceptions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Response

_NUMBER = re.compile(r'"\\u0000(-?[0-9.]+)"')


class Refusal(Exception):
    """A request that is not carried out; holds the answer to give."""

    def __init__(
        self, status: int, body: Any, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = {"error": body} if isinstance(body, str) else body
        self.headers = headers or {}

    def response(self) -> Response:
        return json_answer(self.body, self.status, self.headers)


def json_text(value: Any) -> str:
    """JSON in which a Decimal is a number with all its digits, a date ISO text."""
    return _NUMBER.sub(r"\1", json.dumps(value, default=_plain))


def json_answer(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        json_text(value), status, headers=headers, mimetype="application/json"
    )


def empty_answer() -> Response:
    return Response(status=204)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # Marked here, made a bare number by json_text: floats would lose digits.
        return f"\0{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
