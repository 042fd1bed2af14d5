"""Large books: made once by Odoo's own `populate`, copied for each measurement."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from devlib import Databases, Environment, step
from devlib.locks import exclusive
from devlib.paths import LOGS, OWN_LOCKS

from .processes import SinkProcess, WorkerProcess

SCRIPTS = Path(__file__).parent / "scripts"
COMPANY = 1
FORMAT = "1"


class Books:
    """A copy of large books with the module, linked to the sink."""

    def __init__(
        self, environment: Environment, database: str, sink: SinkProcess
    ) -> None:
        self.environment = environment
        self.database = database
        self.sink = sink
        made = self._shell("connect.py", url=sink.url, company=COMPANY)
        self._link = int(made["link"])
        self.key: str = made["key"]

    def worker(self) -> WorkerProcess:
        """A fresh worker process."""
        return WorkerProcess(self.environment, self.database, self._link)

    def rows(self, statement: str) -> list[tuple]:
        """Run one statement, committed; answers its rows."""
        with (
            closing(psycopg2.connect(dbname=self.database)) as connection,
            connection,
            connection.cursor() as cr,
        ):
            cr.execute(statement)
            return cr.fetchall() if cr.description else []

    def forget(self) -> None:
        """As before the first load."""
        self.rows(
            """TRUNCATE silverfin_transaction;
            DELETE FROM silverfin_account;
            DELETE FROM silverfin_run;
            UPDATE silverfin_position
            SET sync_point = NULL, settings_sent = NULL, last_sync_at = NULL,
                in_flight = NULL"""
        )
        self.sink.clear()

    def settle(self) -> None:
        """What autovacuum would have done some minutes after a first load."""
        with closing(psycopg2.connect(dbname=self.database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute("VACUUM ANALYZE silverfin_transaction")

    def change(self, entries: int) -> None:
        """Another label on one item of so many entries, all over the books."""
        self.rows(
            f"""UPDATE account_move_line
            SET name = COALESCE(name, '') || '.', write_date = now() AT TIME ZONE 'UTC'
            WHERE id IN (SELECT min(line.id) FROM account_move_line line
                JOIN (SELECT id FROM account_move WHERE state = 'posted'
                    AND company_id = {COMPANY} ORDER BY md5(id::text) LIMIT {entries}
                ) entry ON entry.id = line.move_id
                JOIN silverfin_transaction known ON known.line_id = line.id
                GROUP BY line.move_id)"""
        )

    def lists(self) -> dict:
        """Lists of entries, opened by the web client: see scripts/lists.py."""
        return self._shell("lists.py", company=COMPANY)

    def set_aside(self, entries: int, kind: str) -> None:
        """So many entries of those that Silverfin has, as if it had refused them."""
        self.rows(
            f"""INSERT INTO silverfin_rejection
                (link_id, company_id, move_id, entry_key, kind, reason, digest)
            SELECT {self._link}, {COMPANY}, move_id, move_id, '{kind}', 'Not this', 1
            FROM (SELECT DISTINCT move_id FROM silverfin_transaction WHERE move_id > 0
                EXCEPT SELECT move_id FROM silverfin_rejection) entry
            ORDER BY md5(move_id::text || '{kind}') LIMIT {entries}"""
        )

    def not_yet_sent(self, entries: int) -> None:
        """So many entries as if the first load had not come to them."""
        self.rows(
            f"""DELETE FROM silverfin_transaction WHERE move_id IN (
                SELECT id FROM account_move WHERE state = 'posted'
                    AND company_id = {COMPANY} ORDER BY id DESC LIMIT {entries})"""
        )
        self.settle()

    def _shell(self, script: str, **given: object) -> dict:
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer"
            done = subprocess.run(
                self.environment.odoo_command(
                    "shell", "-d", self.database, "--no-http", "--log-level=warn"
                ),
                env={
                    **self.environment.variables,
                    "SILVERFIN_GIVEN": json.dumps({**given, "answer": str(answer)}),
                },
                input=(SCRIPTS / script).read_text(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if not answer.exists():
                raise RuntimeError(f"{script}: {done.stdout}")
            made: dict = json.loads(answer.read_text())
            return made


@contextmanager
def large_books(
    environment: Environment, sink: SinkProcess, lines: int
) -> Iterator[Books]:
    """Books whose first company has at least so many posted items."""
    databases = Databases(environment)
    template = _template(environment, databases, lines)
    with step(f"a copy of {lines:,} items, with the module"):
        copy = databases.temporary(f"bench_{lines}", template)
        name = copy.__enter__()
    try:
        databases.install_module(name)
        yield Books(environment, name, sink)
    finally:
        copy.__exit__(None, None, None)


def _template(environment: Environment, databases: Databases, lines: int) -> str:
    name = f"bench_books_{lines}"
    base = databases.template("demo")
    query = environment.postgres.query
    with exclusive(OWN_LOCKS / f"{name}.lock"):
        comment = query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )
        if comment == FORMAT:
            return name
        with step(f"making books of {lines:,} items (once)"):
            databases.drop(name)
            databases.new(name, base)
            found = query(
                "SELECT count(*) FROM account_move_line WHERE parent_state = 'posted' "
                f"AND balance <> 0 AND company_id = {COMPANY}",
                name,
            )
            factor = -(-lines // int(found))
            with (LOGS / f"{name}.log").open("w") as log:
                subprocess.run(
                    environment.odoo_command(
                        *("populate", "-d", name, "--models", "account.move"),
                        *("--factors", str(factor)),
                    ),
                    env=environment.variables,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=True,
                )
            query("ANALYZE", name)
            query(f"COMMENT ON DATABASE \"{name}\" IS '{FORMAT}'")
    return name
