"""What a module leaves behind in a database."""

from __future__ import annotations

from books import Books

Snapshot = dict[str, set[tuple]]


def snapshot(books: Books, word: str) -> Snapshot:
    """The database's structure, and the rows of any table that mention a word."""
    return {
        "columns": set(
            books.rows(
                """SELECT table_name, column_name, data_type
                FROM information_schema.columns WHERE table_schema = 'public'"""
            )
        ),
        "indexes": set(
            books.rows("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        ),
        "constraints": set(
            books.rows(
                """SELECT conrelid::regclass::text, conname FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace"""
            )
        ),
        "functions": set(
            books.rows(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
        ),
        "rows": set(_rows_that_mention(books, word)),
    }


def _rows_that_mention(books: Books, word: str) -> list[tuple]:
    """(table, text of the row); the list of modules itself is left out."""
    found = []
    tables = books.rows(
        """SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT LIKE 'ir\\_module\\_module%%'"""
    )
    for (table,) in tables:
        rows = books.rows(
            f'SELECT left(entry::text, 300) FROM "{table}" entry WHERE entry::text ILIKE %s',
            f"%{word}%",
        )
        found += [(table, text) for (text,) in rows]
    return found


def added(before: Snapshot, after: Snapshot) -> dict[str, list[tuple]]:
    """What is there that was not, by kind; kinds without any are left out."""
    news = {kind: sorted(after[kind] - before[kind]) for kind in before}
    return {kind: entries for kind, entries in news.items() if entries}
