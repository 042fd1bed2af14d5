"""The sink and the worker, each a process of its own."""

from __future__ import annotations

import json
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from devlib import Child, Environment
from devlib.paths import LOGS

HERE = Path(__file__).parent
START = 120.0


class SinkProcess:
    """`sink.py` on a free port."""

    def __init__(self, environment: Environment) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="silverfin-sink-")
        address = Path(self._folder.name) / "address"
        self._child = Child(
            [str(environment.python), str(HERE / "sink.py"), str(address)],
            env=environment.variables,
            log=LOGS / "bench-sink.log",
        )
        _wait_for(address.exists, self._child)
        self.url = address.read_text()

    def __enter__(self) -> SinkProcess:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._child.stop()
        self._folder.cleanup()

    def delay(self, milliseconds: int) -> None:
        """How long each submit takes from now on."""
        self._ask("delay", str(milliseconds).encode())

    def clear(self) -> None:
        """Forget what was counted."""
        self._ask("clear", b"")

    def counters(self) -> dict[str, Any]:
        """`requests`, `actions`, `bytes`, `overlaps`, and `sizes` of the submits."""
        return self._ask("counters", None)

    def _ask(self, name: str, body: bytes | None) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/_sink/{name}", body) as answer:
            counters: dict[str, Any] = json.load(answer)
            return counters


class WorkerProcess:
    """`scripts/worker.py` in a fresh `odoo shell`, with its registry loaded."""

    def __init__(self, environment: Environment, database: str, link: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="silverfin-worker-")
        address = str(Path(self._folder.name) / "socket")
        self._listener = Listener(address, "AF_UNIX")
        self._child = Child(
            [
                # the shell runs what it reads from its standard input
                *("sh", "-c", 'script=$1; shift; exec "$@" < "$script"', "sh"),
                str(HERE / "scripts" / "worker.py"),
                *environment.odoo_command("shell", "-d", database, "--no-http"),
                "--log-level=warn",
            ],
            env={
                **environment.variables,
                "SILVERFIN_GIVEN": json.dumps({"socket": address, "link": link}),
            },
            log=LOGS / "bench-worker.log",
        )
        self._is_there = threading.Event()
        threading.Thread(target=self._give_up, args=(address,), daemon=True).start()
        self._connection: Connection = self._listener.accept()
        self._is_there.set()
        self._receive()

    def _give_up(self, address: str) -> None:
        """Call in its place where the worker ends before it calls."""
        while not self._is_there.wait(0.5):
            if not self._child.alive:
                with suppress(OSError):
                    Client(address).close()
                return

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()
        self._listener.close()
        self._child.stop()
        self._folder.cleanup()

    def sync(self, kind: str = "sync") -> dict[str, Any]:
        """Have a run done: its counters, `seconds`, `cpu`, and `peak` in kilobytes."""
        return self._done("sync", kind)

    def statement(self) -> dict[str, Any]:
        """The same of a comparison of every year, and a statement of it."""
        return self._done("statement")

    def begin(self, batches: int) -> dict[str, Any]:
        """As `sync`, but end with so many requests: `batches` made in `seconds`."""
        return self._do("sync", "sync", batches)

    def aggregate(self) -> dict[str, Any]:
        """`seconds` and `rows` of one plain aggregate over the same columns."""
        return self._do("aggregate")

    def limit(self) -> dict[str, Any]:
        """`seconds`, `rows` and `bytes` of the same rows as JSON by COPY."""
        return self._do("limit")

    def _done(self, *order: str) -> dict[str, Any]:
        result = self._do(*order)
        if result["state"] != "done":
            raise RuntimeError(f"the run ended {result['state']}: {result['message']}")
        return result

    def _do(self, *order: object) -> dict[str, Any]:
        self._connection.send(order)
        return self._receive()

    def _receive(self) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._connection.recv()
        except EOFError:
            raise RuntimeError(f"the worker ended:\n{self._child.tail(20)}") from None
        return answer


def _wait_for(there: Callable[[], bool], child: Child) -> None:
    deadline = time.monotonic() + START
    while not there():
        if not child.alive or time.monotonic() > deadline:
            raise RuntimeError(f"did not start:\n{child.tail(15)}")
        time.sleep(0.02)
