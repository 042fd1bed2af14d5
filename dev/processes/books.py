"""The books of one database, read and written by plain SQL, apart from the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

Lines = dict[str, tuple[str, str, Decimal, str]]
"""Journal item id -> (date, account number, value, entry number)."""


class Books:
    """One database. Every method but `transaction` is a transaction of its own."""

    def __init__(self, database: str) -> None:
        self.database = database

    @contextmanager
    def connect(self, database: str = "") -> Iterator[Connection]:
        """A connection that the caller commits; PGHOST and the like name the server."""
        with closing(psycopg2.connect(dbname=database or self.database)) as connection:
            yield connection

    def rows(self, statement: str, *values: Any, **named: Any) -> list[tuple]:
        """Run one statement and commit; answers its rows."""
        with self.connect() as connection, connection, connection.cursor() as cr:
            cr.execute(statement, named or values)
            return cr.fetchall() if cr.description else []

    def value(self, statement: str, *values: Any) -> Any:
        """The first column of the only row."""
        ((value,),) = self.rows(statement, *values)
        return value

    def wake_workers(self) -> None:
        """What Odoo's servers do for each other; they also look once a minute."""
        with (
            self.connect("postgres") as connection,
            connection,
            connection.cursor() as cr,
        ):
            cr.execute("SELECT pg_notify('cron_trigger', %s)", [self.database])

    def lines(self, company: int) -> Lines:
        """What a client file must hold: posted, with a value, on the balance."""
        rows = self.rows(
            """SELECT line.id::text, line.date::text, account.code_store->>%s,
                round(line.balance, 2), move.name
            FROM account_move_line line
            JOIN account_move move ON move.id = line.move_id
            JOIN account_account account ON account.id = line.account_id
            WHERE move.company_id = %s AND move.state = 'posted'
                AND round(line.balance, 2) <> 0
                AND account.account_type <> 'off_balance'""",
            str(company),
            company,
        )
        return {line: tuple(values) for line, *values in rows}

    def add_entries(self, company: int, count: int) -> None:
        """Copies of a posted entry; each has its own number."""
        with self.connect() as connection, connection, connection.cursor() as cr:
            for _number in range(count):
                copy_entry(cr, company)

    def add_many_entries(self, company: int, count: int) -> None:
        """As `add_entries`, in two statements: hundreds of thousands in minutes."""
        self.rows(
            """CREATE TEMPORARY TABLE entry ON COMMIT DROP AS
                SELECT nextval('account_move_id_seq') AS id
                FROM generate_series(1, %(count)s);
            INSERT INTO account_move SELECT made.* FROM entry, account_move move,
                LATERAL jsonb_populate_record(move, jsonb_build_object('id', entry.id,
                    'name', 'COPY/' || entry.id, 'sequence_prefix', 'COPY/',
                    'sequence_number', entry.id)) made
            WHERE move.id = (SELECT min(id) FROM account_move
                WHERE company_id = %(company)s AND state = 'posted');
            INSERT INTO account_move_line SELECT made.*
            FROM entry, account_move_line line,
                LATERAL jsonb_populate_record(line, jsonb_build_object(
                    'id', nextval('account_move_line_id_seq'), 'move_id', entry.id,
                    'move_name', 'COPY/' || entry.id,
                    'full_reconcile_id', NULL, 'matching_number', NULL)) made
            WHERE line.move_id = (SELECT min(id) FROM account_move
                WHERE company_id = %(company)s AND state = 'posted');
            ANALYZE account_move; ANALYZE account_move_line""",
            company=company,
            count=count,
        )

    def latest_run(self) -> int:
        """Runs with a greater id were asked for later."""
        return self.value("SELECT COALESCE(max(id), 0) FROM silverfin_run")

    def runs_since(self, run: int, link: int | None = None) -> list[dict]:
        """The runs that were asked for after this one, of one client file or all."""
        return [
            entry
            for (entry,) in self.rows(
                """SELECT to_jsonb(run) FROM silverfin_run run
                WHERE id > %s AND (%s IS NULL OR link_id = %s) ORDER BY id""",
                run,
                link,
                link,
            )
        ]


def copy_entry(cr: Cursor, company: int) -> int:
    """Post a copy of the company's first posted entry; answers the new entry's id."""
    cr.execute(
        """INSERT INTO account_move SELECT (jsonb_populate_record(move,
            jsonb_build_object('id', entry.id, 'name', 'COPY/' || entry.id,
                'sequence_prefix', 'COPY/', 'sequence_number', entry.id))).*
        FROM (SELECT nextval('account_move_id_seq') AS id) entry,
            account_move move
        WHERE move.id = (SELECT min(id) FROM account_move
            WHERE company_id = %s AND state = 'posted')
        RETURNING id""",
        [company],
    )
    ((entry,),) = cr.fetchall()
    cr.execute(
        """INSERT INTO account_move_line SELECT (jsonb_populate_record(line,
            jsonb_build_object('id', nextval('account_move_line_id_seq'),
                'move_id', %s, 'move_name', 'COPY/' || %s,
                'full_reconcile_id', NULL, 'matching_number', NULL))).*
        FROM account_move_line line
        WHERE line.move_id = (SELECT min(id) FROM account_move
            WHERE company_id = %s AND state = 'posted')""",
        [entry, entry, company],
    )
    return entry
