"""The sink and the worker, each a process of its own."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.request
from multiprocessing.connection import Connection, Listener
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
        self._address = Path(self._folder.name) / "address"
        self._child = Child(
            [str(environment.python), str(HERE / "sink.py"), str(self._address)],
            env=environment.variables,
            log=LOGS / "bench-sink.log",
        )
        _wait_for(self._address.exists, self._child)
        self.url = self._address.read_text()

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
            return json.load(answer)


class WorkerProcess:
    """`scripts/worker.py` in a fresh `odoo shell`; it has its registry when it is made.

    `rss` is in kilobytes, before the first run.
    """

    def __init__(self, environment: Environment, database: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="silverfin-worker-")
        address = str(Path(self._folder.name) / "socket")
        script = Path(self._folder.name) / "script"
        self._listener = Listener(address, "AF_UNIX")
        # a file, as the shell reads its script to the end before it runs it
        script.write_text((HERE / "scripts" / "worker.py").read_text())
        self._child = Child(
            [
                *("sh", "-c", 'exec "$@" < ' + str(script), "sh"),
                *environment.odoo_command("shell", "-d", database, "--no-http"),
                "--log-level=warn",
            ],
            env={
                **environment.variables,
                "SILVERFIN_GIVEN": json.dumps({"socket": address}),
            },
            log=LOGS / "bench-worker.log",
        )
        self._connection: Connection = self._listener.accept()
        started = self._connection.recv()
        self.rss: int = started["rss"]

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._connection.send(None)
        self._connection.close()
        self._listener.close()
        self._child.stop()
        self._folder.cleanup()

    def sync(self, link: int, kind: str = "sync") -> dict[str, Any]:
        """Have a run of this kind done; its counters, and `seconds`, `peak` (kB) …"""
        self._connection.send((link, kind))
        result: dict[str, Any] = self._connection.recv()
        if result["state"] != "done":
            raise RuntimeError(f"the run ended {result['state']}: {result['message']}")
        return result


def _wait_for(there: Any, child: Child) -> None:
    deadline = time.monotonic() + START
    while not there():
        if not child.alive or time.monotonic() > deadline:
            raise RuntimeError(f"did not start:\n{child.tail(15)}")
        time.sleep(0.02)
