"""Silverfin calls a real server, which found out before that it can be reached."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import requests
from books import copy_entry
from devlib import OdooServer
from devlib.odoo_command import free_port
from place import Place
from session import Session

FOREIGN = "A client of another database"


@contextmanager
def served(place: Place, **options: Any) -> Iterator[Session]:
    """One server at its own base URL, with the signing tokens filled in."""
    if place.open_runs():
        place.run_servers(1)
        place.settle()
    place.run_servers(0)
    port = free_port()
    write_parameters(place, f"http://127.0.0.1:{port}")
    server = OdooServer(
        place.books.database, http_port=port, environment=place.environment, **options
    )
    server.start()
    place.servers.append(server)
    try:
        yield place.session(server)
    finally:
        place.run_servers(0)


def write_parameters(place: Place, url: str) -> None:
    """While no server runs: they keep what they read."""
    for key, value in (("web.base.url", url), ("web.base.url.freeze", "True")):
        place.books.rows(
            """INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)
            ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value""",
            key,
            value,
        )
    place.books.rows(
        "UPDATE silverfin_connection SET webhook_token_1 = %s, webhook_token_2 = %s",
        *signing_tokens(place),
    )


def signing_tokens(place: Place) -> list[str]:
    client_id = place.books.value("SELECT client_id FROM silverfin_connection")
    application = place.sandbox(
        "redirect_uris", client_id=client_id, redirect_uris=["http://127.0.0.1/none"]
    )
    return application["webhook_tokens"]


def look(place: Place, session: Session) -> tuple[str, str]:
    """Press "Look for Client Files"; whether Silverfin calls, and why (not)."""
    connection = [place.connection]
    session.call("silverfin.connection", "action_refresh_companies", connection)
    place.settle()
    names = ["webhook_state", "webhook_reason"]
    (shown,) = session.call("silverfin.connection", "read", connection, names)
    return shown["webhook_state"], shown["webhook_reason"]


def test_the_arrows_in_silverfin_synchronise(place: Place) -> None:
    file, other = place.files[0], place.files[1]
    with served(place, max_cron_threads=2) as session:
        assert look(place, session)[0] == "webhook"
        place.ask("action_sync", file, other)
        place.settle()
        with place.books.connect() as connection, connection, connection.cursor() as cr:
            copy_entry(cr, file.company)
        before, sent = place.books.latest_run(), len(place.sandbox("deliveries"))

        place.sandbox("refresh", client_file=file.id)
        (delivery,) = place.sandbox("deliveries")[sent:]
        assert delivery["status"] == 200, delivery
        place.settle()

        (run,) = place.books.runs_since(before)
        assert (run["kind"], run["trigger"]) == ("sync", "webhook"), run
        assert (run["link_id"], run["state"]) == (file.link, "done"), run
        place.check_equal(file)

        # another database's client file: looked at, and neither kept nor logged
        before = place.books.latest_run()
        foreign = place.sandbox(
            "client_file", firm=place.sandbox("state")["firms"][0]["id"], name=FOREIGN
        )
        place.sandbox("set_up_sync", client_file=foreign["id"], reference="other:1")
        place.sandbox("deliveries")
        place.settle()
        kinds = [(r["kind"], r["trigger"]) for r in place.books.runs_since(before)]
        assert kinds == [("companies", "webhook")]
        place.sandbox("refresh", client_file=foreign["id"])
        assert place.sandbox("deliveries")[-1]["status"] == 200
        assert not place.open_runs()
        assert FOREIGN not in place.servers[0].log.read_text()
        place.sandbox("remove_sync", client_file=foreign["id"])
        place.sandbox("deliveries")
        place.settle()


def test_one_call_that_comes_many_times_at_once(place: Place) -> None:
    file = place.files[0]
    with served(place) as session:
        assert look(place, session)[0] == "webhook"
        sent = len(place.sandbox("deliveries"))
        place.sandbox("refresh", client_file=file.id)
        url = place.sandbox("deliveries")[sent]["url"]
        place.settle()
        company = {"id": file.id, "name": "x"}
        body = json.dumps({"event": "sync.requested", "company": company}).encode()
        token = signing_tokens(place)[1].encode()
        headers = {
            "Content-Type": "application/json",
            "X-SF-SIGNATURE-2": hmac.new(token, body, hashlib.sha256).hexdigest(),
        }

        def call(_number: int) -> int:
            answer = requests.post(url, data=body, headers=headers, timeout=120)
            assert "Set-Cookie" not in answer.headers
            return answer.status_code

        before = place.books.latest_run()
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(call, range(16))) == [200] * 16
        place.settle()
        assert [run["kind"] for run in place.books.runs_since(before)] == ["sync"]


def test_one_worker_process_reaches_itself(place: Place) -> None:
    """The probe is the cron's: a request that called its own server would hang."""
    with served(place, workers=1) as session:
        assert look(place, session)[0] == "webhook"


def test_several_databases_without_a_filter(place: Place) -> None:
    with served(place) as session:
        assert look(place, session)[0] == "webhook"
    sent = len(place.sandbox("deliveries"))
    # our own server must still be logged in to: by its cookie it knows the database
    with served(place, options=["--db-filter=.*"]) as session:
        state, reason = look(place, session)
        assert state == "polling" and "dbfilter" in reason, reason
        place.sandbox("refresh", client_file=place.files[0].id)
        assert len(place.sandbox("deliveries")) == sent, "it is still registered"
