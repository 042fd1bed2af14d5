"""The Silverfin sandbox (tests/sandbox) as a process of its own."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .children import Child, end_cleanly_on_signals
from .environment import Environment, prepare
from .paths import LOGS, REPOSITORY
from .progress import SetupError

POLL = 0.05


class SandboxProcess:
    """`python -m sandbox …` on a free port; ended at the end of the `with` block.

    `options` are those of the sandbox's command line (`--sync-point chosen`,
    `--scenario demo`). Once started, `announced` holds all it told of itself (with a
    scenario also `client_id`, `client_secret`, `users` …) and `url` its address.
    `timeout` is in seconds.
    """

    def __init__(
        self,
        options: Sequence[str] = (),
        *,
        port: int = 0,
        log: Path | None = None,
        timeout: float = 120.0,
        environment: Environment | None = None,
    ) -> None:
        self.environment = environment or prepare()
        self.announced: dict[str, Any] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="silverfin-sandbox-")
        self._file = Path(self._folder.name) / "announced.json"
        self.log = log or LOGS / "sandbox.log"
        self._timeout = timeout
        self._command = [
            *(str(self.environment.python), "-m", "sandbox"),
            *("--port", str(port), "--announce", str(self._file)),
            *options,
        ]
        self._child: Child | None = None

    def __enter__(self) -> SandboxProcess:
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
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return self.announced["url"]

    def start(self) -> None:
        """Start, and wait until it has told its address."""
        end_cleanly_on_signals()
        self._child = Child(
            self._command,
            env={**self.environment.variables, "PYTHONPATH": str(REPOSITORY / "tests")},
            log=self.log,
        )
        try:
            self.announced = self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it; one that has ended is no error."""
        if self._child is not None:
            self._child.stop()
        self._folder.cleanup()

    def kill(self) -> None:
        """SIGKILL it at once."""
        self.child.kill()

    def _wait(self) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            if not self.child.alive:
                raise SetupError(f"the sandbox ended at its start (log: {self.log})")
            if self._file.exists():
                return json.loads(self._file.read_text())
            time.sleep(POLL)
        raise SetupError(f"the sandbox did not answer: {self.log}")
