"""JSON whose decimals are exact both ways: no amount ever passes through a float."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import NoReturn

#: Digits beyond which a number is no amount but an attack on memory.
_MOST_DIGITS = 40
# NUL cannot be in a text of PostgreSQL and is always escaped by JSON, so it marks the
# decimals in what the C encoder wrote; the count below proves that it marked only them.
_MARKED = re.compile(r'"\\u0000(-?[0-9]+(?:\.[0-9]+)?)\\u0000"')


def digits(value: Decimal) -> str:
    """``value`` as a JSON number, digit for digit, without exponent.

    :raises ValueError: not finite, or longer than any amount
    """
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError("An amount must be a finite number of a sane size.")
    if not value:
        value = value.copy_abs()  # no "-0.00"
    return format(value, "f")


def dumps(value: object) -> bytes:
    """``value`` as UTF-8 JSON; Decimals become numbers with exactly their digits.

    :raises ValueError: NaN, infinity, or a text with a NUL or half a character
    :raises TypeError: a type that JSON does not have
    """
    decimals = 0

    def other(item: object) -> str:
        nonlocal decimals
        if not isinstance(item, Decimal):
            raise TypeError(f"{type(item).__name__} has no place in JSON.")
        decimals += 1
        return f"\0{digits(item)}\0"

    text = json.dumps(
        value,
        default=other,
        ensure_ascii=False,
        allow_nan=False,
        check_circular=False,  # built here from plain rows
        separators=(",", ":"),
    )
    text, replaced = _MARKED.subn(lambda mark: mark[1], text)
    if replaced != decimals:
        raise ValueError("A text must not hold a NUL character.")
    return text.encode()


def loads(body: bytes) -> object:
    """The value of a UTF-8 JSON text; numbers with a fraction become Decimals.

    :raises ValueError: not JSON, not UTF-8, NaN, absurdly long or deep. The error
        never quotes the text: it may hold tokens.
    """
    problem = ""
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse,
        )
    except _Refused as error:
        problem = str(error)
    except RecursionError:
        problem = "it is nested too deeply"
    except ValueError:
        problem = "it is not valid JSON"
    # raised here, so that the decoder's error (it carries the text) is not its context
    raise ValueError(problem)


class _Refused(ValueError):
    """Valid for Python's decoder, not for us."""


def _decimal(text: str) -> Decimal:
    value = Decimal(text) if len(text) <= 2 * _MOST_DIGITS else None
    if value is None or not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise _Refused("a number in it is too long")
    return value


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise _Refused("a number in it is too long")
    return int(text)


def _refuse(text: str) -> NoReturn:
    raise _Refused(f"{text} is not a number")
