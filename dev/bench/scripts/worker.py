# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: a worker in a process of its own that does turns when told to.

Reads the address of its caller's socket from SILVERFIN_GIVEN; there it is told a link
and a kind of run, and says what the run was and what the process needed.
"""

import json
import os
import resource
import time
from multiprocessing.connection import Client
from pathlib import Path

given = json.loads(os.environ["SILVERFIN_GIVEN"])


def memory(name):
    """Kilobytes, by the name in /proc: VmHWM is the most so far, VmRSS is now."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0])


def queries(cr):
    """Statements that the working cursor has run."""
    return cr.sql_log_count


def sync(link_id, kind):
    """Ask a run and give it turns until it is closed."""
    link = env["silverfin.link"].browse(link_id)
    run = env["silverfin.run"]._ask(kind, link=link)
    env.cr.commit()
    before, statements = resource.getrusage(resource.RUSAGE_SELF), queries(env.cr)
    began = time.monotonic()
    while run.state in ("queued", "running"):
        env["silverfin.run"]._cron_run()
        env.invalidate_all()
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    values = run.read(["state", "message", "upserted", "changed", "deleted", "batches"])
    return {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        "statements": queries(env.cr) - statements,
        **values[0],
    }


with Client(given["socket"]) as caller:
    caller.send({"pid": os.getpid(), "rss": memory("VmRSS")})
    while order := caller.recv():
        answer = sync(*order)
        caller.send({**answer, "peak": memory("VmHWM"), "rss": memory("VmRSS")})
