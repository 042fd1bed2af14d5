"""A web server on bare sockets whose every byte, pause and drop a test decides."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    def json(self) -> Any:
        return json.loads(self.body)


#: Answers a request on its socket; False ends the connection.
Behaviour = Callable[[Seen, socket.socket], object]


def reply(
    payload: Any = None,
    status: int = 200,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    kind: str = "application/json",
) -> Behaviour:
    """A whole answer in one piece, the connection kept open."""
    if body is None:
        body = b"" if payload is None else json.dumps(payload).encode()
    head = {"Content-Type": kind, "Content-Length": str(len(body))} | (headers or {})
    lines = [f"HTTP/1.1 {status} Said", *(f"{k}: {v}" for k, v in head.items())]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda seen, sock: sock.sendall(whole)


def raw(data: bytes) -> Behaviour:
    """These bytes, then the end of the connection."""

    def behave(seen: Seen, sock: socket.socket) -> bool:
        sock.sendall(data)
        return False

    return behave


def drip(data: bytes, pause: float = 0.05) -> Behaviour:
    """One byte at a time, for as long as somebody listens."""

    def behave(seen: Seen, sock: socket.socket) -> bool:
        for byte in data:
            sock.sendall(bytes([byte]))
            time.sleep(pause)
        return False

    return behave


def drop(seen: Seen, sock: socket.socket) -> bool:
    """No answer: the connection ends after the request was read."""
    return False


def silence(seen: Seen, sock: socket.socket) -> bool:
    """No answer, until the other side gives up."""
    sock.settimeout(10)
    try:
        while sock.recv(65536):
            continue
    except OSError:
        return False
    return False


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour for each request; the last one for all that follow."""
    left = list(behaviours)

    def behave(seen: Seen, sock: socket.socket) -> object:
        return (left.pop(0) if len(left) > 1 else left[0])(seen, sock)

    return behave


@dataclass
class RawServer:
    """``with RawServer(behaviour) as server``: ``server.url``, ``server.seen``."""

    behave: Behaviour | None
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> RawServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        self._serving: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # wakes accept(), which close() alone does not
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._thread.join(2)
        for thread in self._serving:
            thread.join(2)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            serving = threading.Thread(
                target=self._serve, args=(sock, self.connections), daemon=True
            )
            self._serving.append(serving)
            serving.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        try:
            if self.behave is None:
                silence(Seen("", "", {}, b"", number), sock)
                return
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            while seen := _request(sock, number):
                self.seen.append(seen)
                if self.behave(seen, sock) is False:
                    break
        except OSError:
            return
        finally:
            sock.close()


def _request(sock: socket.socket, number: int) -> Seen | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    while len(body) < int(headers.get("content-length", 0)):
        more = sock.recv(65536)
        if not more:
            return None
        body += more
    return Seen(method, path, headers, body, number)
