"""The log of requests, newest first."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.wrappers import Response

from ..requestlog import Entry
from .layout import page, table

if TYPE_CHECKING:
    from ..core import Sandbox

SHOWN = 200


def listing(sandbox: Sandbox, company: str) -> Response:
    """The last requests, of all or of one client file."""
    wanted = int(company) if company.isascii() and company.isdigit() else None
    found = sandbox.log if wanted is None else sandbox.log.of(wanted)
    rows = [_row(entry) for entry in found[: -SHOWN - 1 : -1]]
    about = f"{len(found):,} requests"
    if wanted is not None:
        about += f" on client file {wanted}, {sandbox.log.overlaps(wanted)} overlaps"
    body = Markup("<p class='soft'>{}, the last {} are shown.</p>{}").format(
        about,
        min(len(found), SHOWN),
        table(["Started (UTC)", "ms", "Request", "Actions", "Bytes", "Answer"], rows),
    )
    return page("Requests", body)


def _row(entry: Entry) -> list[object]:
    started = datetime.fromtimestamp(entry.started, timezone.utc)
    ended = entry.ended
    path = f"{entry.path}?{entry.query}" if entry.query else entry.path
    bad = entry.status is not None and not 200 <= entry.status < 400
    status = {None: "under way", 0: "no answer"}.get(entry.status, entry.status)
    return [
        started.strftime("%H:%M:%S.%f")[:-3],
        0 if ended is None else round((ended - entry.started) * 1000),
        Markup("{} {}").format(entry.method, path),
        entry.action_count,
        entry.bytes,
        Markup("<span{}>{} {}</span>").format(
            Markup(" class='bad'") if bad else "", status, entry.message
        ),
    ]
