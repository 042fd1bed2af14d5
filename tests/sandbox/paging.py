"""``page`` and ``per_page`` of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from werkzeug.wrappers import Request

from .answers import Refusal

LARGEST_PAGE = 200
Item = TypeVar("Item")


def page_of(
    found: Sequence[Item], request: Request, default: int = LARGEST_PAGE
) -> Sequence[Item]:
    """The part of a list that a request asks for; pages count from 1."""
    page = _whole(request, "page", 1)
    size = _whole(request, "per_page", default)
    if size > LARGEST_PAGE:
        raise Refusal(422, f"per_page must not be more than {LARGEST_PAGE}")
    return found[(page - 1) * size : page * size]


def _whole(request: Request, name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise Refusal(422, f"{name} must be a whole number from 1")
    return int(text)
