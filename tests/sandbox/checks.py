"""Strict reading of what is sent: every shape and type of the contract, nothing more.

Each function takes parsed JSON (numbers as ``int`` or ``Decimal``) and gives the
typed thing, or raises ``Wrong`` with a sentence that says where and why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .ledger import Transaction
from .state import ACCOUNT_TYPES, Reference, Year

MAX_LABELS = 10
CATEGORIES = ("payable", "receivable")
UPSERT_NEEDS = frozenset({"id", "date", "account_number", "value"})
UPSERT_KEYS = UPSERT_NEEDS | {
    "description",
    "relation",
    "open_transaction",
    "analytical_dimensions",
    "extra_fields",
}
YEAR_KEYS = frozenset(
    {
        "start_date",
        "end_date",
        "compute_opening_balances",
        "compute_retained_earnings",
    }
)


class Wrong(Exception):
    """Something that was sent does not have the shape it must have."""


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object, decimals exact; NaN and Infinity are refused."""
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"The body is not JSON: {error}") from error
    if type(value) is not dict:
        raise Wrong("The body is not a JSON object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def text(value: Any, where: str, *, empty: bool = False) -> str:
    if type(value) is not str:
        raise Wrong(f"{where} must be a string")
    if not value and not empty:
        raise Wrong(f"{where} must not be empty")
    return value


def number(value: Any, where: str) -> Decimal:
    """A JSON number that is finite also when read as a double."""
    kind = type(value)
    if kind is not Decimal and kind is not int:
        raise Wrong(f"{where} must be a number")
    amount = Decimal(value)
    if not amount.is_finite() or amount.adjusted() > 300:
        raise Wrong(f"{where} must be finite")
    return amount


@lru_cache(maxsize=20_000)
def _iso_date(value: str) -> date | None:
    # fromisoformat alone would take "20260131" too, from Python 3.11 on.
    if len(value) != 10 or value[4] != "-" or value[7] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def day(value: Any, where: str) -> date:
    found = _iso_date(value) if type(value) is str else None
    if found is None:
        raise Wrong(f"{where} must be a date written YYYY-MM-DD")
    return found


def members(value: Any, where: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise Wrong(f"{where} must be an object")
    return value


def items(value: Any, where: str) -> list[Any]:
    if type(value) is not list:
        raise Wrong(f"{where} must be a list")
    return value


def keys(
    value: Mapping[str, Any],
    where: str,
    needed: frozenset[str],
    allowed: frozenset[str] | None = None,
) -> None:
    """Exactly the keys there must and may be, so that a typo shows."""
    present = value.keys()
    if not needed <= present:
        raise Wrong(f"{where} lacks {', '.join(sorted(needed - present))}")
    if not present <= (allowed or needed):
        unknown = ", ".join(sorted(present - (allowed or needed)))
        raise Wrong(f"{where} has unknown keys: {unknown}")


def labels(value: Any) -> tuple[str, ...]:
    found = items(value, "extra_field_labels")
    if len(found) > MAX_LABELS:
        raise Wrong(f"extra_field_labels has more than {MAX_LABELS} labels")
    return tuple(text(label, "A label of extra_field_labels") for label in found)


def account(
    value: Any, where: str, locales: frozenset[str]
) -> tuple[str, dict[str, str], str]:
    """Number, names by locale and type."""
    account = members(value, where)
    keys(account, where, frozenset({"number", "names", "type"}))
    names = members(account["names"], f"{where}: names")
    if not names:
        raise Wrong(f"{where}: names must hold at least one name")
    for locale, name in names.items():
        if locale not in locales:
            raise Wrong(f"{where}: unknown locale {locale!r}")
        text(name, f"{where}: name in {locale}")
    if account["type"] not in ACCOUNT_TYPES:
        raise Wrong(f"{where}: type must be one of {', '.join(ACCOUNT_TYPES)}")
    return text(account["number"], f"{where}: number"), names, account["type"]


def action(
    value: Any, known: Mapping[str, Any], extra_fields: int, max_dimensions: int
) -> Transaction | str:
    """The transaction to put in, or the id of the one to take out.

    ``known`` holds the account numbers there are, ``extra_fields`` the number of
    labels that were sent.
    """
    action = members(value, "The action")
    if len(action) != 1:
        raise Wrong("An action is exactly one of upsert and delete")
    if "delete" in action:
        delete = members(action["delete"], "delete")
        keys(delete, "delete", frozenset({"id"}))
        return text(delete["id"], "id")
    if "upsert" not in action:
        raise Wrong("An action is exactly one of upsert and delete")
    return _upsert(action["upsert"], known, extra_fields, max_dimensions)


def _upsert(
    value: Any, known: Mapping[str, Any], extra_fields: int, max_dimensions: int
) -> Transaction:
    upsert = members(value, "upsert")
    keys(upsert, "upsert", UPSERT_NEEDS, UPSERT_KEYS)
    account_number = text(upsert["account_number"], "account_number")
    if account_number not in known:
        raise Wrong(f"Account {account_number} is unknown")
    open_value, category = _open_transaction(upsert.get("open_transaction"))
    return Transaction(
        text(upsert["id"], "id"),
        day(upsert["date"], "date"),
        # The string the accounts already hold: each number is kept once.
        known[account_number].number,
        number(upsert["value"], "value"),
        text(upsert.get("description", ""), "description", empty=True),
        text(upsert.get("relation", ""), "relation", empty=True),
        open_value,
        category,
        _dimensions(upsert.get("analytical_dimensions", []), max_dimensions),
        _extra_fields(upsert.get("extra_fields", []), extra_fields),
    )


def _extra_fields(value: Any, most: int) -> tuple[str, ...]:
    found = items(value, "extra_fields")
    if len(found) > most:
        raise Wrong("extra_fields has more values than there are extra_field_labels")
    if found and set(map(type, found)) != {str}:
        raise Wrong("extra_fields must hold strings")
    return tuple(found)


def _open_transaction(value: Any) -> tuple[Decimal | None, str | None]:
    if value is None:
        return None, None
    item = members(value, "open_transaction")
    keys(item, "open_transaction", frozenset({"value", "category"}))
    if item["category"] not in CATEGORIES:
        raise Wrong("open_transaction: category must be payable or receivable")
    return number(item["value"], "open_transaction: value"), item["category"]


def _dimensions(value: Any, most: int) -> tuple[tuple[int, str, str], ...]:
    found = items(value, "analytical_dimensions")
    if not found:
        return ()
    if len(found) > most:
        raise Wrong(f"analytical_dimensions has more than {most} dimensions")
    dimensions = []
    for entry in found:
        dimension = members(entry, "A dimension")
        keys(dimension, "A dimension", frozenset({"type", "code", "name"}))
        if type(dimension["type"]) is not int or not 1 <= dimension["type"] <= 4:
            raise Wrong("A dimension's type must be 1, 2, 3 or 4")
        dimensions.append(
            (
                dimension["type"],
                text(dimension["code"], "A dimension's code"),
                text(dimension["name"], "A dimension's name", empty=True),
            )
        )
    return tuple(dimensions)


def references(value: Any) -> list[Reference]:
    found = []
    for entry in items(value, "sync_references"):
        line = members(entry, "A sync reference")
        keys(line, "A sync reference", frozenset({"reference", "name"}))
        found.append(
            Reference(text(line["reference"], "reference"), text(line["name"], "name"))
        )
    if len({line.reference for line in found}) < len(found):
        raise Wrong("sync_references names a reference twice")
    return found


def years(value: Any) -> list[Year]:
    """Financial years, which must follow each other without overlap or gap."""
    found = []
    for entry in items(value, "years"):
        given = members(entry, "A year")
        keys(given, "A year", YEAR_KEYS)
        for flag in ("compute_opening_balances", "compute_retained_earnings"):
            if type(given[flag]) is not bool:
                raise Wrong(f"{flag} must be true or false")
        found.append(
            Year(
                day(given["start_date"], "start_date"),
                day(given["end_date"], "end_date"),
                given["compute_opening_balances"],
                given["compute_retained_earnings"],
            )
        )
    if not found:
        raise Wrong("years must hold at least one year")
    found.sort()
    for year in found:
        if not timedelta(0) <= year.end - year.start < timedelta(days=730):
            raise Wrong("A year must end after it starts, and within two years")
    for before, after in zip(found, found[1:], strict=False):
        if after.start <= before.end:
            raise Wrong(f"The years overlap on {after.start.isoformat()}")
        if after.start != before.end + timedelta(days=1):
            raise Wrong(f"There is a gap in the years before {after.start.isoformat()}")
    return found
