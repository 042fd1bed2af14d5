"""Killed at random moments while the books change: equal after the last restart.

Each round kills whatever was being done; nothing is held still for it. SILVERFIN_SEED
repeats a failed one, as far as real processes can.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass

from control import SUBMITS
from devlib.paths import APART
from kills import GENTLE, HARSH, Kill
from place import Place
from unrest import unrest

ROUNDS = int(os.environ.get("SILVERFIN_ROUNDS", "5"))
FEW_ACTIONS = 20
NEW_ENTRIES = 10
"""In each company, for a synchronisation to have something to send."""
SECONDS_PER_SUBMIT = 0.05
THREADS = 3
LONGEST = 180.0
ASKED = {"action_sync": 6, "action_send_all": 40}
"""What may be asked for, and about how many requests it takes."""


@dataclass
class Round:
    """What is asked for, and how the worker is torn out of it."""

    number: int
    kill: Kill
    asked: str
    submits: int
    """Of any client file, before the kill."""
    pause: float

    def __str__(self) -> str:
        return (
            f"round {self.number}: {self.kill.__name__} after {self.submits} requests "
            f"and {self.pause:.3f} s of {self.asked}"
        )


def rounds(seed: int) -> list[Round]:
    chance = random.Random(seed)
    kills = HARSH if APART else GENTLE
    made = []
    for number in range(ROUNDS):
        asked = chance.choice([*ASKED])
        submits = chance.randrange(ASKED[asked])
        pause = chance.uniform(0, 2 * SECONDS_PER_SUBMIT)
        made.append(
            Round(number + 1, kills[number % len(kills)], asked, submits, pause)
        )
    return made


def test_kill_at_random_moments(place: Place) -> None:
    seed = int(os.environ.get("SILVERFIN_SEED") or random.randrange(10**6))
    place.sandbox("switch", max_actions=FEW_ACTIONS)
    place.sandbox("fault", path=SUBMITS, delay_after=SECONDS_PER_SUBMIT)
    place.run_servers(1, max_cron_threads=THREADS)
    place.ask("action_sync", *place.files)
    place.settle(LONGEST)
    for one in rounds(seed):
        try:
            live_through(place, one, random.Random(f"{seed}/{one.number}"))
        except Exception as error:
            raise AssertionError(f"seed {seed}, {one}: {error}") from error
        print(one, flush=True)


def live_through(place: Place, one: Round, chance: random.Random) -> None:
    sandbox, books = place.sandbox, place.books
    mark, before = sandbox.mark(), books.latest_run()
    asked = {}
    for file in place.files:
        known = len(books.lines(file.company))
        books.add_entries(file.company, NEW_ENTRIES)
        items = len(books.lines(file.company))
        asked[file] = items if one.asked == "action_send_all" else items - known
    companies = [file.company for file in place.files]

    with unrest(books, chance.randrange(10**6), companies) as touched:
        place.ask(one.asked, *place.files)
        wait_for_submits(place, mark, one.submits)
        time.sleep(one.pause)
        one.kill(place, chance)
        wait_for_postgres(place)
        place.run_servers(1, max_cron_threads=THREADS)
        # goes on by itself: nothing is asked for
        place.settle(LONGEST, hurry=True)
    place.ask("action_sync", *place.files)
    place.settle(LONGEST, hurry=True)

    place.check_runs_since(before)
    for file in place.files:
        place.check_equal(file)
        requests = sandbox.requests_since(mark, file.id)
        resets = [entry for entry in requests if entry["path"].endswith("/reset")]
        assert not resets, "a full resend"
        assert sandbox("overlaps", client_file=file.id)["overlaps"] == 0
        submits = sandbox.submits_since(mark, file.id)
        sent = sum(entry["action_count"] for entry in submits)
        # what was asked, each change once; once more the batch on its way, and the one
        # before where it was accepted and not remembered yet
        most = asked[file] + touched[file.company] + 2 * FEW_ACTIONS
        assert sent <= most, f"{sent} items were sent where {most} are enough"


def wait_for_submits(place: Place, mark: int, count: int) -> None:
    """Return after so many requests, or once there is nothing left to do."""
    deadline = time.monotonic() + LONGEST
    while len(place.sandbox.submits_since(mark)) < count and place.open_runs():
        assert time.monotonic() < deadline, place.open_runs()
        time.sleep(0.02)


def wait_for_postgres(place: Place) -> None:
    """Return once PostgreSQL takes connections (again)."""
    deadline = time.monotonic() + LONGEST
    while True:
        try:
            place.books.rows("SELECT 1")
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
