"""Submit: a batch of upserts and deletes, taken as a whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from . import checks
from .answers import Refusal, json_answer
from .core import new_point
from .faults import Rejection
from .ledger import Transaction
from .state import Account, ClientFile, Sync

if TYPE_CHECKING:
    from .api import Call


def submit(call: Call) -> Response:
    """Check everything first, then change the client file."""
    file, sync, sandbox = call.file, call.sync, call.sandbox
    body = checks.json_object(call.body)
    for key in ("sync_point", "actions"):
        if key not in body:
            raise checks.Wrong(f"{key} is missing")
    actions = checks.items(body["actions"], "actions")
    call.entry.action_count = len(actions)
    point = checks.text(body["sync_point"], "sync_point", empty=True)
    _check_point(sandbox.sync_point, sync, point)
    if not actions:
        raise checks.Wrong("actions must hold at least one action")
    if len(actions) > sandbox.max_actions:
        raise checks.Wrong(f"actions has more than {sandbox.max_actions} actions")
    accounts = _accounts(call, body.get("accounts", []))
    labels = checks.labels(body.get("extra_field_labels", []))
    lines = _checked(call, actions, {**file.accounts, **accounts}, len(labels))
    _reject(sandbox.rejections, file, lines)
    file.accounts.update(accounts)
    file.extra_field_labels = labels
    _apply(file, lines)
    sync.point = point if sandbox.sync_point == "chosen" else new_point()
    sync.used.add(sync.point)
    return json_answer({"sync_point": sync.point})


def _check_point(reading: str, sync: Sync, point: str) -> None:
    if reading == "issued":
        if point != sync.point:
            raise Refusal(409, "The sync point is not the company's current one")
    elif not point or point in sync.used:
        raise Refusal(409, "The sync point was used before")


def _accounts(call: Call, value: Any) -> dict[str, Account]:
    """The accounts as they will be, without changing those that are."""
    locales = frozenset(call.sandbox.locales)
    found: dict[str, Account] = {}
    for index, entry in enumerate(checks.items(value, "accounts")):
        number, names, kind = checks.account(entry, f"accounts[{index}]", locales)
        known = found.get(number) or call.file.accounts.get(number)
        found[number] = Account(
            known.id if known else call.state.next_id("account"),
            known.number if known else number,
            {**known.names, **names} if known else names,
            kind,
        )
    return found


def _checked(
    call: Call, actions: list[Any], known: dict[str, Account], labels: int
) -> list[Transaction | str]:
    most = call.sandbox.max_dimensions
    lines, errors = [], []
    for index, action in enumerate(actions):
        try:
            lines.append(checks.action(action, known, labels, most))
        except checks.Wrong as wrong:
            errors.append({"index": index, "message": str(wrong)})
    if errors:
        raise Refusal(422, {"errors": errors})
    return lines


def _reject(
    rules: list[Rejection], file: ClientFile, lines: list[Transaction | str]
) -> None:
    if not rules:
        return
    errors = []
    for index, line in enumerate(lines):
        if isinstance(line, str):
            subject = (line, "", "")
        else:
            subject = (line.id, line.account_number, line.description)
        for rule in rules:
            if rule.refuses(file.id, *subject):
                if not rule.index:
                    raise Refusal(422, rule.message)
                errors.append({"index": index, "message": rule.message})
                break
    if errors:
        raise Refusal(422, {"errors": errors})


def _apply(file: ClientFile, lines: list[Transaction | str]) -> None:
    for line in lines:
        if isinstance(line, str):
            file.ledger.delete(line)
        elif line.dimensions and not file.analytical:
            file.ledger.upsert(line._replace(dimensions=()))
        else:
            file.ledger.upsert(line)
