"""Books and client files as they are on an ordinary day, made by what a person does.

One client file is equal, one is behind, one holds changes in a closed year and has an
entry set aside, one waits for Silverfin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from demo.bookkeeping import Bookkeeper
from demo.failure import DemoFailure
from demo.linking import Link
from demo.program import LOGIN, LONG_ENTRY_IN, PASSWORD, Demo
from demo.runs import LONGEST, PAUSE

NAMES = ("Bakery Ltd", "Garage Ltd", "Studio Ltd")


@contextmanager
def situation(environment: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of the running Odoo, and the names for addresses of pictures."""
    with Demo(environment, "pictures") as demo:
        links = demo.link()
        call = demo.browser.call
        # the Belgian books with most entries come first
        links.sort(key=lambda link: link.company != LONG_ENTRY_IN)
        for link, name in zip(links, NAMES, strict=False):
            call("res.company", "write", [link.company_id], {"name": name})
            demo.silverfin.control("rename", client_file=link.client_file, name=name)
        (connection,) = call("silverfin.connection", "search", [])
        call("silverfin.connection", "write", [connection], {"name": "The Firm"})
        call("silverfin.connection", "action_refresh_companies", [connection])
        demo.runs.wait("looking at the names")
        demo.first(links)
        equal, behind, needs = links[:3]
        known: dict[str, Any] = {"password": PASSWORD, "login": LOGIN}
        known |= {"equal": equal.id, "behind": behind.id, "needs": needs.id}
        known["today"] = date.today().strftime("%m/%d/%Y")
        known["connection"] = connection
        known["dashboard"] = "silverfin"
        _hold(demo, needs)
        known["statement"] = _statement(demo, equal)
        _fall_behind(demo, behind)
        known["checkup"] = _check_up(demo, behind)
        known["file"] = _file(demo, equal)
        known |= _set_ups(demo, connection, equal)
        found = call("res.company", "search", [])
        known["ticked"] = "-".join(map(str, found))
        yield demo.odoo.url, known


def _of(link: Link) -> Mapping[str, Any]:
    return {"context": {"allowed_company_ids": [link.company_id]}}


def _hold(demo: Demo, link: Link) -> None:
    """Somebody books into a year that was signed; another entry has a typing error."""
    last_year = date(date.today().year - 1, 12, 31)
    call = demo.browser.call
    call(
        "silverfin.link",
        "write",
        [link.id],
        {"closed_until": last_year.isoformat(), "closed_policy": "hold"},
    )
    keeper = Bookkeeper(demo.browser, link.company_id)
    keeper.post_late_entry()
    keeper.post_cost(date(date.today().year + 8, 3, 1), "Insurance", 48000)
    call("silverfin.link", "action_sync", [link.id])
    demo.runs.wait("holding a change")


def _fall_behind(demo: Demo, link: Link) -> None:
    """Booked after the last synchronisation; a worker notices at its next look."""
    keeper = Bookkeeper(demo.browser, link.company_id)
    for days, cents in ((9, 32450), (6, 118900), (2, 7560)):
        keeper.post_cost(date.today() - timedelta(days=days), "Rent", cents)
    # as some hours later: the next look is due, and finds what was booked since
    demo.postgres.query(
        "UPDATE silverfin_position SET overview_at = overview_at - interval '2 hours', "
        "last_sync_at = last_sync_at - interval '3 hours' WHERE id = "
        f"(SELECT position_id FROM silverfin_link WHERE id = {link.id})",
        demo.database,
    )
    connection = demo.browser.search("silverfin.connection", [], limit=1)[0]["id"]
    demo.browser.call("silverfin.connection", "action_refresh_companies", [connection])
    demo.runs.wait("a worker's next turn")
    ends_at = time.monotonic() + LONGEST
    while not demo.browser.read("silverfin.link", [link.id], "behind")[0]["behind"]:
        if time.monotonic() > ends_at:
            raise DemoFailure("no worker noticed that the client file is behind")
        time.sleep(PAUSE)


def _statement(demo: Demo, link: Link) -> str:
    """The address of the page of a statement of agreement."""
    demo.browser.call("silverfin.link", "action_statement", [link.id])
    demo.runs.wait("making a statement")
    (found,) = demo.browser.search("silverfin.statement", [], "name", limit=1)
    return (
        f"{demo.odoo.url}/report/html/account_silverfin.report_statement/{found['id']}"
    )


def _check_up(demo: Demo, link: Link) -> int:
    action = demo.browser.call("silverfin.link", "action_checkup", [link.id])
    return action["res_id"]


def _file(demo: Demo, link: Link) -> int:
    """A file of journal items that is ready."""
    call, of = demo.browser.call, _of(link)
    file = call("silverfin.export", "create", {"company_id": link.company_id}, **of)
    call("silverfin.export", "action_make", [file], **of)
    return file


def _set_ups(demo: Demo, connection: int, link: Link) -> dict[str, int]:
    """The assistant at several of its steps."""
    call = demo.browser.call
    florist, _grocer = call(
        "res.company", "create", [{"name": "Florist Ltd"}, {"name": "Grocer Ltd"}]
    )
    found = call("res.company", "search", [])
    call("res.users", "write", [2], {"company_ids": [(6, 0, found)]})
    demo.browser.tick(found)
    waiting = call(
        "silverfin.link",
        "create",
        {"connection_id": connection, "company_id": florist},
    )
    demo.runs.wait("sending a reference")
    other = call(
        "silverfin.connection",
        "create",
        {
            "name": "Another Firm",
            "client_id": "from-silverfin",
            "client_secret_input": "from-silverfin",
        },
    )
    made = {
        "access": {"has_client_id": "no"},
        "connect": {"connection_id": other},
        "companies": {"connection_id": connection},
        "silverfin": {"connection_id": connection, "link_ids": [(6, 0, [waiting])]},
        "proof": {"connection_id": connection, "link_ids": [(6, 0, [link.id])]},
    }
    ids = {}
    for step, values in made.items():
        ids[step] = call("silverfin.setup", "create", values)
        call("silverfin.setup", "write", [ids[step]], {"step": step})
    return ids
