"""An entry that commits after a sync has passed its id is sent by the next one."""

from __future__ import annotations

from books import copy_entry
from place import Place


def test_entry_of_a_slow_transaction(place: Place) -> None:
    place.run_servers(2)
    file = place.files[0]
    place.ask("action_sync", file)
    place.settle()
    with place.books.connect() as slow, slow.cursor() as cr:
        late_entry = copy_entry(cr, file.company)
        place.books.add_entries(file.company, 1)
        before = place.books.latest_run()

        place.ask("action_sync", file)
        place.settle()
        (run,) = place.books.runs_since(before, file.link)
        # proves that the sync has passed the late entry's place
        assert run["upserted"] > 0
        assert max_entry_there(place, file.link) > late_entry
        place.check_equal(file)

        slow.commit()
    before = place.books.latest_run()
    place.ask("action_sync", file)
    place.settle()
    (run,) = place.books.runs_since(before, file.link)
    assert run["upserted"] > 0
    place.check_equal(file)


def max_entry_there(place: Place, link: int) -> int:
    """The newest entry that Silverfin acknowledged."""
    return place.books.value(
        """SELECT max(line.move_id) FROM silverfin_transaction known
        JOIN account_move_line line ON line.id = known.line_id
        WHERE known.link_id = %s""",
        link,
    )
