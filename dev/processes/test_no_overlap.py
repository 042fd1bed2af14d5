"""Two servers never send to one client file at once, and do work in parallel."""

from __future__ import annotations

import time

from control import SUBMITS, Control
from locks import holders
from place import ClientFile, Place

FEW_ACTIONS = 4
SECONDS_PER_SUBMIT = 0.05


def slow_down(sandbox: Control) -> None:
    """A load of many batches, long enough for several turns."""
    sandbox("switch", max_actions=FEW_ACTIONS)
    sandbox("fault", path=SUBMITS, delay_before=SECONDS_PER_SUBMIT)


def check(place: Place, mark: int, file: ClientFile) -> None:
    sandbox = place.sandbox
    assert sandbox("overlaps", client_file=file.id)["overlaps"] == 0
    statuses = [entry["status"] for entry in sandbox.requests_since(mark, file.id)]
    assert 429 not in statuses
    submits = sandbox.submits_since(mark, file.id)
    items = len(place.books.lines(file.company))
    assert sum(entry["action_count"] for entry in submits) == items, "sent once each"
    assert len(submits) >= items / FEW_ACTIONS
    place.check_equal(file)


def test_two_servers_one_client_file(place: Place) -> None:
    servers = place.run_servers(2)
    file = place.files[0]
    slow_down(place.sandbox)
    mark, before = place.sandbox.mark(), place.books.latest_run()
    log_ends = [server.log.stat().st_size for server in servers]

    place.ask("action_reset", file)
    sessions = [place.session(server) for server in servers]
    while place.open_runs():
        for session in sessions:
            # wakes every worker of both servers
            session.call("silverfin.link", "action_sync", [file.link])
        time.sleep(0.3)
        if not reset_is_open(place):
            break
    place.settle()

    check(place, mark, file)
    place.check_runs_since(before)
    for server, end in zip(servers, log_ends, strict=True):
        with server.log.open() as log:
            log.seek(end)
            assert "Silverfin" in log.read(), "this server's workers were never awake"


def reset_is_open(place: Place) -> bool:
    return any(kind == "reset" for _id, _link, kind, *_rest in place.open_runs())


def test_two_servers_three_client_files(place: Place) -> None:
    place.run_servers(2)
    slow_down(place.sandbox)
    mark, before = place.sandbox.mark(), place.books.latest_run()

    place.ask("action_reset", *place.files)
    at_once: set[frozenset[str]] = set()
    while place.open_runs():
        held = holders(place.books)
        assert len({holder.link for holder in held}) == len(held)
        at_once.add(frozenset(holder.server for holder in held))
        time.sleep(0.05)

    for file in place.files:
        check(place, mark, file)
    place.check_runs_since(before)
    assert any(len(servers) == 2 for servers in at_once), (
        f"both servers at work at the same time were never seen: {at_once}"
    )
