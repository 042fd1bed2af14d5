"""Reading balances back: periods, account values, adjustments, open transactions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from . import books
from .answers import Refusal, json_answer
from .ledger import ZERO
from .paging import page_of
from .state import ClientFile, State, Year

if TYPE_CHECKING:
    from .api import Call


def firm(call: Call) -> Response:
    return json_answer({"id": call.firm.id, "name": call.firm.name})


def periods_of(state: State, file: ClientFile) -> list[tuple[int, date, Year]]:
    """Id, end and financial year of each period, newest first."""
    found = []
    for end, year in books.period_ends(file):
        if end not in file.period_ids:
            file.period_ids[end] = state.next_id("period")
        found.append((file.period_ids[end], end, year))
    return found[::-1]


def periods(call: Call) -> Response:
    found = page_of(periods_of(call.state, call.file), call.request)
    return json_answer(
        [
            {
                "id": id,
                "end_date": end,
                "fiscal_year": {"start_date": year.start, "end_date": year.end},
            }
            for id, end, year in found
        ]
    )


def _period(call: Call) -> tuple[date, Year]:
    for id, end, year in periods_of(call.state, call.file):
        if id == call.args["period"]:
            return end, year
    raise Refusal(404, "Not found")


def period_accounts(call: Call) -> Response:
    end, year = _period(call)
    values = books.balances(call.file, end)
    if call.sandbox.adjustments_in_value:
        for entry in call.file.adjustments:
            if year.start <= entry.date <= end:
                number = entry.account_number
                values[number] = values.get(number, ZERO) + entry.value
    found = page_of(sorted(values.items()), call.request)
    return json_answer(
        [{"account": _account(call, n), "value": value} for n, value in found]
    )


def adjustments(call: Call) -> Response:
    """Those of the period's financial year up to its end (assumed)."""
    end, year = _period(call)
    found = [e for e in call.file.adjustments if year.start <= e.date <= end]
    return json_answer(
        [
            {
                "id": entry.id,
                "account": _account(call, entry.account_number),
                "value": entry.value,
                "description": entry.description,
            }
            for entry in page_of(found, call.request)
        ]
    )


def open_transactions(call: Call) -> Response:
    found = [line for line in call.file.ledger if line.open_category]
    return json_answer(
        [
            {
                "id": line.id,
                "date": line.date,
                "account": _account(call, line.account_number),
                "value": _open_value(line.open_value),
                "category": line.open_category,
                "description": line.description,
                "relation": line.relation,
            }
            for line in page_of(found, call.request)
        ]
    )


def _open_value(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value


def _account(call: Call, number: str) -> dict[str, Any]:
    account = call.file.accounts.get(number)
    if account is None:
        # The retained-earnings account need not have been sent.
        return {"id": 0, "number": number, "name": number}
    return {"id": account.id, "number": number, "name": account.name}
