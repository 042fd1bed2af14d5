"""kill -9 while a batch is on its way: it goes again, and nothing else does.

Three client files are sent to when the server is killed, each in another situation.
"""

from __future__ import annotations

import runpy

from control import SUBMITS
from devlib.paths import REPOSITORY
from place import ClientFile, Place

FEW_ACTIONS = 20
HELD_SUBMIT = 4

CASES = {
    "carried out, the answer is lost": ("action_send_all", {"hold": "after"}),
    "never arrived": ("action_reset", {"hold": "before", "drop": "before"}),
    "carried out after the server was killed": ("action_reset", {"hold": "before"}),
}
"""What was asked, and what happens to the request that is on its way."""


def test_kill_between_send_and_acknowledge(place: Place) -> None:
    sandbox, books = place.sandbox, place.books
    place.run_servers(0)
    place.run_servers(1, max_cron_threads=3)
    sandbox("switch", max_actions=FEW_ACTIONS)
    cases = dict(zip(CASES, place.files, strict=True))
    which = {"path": SUBMITS, "nth": HELD_SUBMIT}
    rules = {
        case: sandbox("fault", company=file.id, **which, **CASES[case][1])["id"]
        for case, file in cases.items()
    }
    mark, before = sandbox.mark(), books.latest_run()

    for case, file in cases.items():
        place.ask(CASES[case][0], file)
    sandbox.wait_until_held(list(rules.values()))
    place.kill_servers()
    in_flight = {case: batch_in_flight(place, file) for case, file in cases.items()}
    acknowledged = {
        case: items_there(place, file, since=before) for case, file in cases.items()
    }
    sandbox("release")
    place.run_servers(1, max_cron_threads=3)
    place.settle(hurry=True)

    place.check_runs_since(before)
    for case, file in cases.items():
        assert 0 < len(in_flight[case]) <= FEW_ACTIONS, case
        assert acknowledged[case], case
        assert acknowledged[case].isdisjoint(in_flight[case]), case
        place.check_equal(file)
        submits = sandbox.submits_since(mark, file.id)
        carried_out = sum(entry["action_count"] for entry in submits)
        repeated = carried_out - len(books.lines(file.company))
        if case == "never arrived":
            assert submits[HELD_SUBMIT - 1]["action_count"] == 0
            assert repeated == 0, case
        else:
            assert repeated == len(in_flight[case]), case
        asked = CASES[case][0] == "action_reset"
        assert resets(place, mark, file) == asked, f"{case}: a full resend"
        assert sandbox("overlaps", client_file=file.id)["overlaps"] == 0


def batch_in_flight(place: Place, file: ClientFile) -> set[str]:
    """The items that the killed server had on their way."""
    record = place.books.value(
        """SELECT position.in_flight FROM silverfin_position position
        JOIN silverfin_link link ON link.position_id = position.id
        WHERE link.id = %s""",
        file.link,
    )
    # what reads a record needs no Odoo
    unpack = runpy.run_path(str(REPOSITORY / "sync" / "packed.py"))["unpack"]
    return {str(line) for line, _part in unpack(record["items"])}


def items_there(place: Place, file: ClientFile, since: int) -> set[str]:
    """The items whose sending the killed server had acknowledged, in its last run."""
    rows = place.books.rows(
        "SELECT line_id FROM silverfin_transaction WHERE link_id = %s AND run_id > %s",
        file.link,
        since,
    )
    return {str(line) for (line,) in rows}


def resets(place: Place, mark: int, file: ClientFile) -> int:
    return sum(
        entry["path"].endswith("/reset")
        for entry in place.sandbox.requests_since(mark, file.id)
    )
