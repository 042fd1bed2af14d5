"""What a module leaves behind in a database."""

from __future__ import annotations

from books import Books

Snapshot = dict[str, set[tuple]]

# Odoo notes mail's own fields and inheritance on every model that has messages, as
# names of the module `mail` and others, and leaves those names behind when the model
# goes. Uninstalling its `maintenance` does so too. They point to nothing.
ODOOS_OWN = """
    AND NOT (entry.module <> 'account_silverfin' AND (
        entry.model = 'ir.model.inherit' AND NOT EXISTS (
            SELECT 1 FROM ir_model_inherit known WHERE known.id = entry.res_id)
        OR entry.model = 'ir.model.fields.selection' AND NOT EXISTS (
            SELECT 1 FROM ir_model_fields_selection known WHERE known.id = entry.res_id)
    ))"""


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
                """SELECT proname FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace"""
            )
        ),
        "rows": set(_rows_that_mention(books, word)),
    }


def _rows_that_mention(books: Books, word: str) -> list[tuple]:
    """(table, text of the row).

    The list of modules itself is left out, and what was on its way to browsers: Odoo
    removes that after a day.
    """
    found = []
    tables = books.rows(
        """SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'bus_bus'
            AND tablename NOT LIKE 'ir\\_module\\_module%%'"""
    )
    for (table,) in tables:
        rows = books.rows(
            f"""SELECT left(entry::text, 300) FROM "{table}" entry
            WHERE entry::text ILIKE %s
            {ODOOS_OWN if table == "ir_model_data" else ""}""",
            f"%{word}%",
        )
        found += [(table, text) for (text,) in rows]
    return found


def added(before: Snapshot, after: Snapshot) -> dict[str, list[tuple]]:
    """What is there that was not, by kind; kinds without any are left out."""
    news = {kind: sorted(after[kind] - before[kind]) for kind in before}
    return {kind: entries for kind, entries in news.items() if entries}
