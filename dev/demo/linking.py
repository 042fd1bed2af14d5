"""Connecting and linking, as an administrator does it in Odoo and in Silverfin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .browser import Browser
from .failure import DemoFailure
from .runs import Runs
from .silverfin import ADMIN, Silverfin

Domain: TypeAlias = Sequence[tuple[str, str, Any]]


@dataclass(frozen=True)
class Link:
    """A company, its link in Odoo and its client file in Silverfin, by number."""

    id: int
    company_id: int
    company: str
    client_file: int


def connect(browser: Browser, silverfin: Silverfin, application: dict[str, Any]) -> int:
    """Connect by OAuth: Odoo, Silverfin's page, Allow, and back to Odoo.

    :param application: what the sandbox announced: ``client_id``, ``client_secret``
    :return: the id of the connection
    """
    connection = browser.call(
        "silverfin.connection",
        "create",
        {
            "name": "Sandbox",
            "base_url": silverfin.url,
            "client_id": application["client_id"],
            "client_secret_input": application["client_secret"],
            "read_back": True,
        },
    )
    action = browser.call("silverfin.connection", "action_connect", [connection])
    sign_in = browser.open(action["url"])
    authorise = sign_in.follow(ADMIN)
    firm = str(silverfin.firm())
    arrived = authorise.submit({"firm_id": firm}, button="Allow")
    fields = ("state", "state_reason", "firm_number", "read_back_missing")
    (after,) = browser.read("silverfin.connection", [connection], *fields)
    if after["state"] != "connected" or after["firm_number"] != firm:
        raise DemoFailure(f"not connected: {after['state_reason'] or arrived.text()}")
    if after["read_back_missing"]:
        raise DemoFailure("connected, but without the rights that read balances")
    return connection


def link_all(
    browser: Browser,
    silverfin: Silverfin,
    connection: int,
    runs: Runs,
    companies: Domain = (),
) -> list[Link]:
    """Link companies to a client file each, and wait until all are ready.

    :param companies: which ones, as a domain; default: all
    """
    companies = browser.search("res.company", list(companies), "name", order="id")
    files = [
        file["id"] for file in silverfin.client_files() if not file["sync_reference"]
    ]
    ids = [
        browser.call(
            "silverfin.link",
            "create",
            {"connection_id": connection, "company_id": company["id"]},
        )
        for company in companies
    ]
    runs.wait("sending the references")
    if len(files) < len(ids):
        raise DemoFailure(f"{len(ids)} companies, but {len(files)} client files")
    made = browser.read("silverfin.link", ids, "sync_reference")
    for link, file in zip(made, files, strict=False):
        silverfin.set_up_sync(browser, file, link["sync_reference"])
    browser.call("silverfin.connection", "action_refresh_companies", [connection])
    runs.wait("looking for client files")
    links = []
    fields = ("state", "client_file_number", "message")
    after = browser.read("silverfin.link", ids, *fields)
    for company, link in zip(companies, after, strict=True):
        if link["state"] != "ready":
            why = link["message"] or "no reason"
            raise DemoFailure(f"{company['name']} is {link['state']}: {why}")
        number = int(link["client_file_number"])
        links.append(Link(link["id"], company["id"], company["name"], number))
    if sorted(link.client_file for link in links) != sorted(files[: len(links)]):
        raise DemoFailure("the companies are linked to other client files than chosen")
    return links
