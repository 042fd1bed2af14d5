"""A first load of many turns goes on by itself, and lets other jobs through.

Also when servers stop and start in between; cancelled in the middle it goes on later,
with what is left.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from control import SUBMITS
from place import ClientFile, Place

FEW_ACTIONS = 5
SECONDS_PER_SUBMIT = 0.5
LONGEST = 180.0
MANY = 750_000
"""Lines of the large load."""
DELAY = 0.2
"""Seconds that each of its requests waits at Silverfin, as over the internet."""
TURN = 10
"""Seconds of a turn (``sync.worker.TURN_SECONDS``)."""
BEHIND = {"5": 1, "20": 2}
"""By priority of the other job (Odoo's own: 5, ours: 10): turns until its own comes.

Behind ours by priority it is behind in the list that is made after the turn.
"""
TIMES = 3
MORE_WORKERS = "cron_name IN ('Silverfin: second worker', 'Silverfin: third worker')"
"""More workers than a server has slots take turns before any other job."""


@pytest.fixture
def other_job(place: Place) -> Iterator[int]:
    """Another scheduled action, behind ours by priority, beside one worker of ours."""
    place.run_servers(0)
    place.books.rows(f"UPDATE ir_cron SET active = FALSE WHERE {MORE_WORKERS}")
    (job,) = place.books.rows(
        """UPDATE ir_cron SET priority = 20, active = TRUE, lastcall = NULL,
            nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'
        WHERE id = (SELECT min(id) FROM ir_cron
            WHERE cron_name NOT LIKE 'Silverfin%%') RETURNING id"""
    )
    yield job[0]
    place.run_servers(0)
    place.books.rows(f"UPDATE ir_cron SET active = TRUE WHERE {MORE_WORKERS}")


def test_a_load_of_many_turns(place: Place, other_job: int) -> None:
    books, sandbox, file = place.books, place.sandbox, place.files[0]
    # one slot, which is all that a small server has for jobs
    place.run_servers(1, max_cron_threads=1)
    place.settle()
    sandbox("switch", max_actions=FEW_ACTIONS)
    sandbox("fault", path=SUBMITS, delay_before=SECONDS_PER_SUBMIT)
    mark, before = sandbox.mark(), books.latest_run()
    items = len(books.lines(file.company))
    place.ask("action_reset", file)

    # until the server stops, nothing but Odoo itself wakes its workers
    wait(place, lambda: sent(place, mark, file) > 0, "the load did not begin")
    begun = turn(place, file)
    let_through(place, file, other_job)
    wait(place, lambda: turn(place, file) != begun, "no second turn")

    so_far = sent(place, mark, file)
    place.run_servers(0)
    place.run_servers(1, max_cron_threads=1)
    wait(place, lambda: sent(place, mark, file) > so_far, "not gone on with", True)

    (run,) = [run for run in books.runs_since(before) if run["kind"] == "reset"]
    assert run["state"] == "running" and 0 < run["processed"], run
    session = place.session(place.servers[0])
    session.call("silverfin.run", "action_cancel", [run["id"]])
    place.settle()
    so_far = sent(place, mark, file)
    assert 0 < so_far < items, "all was sent before it was cancelled"
    known = books.value(
        "SELECT count(*) FROM silverfin_transaction WHERE link_id = %s", file.link
    )
    assert 0 < known < items

    sandbox("clear")
    after = books.latest_run()
    place.ask("action_sync", file)
    place.settle(hurry=True)
    place.check_runs_since(after)
    place.check_equal(file)
    # the server that stopped had one batch on its way, at most
    assert sent(place, mark, file) - items <= FEW_ACTIONS
    paths = [entry["path"] for entry in sandbox.requests_since(mark, file.id)]
    assert sum(path.endswith("/reset") for path in paths) == 1, "begun again"


if os.environ.get("SILVERFIN_SLOW") == "1":

    def test_a_load_of_700000_lines_lets_others_through(
        place: Place, other_job: int
    ) -> None:
        books, file = place.books, place.files[0]
        place.run_servers(1, max_cron_threads=1)
        place.settle(hurry=True)
        each = books.value(
            """SELECT count(*) FROM account_move_line WHERE move_id = (SELECT min(id)
            FROM account_move WHERE company_id = %s AND state = 'posted')""",
            file.company,
        )
        books.add_many_entries(file.company, MANY // each)
        items = len(books.lines(file.company))
        assert items >= MANY * 2 // 3
        place.sandbox("fault", path=SUBMITS, delay_before=DELAY)
        mark, before = place.sandbox.mark(), books.latest_run()
        place.ask("action_reset", file)
        wait(place, lambda: sent(place, mark, file) > 0, "the load did not begin")
        waited = []
        for priority, most in BEHIND.items():
            books.rows(
                "UPDATE ir_cron SET priority = %s WHERE id = %s", priority, other_job
            )
            for _time in range(TIMES):
                begun = turn(place, file)
                wait(place, lambda at=begun: turn(place, file) != at, "no next turn")
                waited.append(let_through(place, file, other_job, most))
                assert waited[-1] < (most + 1) * TURN, waited
        (run,) = [run for run in books.runs_since(before) if run["kind"] == "reset"]
        session = place.session(place.servers[0])
        session.call("silverfin.run", "action_cancel", [run["id"]])
        place.settle()
        seconds = ", ".join(f"{one:.0f}" for one in waited)
        print(
            f"{items} items to send, {sent(place, mark, file)} sent meanwhile; the "
            f"other job, {TIMES} times before and {TIMES} times behind ours by "
            f"priority, waited {seconds} s (a turn lasts {TURN} s)"
        )


def let_through(place: Place, file: ClientFile, job: int, most: int = 2) -> float:
    """Make the other job due in a turn; answers for how many seconds it waited.

    :param most: turns, this one included, after which it must have had its own
    """
    books, started = place.books, time.monotonic()
    books.rows(
        """UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', lastcall = NULL
        WHERE id = %s""",
        job,
    )
    books.wake_workers()
    turns = set()
    while True:
        # at one moment: after the other job the next turn begins at once
        ((has_run, turn_at),) = books.rows(
            """SELECT lastcall IS NOT NULL, (SELECT max(turn_at) FROM silverfin_run
                WHERE link_id = %s) FROM ir_cron WHERE id = %s""",
            file.link,
            job,
        )
        if has_run:
            return time.monotonic() - started
        turns.add(turn_at)
        assert len(turns) <= most, f"more turns than {most} before the other job's"
        assert place.open_runs(), "the load was over first: it says nothing"
        time.sleep(0.1)


def sent(place: Place, mark: int, file: ClientFile) -> int:
    """Items that went to this client file."""
    submits = place.sandbox.submits_since(mark, file.id)
    return sum(entry["action_count"] for entry in submits)


def turn(place: Place, file: ClientFile) -> str:
    """When the latest turn on this client file began."""
    return place.books.value(
        "SELECT max(turn_at)::text FROM silverfin_run WHERE link_id = %s", file.link
    )


def wait(
    place: Place, until: Callable[[], bool], otherwise: str, hurry: bool = False
) -> None:
    deadline = time.monotonic() + LONGEST
    while not until():
        assert time.monotonic() < deadline, (otherwise, place.open_runs())
        if hurry:
            place.pass_time()
            place.books.wake_workers()
        time.sleep(0.2)
