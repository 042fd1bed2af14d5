"""The SyncAPI without its two large calls: settings, companies, references, info,
company settings, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from . import checks
from .answers import empty_answer, json_answer
from .core import new_point
from .paging import page_of

if TYPE_CHECKING:
    from .api import Call


def settings(call: Call) -> Response:
    sandbox = call.sandbox
    return json_answer(
        {
            "max_actions_per_request": sandbox.max_actions,
            "max_analytical_dimensions": sandbox.max_dimensions,
            "account_name_locales": list(sandbox.locales),
        }
    )


def companies(call: Call) -> Response:
    """The firm's client files whose sync was set up with this application."""
    synced = [
        (file, file.sync)
        for file in call.state.files_of(call.firm)
        if file.sync is not None and file.sync.application is call.application
    ]
    return json_answer(
        [
            {
                "id": file.id,
                "name": file.name,
                "sync_reference": sync.reference,
                "sync_point": sync.point,
                "sync_start_at": sync.start,
            }
            for file, sync in page_of(synced, call.request, default=50)
        ]
    )


def replace_references(call: Call) -> Response:
    body = checks.json_object(call.body)
    if "sync_references" not in body:
        raise checks.Wrong("sync_references is missing")
    found = checks.references(body["sync_references"])
    call.state.references[call.firm.id, call.application.id] = found
    return json_answer({"sync_references": [line._asdict() for line in found]})


def info(call: Call) -> Response:
    return json_answer(
        {
            "sync_point": call.sync.point,
            "sync_start_at": call.sync.start,
            "sync_reference": call.sync.reference,
        }
    )


def company_settings(call: Call) -> Response:
    body = checks.json_object(call.body)
    if "years" not in body:
        raise checks.Wrong("years is missing")
    years = checks.years(body["years"])
    retained = body.get("retained_earnings_account")
    if retained is not None:
        retained = checks.text(retained, "retained_earnings_account")
    elif any(year.compute_retained_earnings for year in years):
        raise checks.Wrong(
            "retained_earnings_account is required once a year computes "
            "retained earnings"
        )
    call.file.years = years
    call.file.retained_earnings_account = retained
    return json_answer({})


def reset(call: Call) -> Response:
    """Wipe what is dated after ``after_date``, or everything, accounts included."""
    query = call.request.args
    after = None
    if "after_date" in query:
        after = checks.day(query["after_date"], "after_date")
    call.file.ledger.wipe(after)
    if after is None:
        call.file.accounts.clear()
    call.sync.point = new_point()
    call.sync.used.add(call.sync.point)
    return empty_answer()
