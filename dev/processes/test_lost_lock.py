"""PostgreSQL ends sessions in the middle of a load: a later turn completes it."""

from __future__ import annotations

import time

import pytest
from control import SUBMITS
from locks import holders
from logs import OURS, records
from place import Place

FEW_ACTIONS = 10
SECONDS_PER_SUBMIT = 0.1
SUBMITS_BEFORE = 5


def wait_for_submits(place: Place, mark: int, company: int) -> None:
    deadline = time.monotonic() + 180
    while len(place.sandbox.submits_since(mark, company)) < SUBMITS_BEFORE:
        assert time.monotonic() < deadline, "the load did not begin"
        time.sleep(0.05)


def terminate_lock_holder(place: Place, link: int) -> None:
    """The session whose only purpose is to hold the client file's lock."""
    (backend,) = (h.backend for h in holders(place.books) if h.link == link)
    assert place.books.value("SELECT pg_terminate_backend(%s)", backend)


def terminate_whole_server(place: Place, link: int) -> None:
    """Every session of the Odoo server that is at work, as a restart of PostgreSQL."""
    (server,) = (h.server for h in holders(place.books) if h.link == link)
    ended = place.books.rows(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = %s""",
        server,
    )
    assert len(ended) > 1


@pytest.mark.parametrize("terminate", [terminate_lock_holder, terminate_whole_server])
def test_sessions_are_terminated(place: Place, terminate) -> None:
    servers = place.run_servers(2)
    file = place.files[0]
    place.sandbox("switch", max_actions=FEW_ACTIONS)
    place.sandbox("fault", path=SUBMITS, delay_before=SECONDS_PER_SUBMIT)
    mark, before = place.sandbox.mark(), place.books.latest_run()
    ends = [server.log.stat().st_size for server in servers]

    place.ask("action_reset", file)
    wait_for_submits(place, mark, file.id)
    terminate(place, file.link)
    place.settle(hurry=True)

    place.check_equal(file)
    place.check_runs_since(before)
    assert place.sandbox("overlaps", client_file=file.id)["overlaps"] == 0
    submits = place.sandbox.submits_since(mark, file.id)
    carried_out = sum(entry["action_count"] for entry in submits)
    repeated = carried_out - len(place.books.lines(file.company))
    assert repeated <= FEW_ACTIONS, "at most the batch that was on its way goes again"
    failures = [
        record.text
        for server, end in zip(servers, ends, strict=True)
        for record in records(server.log.read_bytes()[end:].decode())
        if record.is_error and record.logger.startswith(OURS)
    ]
    # a worker that loses its own session has nothing left to go on with
    expected = 0 if terminate is terminate_lock_holder else 1
    assert len(failures) <= expected, "\n".join(failures)
