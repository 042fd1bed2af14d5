"""A real Odoo server process on a free port of 127.0.0.1."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from .children import Child, end_cleanly_on_signals
from .environment import Environment, prepare
from .odoo_command import free_port
from .paths import LOGS
from .progress import SetupError

POLL = 0.1


class OdooServer:
    """A running Odoo for one database; stopped at the end of the `with` block.

    `http_port` 0 takes a free one. `workers` 0 is one threaded process, more are worker
    processes beside `max_cron_threads` cron processes. `options` are further options of
    Odoo's command line. `timeout` is in seconds, from the start to the first answer.
    PostgreSQL must be up (it is, in programs started by `dev/run` and `make`).
    """

    def __init__(
        self,
        database: str,
        *,
        http_port: int = 0,
        workers: int = 0,
        max_cron_threads: int = 1,
        options: Sequence[str] = (),
        log: Path | None = None,
        timeout: float = 300.0,
        environment: Environment | None = None,
    ) -> None:
        self.environment = environment or prepare()
        self.port = http_port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log or LOGS / f"server-{database}-{self.port}.log"
        self._timeout = timeout
        self._command = self.environment.odoo_command(
            f"--database={database}",
            f"--db-filter=^{database}$",
            "--http-interface=127.0.0.1",
            f"--http-port={self.port}",
            f"--gevent-port={free_port()}",
            f"--workers={workers}",
            f"--max-cron-threads={max_cron_threads}",
            *options,
        )
        self._child: Child | None = None

    def __enter__(self) -> OdooServer:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    @property
    def child(self) -> Child:
        """The started process."""
        assert self._child is not None, "not started"
        return self._child

    @property
    def pid(self) -> int:
        """The main process's id, which is its process group's too."""
        return self.child.process.pid

    def start(self) -> None:
        """Start, and wait until it answers; a SetupError says why it does not."""
        end_cleanly_on_signals()
        self._child = Child(self._command, env=self.environment.variables, log=self.log)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it as a service manager would; a server that has ended is no error."""
        if self._child is not None:
            self._child.stop()

    def kill(self) -> None:
        """SIGKILL the server with all its workers at once."""
        self.child.kill()

    def _wait(self) -> None:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            if not self.child.alive:
                raise SetupError(f"Odoo ended at its start (log: {self.log})")
            if self._answers():
                return
            time.sleep(POLL)
        raise SetupError(f"Odoo did not answer in {self._timeout:.0f} s: {self.log}")

    def _answers(self) -> bool:
        # This route loads the database's modules, unlike /web/health.
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=120):
                return True
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise SetupError(
                    f"Odoo's login page answers {error.code} (log: {self.log})"
                ) from error
            return True
        except OSError:
            return False
