"""Start a sandbox as a process: ``python -m sandbox --port 0 --announce FILE``.

Once it listens it writes its address (and with a scenario its credentials) as JSON
into FILE. It ends on SIGTERM, SIGINT or ``POST /_control/shutdown``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from .core import READINGS, Sandbox
from .scenario import SCENARIOS
from .server import SandboxServer


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    sandbox = Sandbox(
        sync_point=options.sync_point,
        max_actions=options.max_actions,
        refresh_once=options.refresh_once,
    )
    announced: dict[str, object] = {}
    if options.scenario:
        application = SCENARIOS[options.scenario](sandbox, options.redirect_uri)
        announced = {
            "client_id": application.client_id,
            "client_secret": application.client_secret,
            "webhook_tokens": list(application.signing_tokens),
            "firms": list(sandbox.state.firms),
            "client_files": list(sandbox.state.client_files),
            "users": [user.email for user in sandbox.state.users.values()],
        }
    server = SandboxServer(sandbox, options.host, options.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: server.stop_asked.set())
    with server:
        _announce(options.announce, {"url": server.url, **announced})
        server.stop_asked.wait()
    return 0


def _announce(path: Path | None, what: dict[str, object]) -> None:
    text = json.dumps(what, indent=2)
    if path is None:
        print(text, flush=True)
        return
    # Written aside and renamed: whoever sees the file sees all of it.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--announce", type=Path, help="file to write the address to")
    parser.add_argument("--sync-point", choices=READINGS, default="issued")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS))
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        help="redirect address of the scenario's application; may be repeated",
    )
    parser.add_argument("--max-actions", type=int, default=500)
    parser.add_argument("--refresh-once", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
