"""Two servers find the access token expired at the same moment: one renewal."""

from __future__ import annotations

from place import Place

ACCESS_TOKEN_SECONDS = 2 * 3600
SECONDS_PER_RENEWAL = 1.0


def test_one_renewal(place: Place) -> None:
    place.run_servers(2)
    # what was asked before is not part of this
    place.settle()
    sandbox = place.sandbox
    sandbox("clock", advance=ACCESS_TOKEN_SECONDS + 1)
    # long enough for the other server to be refused as well
    sandbox("fault", path="/oauth/token$", delay_before=SECONDS_PER_RENEWAL)
    mark, before = sandbox.mark(), place.books.latest_run()

    place.ask("action_sync", *place.files)
    place.settle()

    place.check_runs_since(before)
    requests = sandbox.requests_since(mark)
    refused = [entry for entry in requests if entry["status"] == 401]
    assert len(refused) >= 2, "the servers did not meet the end of the token together"
    renewals = [e for e in requests if e["path"].endswith("/oauth/token")]
    assert [entry["status"] for entry in renewals] == [200]
    state = place.books.value(
        "SELECT state FROM silverfin_connection WHERE id = %s", place.connection
    )
    assert state == "connected"
    for file in place.files:
        place.check_equal(file)
