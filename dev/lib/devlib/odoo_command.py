"""`dev/odoo …`: the real Odoo's command line, with PostgreSQL up while it runs."""

from __future__ import annotations

import random
import socket

from . import children
from .environment import Environment
from .progress import SetupError

PORT_OPTIONS = ("-p", "--http-port", "--no-http")
GEVENT_OPTIONS = ("--gevent-port", "--no-http")
PORTS = range(20000, 32000)
"""Below those that the kernel gives to outgoing connections: such a one may be taken
again before the server that it was chosen for has started."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses right now."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SetupError(f"no free port from {PORTS.start} to {PORTS.stop}")


def _has(arguments: list[str], options: tuple[str, ...]) -> bool:
    return any(word.split("=")[0] in options for word in arguments)


def with_free_ports(arguments: list[str]) -> list[str]:
    """Add free ports to a server's command line that names none."""
    is_server = (
        not arguments or arguments[0].startswith("-") or arguments[0] == "server"
    )
    if not is_server:
        return arguments
    chosen = list(arguments)
    if not _has(arguments, PORT_OPTIONS):
        chosen.append(f"--http-port={free_port()}")
    if not _has(arguments, GEVENT_OPTIONS):
        chosen.append(f"--gevent-port={free_port()}")
    return chosen


def run(environment: Environment, arguments: list[str]) -> int:
    """Run Odoo in the foreground; answers its exit status."""
    with environment.postgres as postgres:
        return children.run(
            environment.odoo_command(*with_free_ports(arguments)),
            environment.variables,
            [postgres.descriptor],
        )
