"""Odoo's command line on one database; what it logs is handed back."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from devlib import Environment
from devlib.odoo_command import with_free_ports

SCRIPTS = Path(__file__).parent / "scripts"
MODULE = "account_silverfin"
LINES = 15
"""Of a failed command's output."""


class OdooCommand:
    """`odoo …` beside, or without, running servers."""

    def __init__(self, environment: Environment, database: str) -> None:
        self.environment = environment
        self.database = database

    def install(self, modules: str = MODULE) -> str:
        """Install the module, or others (commas between them); answers the log."""
        return self._server("-i", modules)

    def upgrade(self) -> str:
        """Upgrade the module; answers the log."""
        return self._server("-u", MODULE)

    def shell(self, script: str, **given: object) -> tuple[dict, str]:
        """Run one of `scripts/` in `odoo shell`; the JSON it writes, and the log."""
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer"
            log = self._run(
                *("shell", "-d", self.database, "--no-http"),
                source=SCRIPTS / script,
                given={**given, "answer": str(answer)},
            )
            # Odoo's shell ends with status 0 whatever its script raised
            assert answer.exists(), f"{script}: {log}"
            return json.loads(answer.read_text()), log

    def _server(self, *options: str) -> str:
        words = ["-d", self.database, *options, "--stop-after-init", "--no-http"]
        return self._run(*with_free_ports(words))

    def _run(
        self, *words: str, source: Path | None = None, given: object = None
    ) -> str:
        done = subprocess.run(
            self.environment.odoo_command(*words),
            env={**self.environment.variables, "SILVERFIN_GIVEN": json.dumps(given)},
            input=source.read_text() if source else "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        end = "\n".join(done.stdout.splitlines()[-LINES:])
        assert done.returncode == 0, f"odoo {' '.join(words)}: {end}"
        return done.stdout
