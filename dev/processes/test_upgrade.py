"""The module is upgraded while a sync runs on two servers: both succeed."""

from __future__ import annotations

import time

from control import SUBMITS
from logs import records
from place import Place

FEW_ACTIONS = 10
SECONDS_PER_SUBMIT = 0.3


def test_upgrade_while_syncing(place: Place) -> None:
    place.run_servers(2)
    sandbox = place.sandbox
    sandbox("switch", max_actions=FEW_ACTIONS)
    sandbox("fault", path=SUBMITS, delay_before=SECONDS_PER_SUBMIT)
    mark, before = sandbox.mark(), place.books.latest_run()

    place.ask("action_reset", *place.files)
    while len(sandbox.submits_since(mark)) < 5:
        assert place.open_runs(), "all was sent too soon"
        time.sleep(0.1)
    started = time.time()
    log = place.odoo.upgrade()
    ended = time.time()
    problems = [record.text for record in records(log) if record.is_problem]
    assert not problems, "\n".join(problems)
    during = [e for e in sandbox.submits_since(mark) if started < e["started"] < ended]
    assert during, "nothing was sent during the upgrade"
    place.settle()

    place.check_runs_since(before)
    for file in place.files:
        place.check_equal(file)
        assert sandbox("overlaps", client_file=file.id)["overlaps"] == 0
