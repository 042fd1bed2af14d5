"""Books that change all the time: a process that posts, edits and deletes entries.

`python unrest.py DATABASE SEED COMPANY …` works until SIGTERM and then writes how many
items it touched, by company, as JSON. Only copies of entries are changed.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg2
from books import Books, copy_entry
from devlib import leash
from psycopg2.extensions import cursor as Cursor

PAUSE = 0.05
LATEST = 1.0
"""Seconds that a slow transaction stays open."""
MOST = 60.0
"""Seconds that it may take to end."""

CHANGES = {
    "another number, which goes along with each item": """
        UPDATE account_move SET name = name || 'x' WHERE id = %(entry)s;
        UPDATE account_move_line SET move_name = move_name || 'x'
        WHERE move_id = %(entry)s""",
    "the other way round": """
        UPDATE account_move_line SET balance = -balance, debit = credit,
            credit = debit, amount_currency = -amount_currency
        WHERE move_id = %(entry)s""",
    "a day earlier": """
        UPDATE account_move SET date = date - 1 WHERE id = %(entry)s;
        UPDATE account_move_line SET date = date - 1 WHERE move_id = %(entry)s""",
    "back to draft": """
        UPDATE account_move SET state = 'draft' WHERE id = %(entry)s;
        UPDATE account_move_line SET parent_state = 'draft'
        WHERE move_id = %(entry)s""",
    "gone without a trace": """
        DELETE FROM account_move_line WHERE move_id = %(entry)s;
        DELETE FROM account_move WHERE id = %(entry)s""",
}
POSTS = 3
"""In so many of the cases above an entry is posted too: the books must not run dry."""


def change(cr: Cursor, chance: random.Random, company: int) -> int:
    """Change the books in one way; answers how many items that is."""
    what = chance.choice([*CHANGES.values(), *[""] * POSTS])
    entry = copy_entry(cr, company) if not what else _any_copy(cr, chance, company)
    if entry is None:
        return 0
    cr.execute("SELECT count(*) FROM account_move_line WHERE move_id = %s", [entry])
    ((count,),) = cr.fetchall()
    if what:
        cr.execute(what, {"entry": entry})
    return count


def _any_copy(cr: Cursor, chance: random.Random, company: int) -> int | None:
    cr.execute(
        """SELECT id FROM account_move WHERE company_id = %s AND state = 'posted'
            AND name LIKE 'COPY/%%' ORDER BY id""",
        [company],
    )
    entries = cr.fetchall()
    return chance.choice(entries)[0] if entries else None


def main(database: str, seed: str, *companies: str) -> None:
    """Work until SIGTERM; a lost connection is made anew."""
    over: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    print("ready", flush=True)
    chance, touched = random.Random(seed), Counter[str]()
    while not over:
        with suppress(psycopg2.Error), Books(database).connect() as connection:
            while not over:
                company = chance.choice(companies)
                with connection, connection.cursor() as cr:
                    # before the commit: whether it was one may never be known
                    touched[company] += change(cr, chance, int(company))
                    if chance.random() < 0.2:
                        time.sleep(chance.uniform(0, LATEST))
                time.sleep(PAUSE)
        time.sleep(PAUSE)
    print(json.dumps(touched))


@contextmanager
def unrest(books: Books, seed: int, companies: list[int]) -> Iterator[Counter[int]]:
    """The books change inside the block; then the counter holds the items touched."""
    command = [__file__, books.database, str(seed), *map(str, companies)]
    process = subprocess.Popen(
        leash.command([sys.executable, *command]), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    touched = Counter[int]()
    try:
        assert process.stdout.readline() == "ready\n"
        yield touched
    finally:
        process.terminate()
        told, _nothing = process.communicate(timeout=MOST)
    assert process.returncode == 0, f"the unrest ended with {process.returncode}"
    touched.update({int(company): n for company, n in json.loads(told).items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
