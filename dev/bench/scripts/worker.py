# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: a worker in a process of its own that does turns when told to.

Reads the address of its caller's socket from SILVERFIN_GIVEN; there it is told what to
do, and says how long that took and what the process needed.
"""

import json
import os
import resource
import threading
import time
from multiprocessing.connection import Client
from pathlib import Path

import psycopg2

from odoo.tools import SQL

from odoo.addons.account_silverfin.ledger import lines
from odoo.addons.account_silverfin.sync.items import action

given = json.loads(os.environ["SILVERFIN_GIVEN"])
link = env["silverfin.link"].browse(given["link"])
OPEN = ("queued", "running")
LONGEST = 3600
"""Seconds: a run that waits for something would be waited for without end."""


def memory(name):
    """Kilobytes, by the name in /proc: VmHWM is the most so far, VmRSS is now."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0])


class End(threading.Thread):
    """Notes when a run is closed: the worker may have another one behind it.

    :param most: cancel it after so many requests
    """

    def __init__(self, run_id, most):
        super().__init__(daemon=True)
        self.run_id = run_id
        self.most = most
        self.at = None
        self.batches = 0
        self.start()

    def run(self):
        connection = psycopg2.connect(dbname=env.cr.dbname)
        connection.autocommit = True
        with connection.cursor() as cr:
            while self.at is None:
                cr.execute(
                    "SELECT state, batches FROM silverfin_run WHERE id = %s",
                    [self.run_id],
                )
                state, batches = cr.fetchone()
                self.batches = batches or 0
                is_enough = self.most and self.batches >= self.most
                if is_enough or state not in OPEN:
                    self.at = time.monotonic()
                time.sleep(0.01)
            cr.execute(
                """UPDATE silverfin_run SET state = 'cancelled'
                WHERE id = %s AND state IN %s""",
                [self.run_id, OPEN],
            )
        connection.close()


def sync(kind, most=None):
    """Ask a run and give it turns until it is closed, or made so many requests."""
    return done(env["silverfin.run"]._ask(kind, link=link), most)


def statement():
    """Compare every year, and make a statement of agreement of it."""
    run = env["silverfin.run"]._ask("verify", link=link)
    run._extend_verify(all_years=True, with_statement=True)
    return done(run)


def done(run, most=None):
    """Give a run turns until it is closed; what that took."""
    env.cr.commit()
    before = resource.getrusage(resource.RUSAGE_SELF)
    end = End(run.id, most)
    began = time.monotonic()
    while run.state in OPEN:
        env["silverfin.run"]._cron_run()
        env.invalidate_all()
        if time.monotonic() - began > LONGEST:
            run.sudo().write({"state": "cancelled", "message": "took too long"})
            env.cr.commit()
    end.join()
    used = resource.getrusage(resource.RUSAGE_SELF)
    values = run.read(["state", "message", "upserted", "changed", "deleted"])
    env.cr.commit()
    return {
        "batches": end.batches,
        "seconds": end.at - began,
        "cpu": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        "peak": memory("VmHWM"),
        **values[0],
    }


def aggregate():
    """One plain aggregate over the columns that are sent, through the same joins."""
    scope = link._silverfin_scope(())
    query = SQL(
        """SELECT count(*), max(line.date), max(account.code_store->>'1'),
            sum(line.balance), max(line.name), max(move.ref),
            max(move.payment_reference), max(relation.name), max(relation.ref),
            max(account.account_type), sum(line.amount_residual), max(journal.code),
            max(move.name), max(move.invoice_date), max(line.date_maturity),
            max(currency.name), sum(line.amount_currency), max(statement.partner_name)
        FROM %s WHERE %s""",
        lines.source(scope),
        lines.is_sent(scope),
    )
    began = time.monotonic()
    env.cr.execute(query)
    rows = env.cr.fetchone()[0]
    seconds = time.monotonic() - began
    env.cr.commit()
    return {"seconds": seconds, "rows": rows}


def limit():
    """The same rows as JSON by COPY, thrown away as they come."""

    class Nowhere:
        size = 0

        def write(self, data):
            self.size += len(data)

    scope = link._silverfin_scope(())
    query = SQL(
        "SELECT %s FROM (%s) item", action(False), lines.lines(scope, SQL("TRUE"))
    )
    nowhere = Nowhere()
    text = env.cr.mogrify(SQL("COPY (%s) TO STDOUT", query)).decode()
    began = time.monotonic()
    env.cr.copy_expert(text, nowhere)
    seconds = time.monotonic() - began
    rows = env.cr.rowcount
    env.cr.commit()
    return {"seconds": seconds, "rows": rows, "bytes": nowhere.size}


ORDERS = {
    "sync": sync,
    "statement": statement,
    "aggregate": aggregate,
    "limit": limit,
}
with Client(given["socket"]) as caller:
    caller.send({"rss": memory("VmRSS")})
    while order := caller.recv():
        name, *arguments = order
        caller.send(ORDERS[name](*arguments))
