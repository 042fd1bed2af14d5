"""A server that takes whatever is submitted, as fast as Python reads it from a socket.

Run as a program, in a process of its own: `python sink.py ANNOUNCE`. It answers what
the contract answers, keeps one client file's sync point, refuses a wrong one, and
counts; it holds no books. `POST /_sink/delay` (milliseconds as the body) makes every
submit take so long, `GET /_sink/counters` gives the counts, `POST /_sink/clear` forgets
them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import sys
import threading
import time
from pathlib import Path

MOST_ACTIONS = 500
SYNC_POINT = re.compile(rb'"sync_point":"([^"]*)"')
CHUNK = 1 << 20


class Sink:
    """What all connections share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.delay = 0.0
        self.point = "point-0"
        self.moves = 0
        self.busy = 0
        self.clear()

    def clear(self) -> None:
        """Forget the counts."""
        self.counters = {"requests": 0, "actions": 0, "bytes": 0, "overlaps": 0}
        self.sizes: list[int] = []

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        """Status and JSON of one answer."""
        if path.startswith("/_sink/"):
            return 200, self._control(path, body)
        if method == "POST" and path.endswith("/transactions"):
            return self._submit(body)
        if method == "DELETE" and path.endswith("/reset"):
            self._move()
            return 200, {}
        if method == "GET" and path.endswith("/info"):
            return 200, self._info()
        if path.endswith("/syncs/settings"):
            return 200, {
                "max_actions_per_request": MOST_ACTIONS,
                "max_analytical_dimensions": 4,
                "account_name_locales": ["en", "fr", "nl"],
            }
        # references, years, webhooks, and lists of nothing
        return 200, [] if method == "GET" else {}

    def _submit(self, body: bytes) -> tuple[int, object]:
        with self.lock:
            self.busy += 1
            self.counters["overlaps"] += self.busy > 1
        try:
            sent = SYNC_POINT.search(body, 0, 4096)
            if not sent or sent[1].decode() != self.point:
                return 409, {"error": "The sync point is not the current one"}
            # within a text the quotes would be escaped
            actions = body.count(b'{"upsert":{') + body.count(b'{"delete":{')
            if not 0 < actions <= MOST_ACTIONS:
                return 422, {"error": f"{actions} actions"}
            time.sleep(self.delay)
            self.counters["requests"] += 1
            self.counters["actions"] += actions
            self.counters["bytes"] += len(body)
            self.sizes.append(actions)
            return 200, {"sync_point": self._move()}
        finally:
            with self.lock:
                self.busy -= 1

    def _move(self) -> str:
        self.moves += 1
        self.point = f"point-{self.moves}"
        return self.point

    def _info(self) -> dict[str, object]:
        return {
            "sync_point": self.point,
            "sync_start_at": None,
            "sync_reference": "reference",
        }

    def _control(self, path: str, body: bytes) -> object:
        if path.endswith("/delay"):
            self.delay = float(body) / 1000
        elif path.endswith("/clear"):
            self.clear()
        return {**self.counters, "sizes": self.sizes}


def serve(sink: Sink, connection: socket.socket) -> None:
    """Answer the requests of one connection until it is closed."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = bytearray()
    with connection, contextlib.suppress(ConnectionError):
        while True:
            while (end := buffer.find(b"\r\n\r\n")) < 0:
                if not (chunk := connection.recv(CHUNK)):
                    return
                buffer += chunk
            head = bytes(buffer[:end]).decode("latin-1")
            length = re.search(r"(?im)^content-length: *(\d+)", head)
            whole = end + 4 + (int(length[1]) if length else 0)
            while len(buffer) < whole:
                if not (chunk := connection.recv(CHUNK)):
                    return
                buffer += chunk
            body = bytes(buffer[end + 4 : whole])
            del buffer[:whole]
            method, target = head.split(" ", 2)[:2]
            status, payload = sink.answer(method, target.split("?")[0], body)
            answer = json.dumps(payload).encode()
            connection.sendall(
                b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (status, len(answer), answer)
            )


def main(announce: Path) -> None:
    """Listen on a free port and write the address into the file."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        part = announce.with_suffix(".part")
        part.write_text(f"http://127.0.0.1:{listener.getsockname()[1]}")
        os.replace(part, announce)
        while True:
            connection, _address = listener.accept()
            threading.Thread(target=serve, args=(sink, connection), daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
