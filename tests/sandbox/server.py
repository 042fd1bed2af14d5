"""Serving the sandbox on a port of this machine, in a thread of the caller's process.

Built on werkzeug's server, with what that one leaves out: connections are kept open
between requests as real servers do, and an answer can be dropped, halved or dripped.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from collections.abc import Iterable
from typing import Any

from werkzeug.exceptions import InternalServerError
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

from .app import SandboxApp
from .core import Sandbox
from .faults import CUT, Cut, Drop

_logger = logging.getLogger(__name__)
LARGEST_BODY = 64 * 1024 * 1024
LONGEST_GOODBYE = 1.0


class _Handler(WSGIRequestHandler):
    """One connection, answering request after request."""

    protocol_version = "HTTP/1.1"
    # Headers and body go out separately: without this each answer waits 40 ms.
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        self.server.connections.add(self.connection)
        try:
            super().handle()
        finally:
            self.server.connections.discard(self.connection)

    def run_wsgi(self) -> None:
        with self.server.answering:
            self._answer()

    def _answer(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        environ[CUT] = Cut()
        try:
            body = _read_body(environ)
            if body is None:
                self.close_connection = True
                answer = Response("The body is too large.", 413)
            else:
                environ["wsgi.input"] = io.BytesIO(body)
                environ["CONTENT_LENGTH"] = str(len(body))
                environ.pop("HTTP_TRANSFER_ENCODING", None)
                answer = Response.from_app(self.server.app, environ, buffered=True)
            self._send(answer, environ)
        except (Drop, ConnectionError, TimeoutError):
            self._hang_up()
        except Exception:
            _logger.exception("The sandbox failed at %s", self.path)
            self._send(InternalServerError().get_response(environ), environ)

    def _send(self, answer: Response, environ: dict[str, Any]) -> None:
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.get_data()
        cut: Cut = environ[CUT]
        self.send_response(answer.status_code)
        for name, value in answer.headers:
            if name.lower() not in ("content-length", "date", "server", "connection"):
                self.send_header(name, value)
        if answer.status_code != 204:
            self.send_header("Content-Length", str(len(answer.get_data())))
        if self.close_connection:
            self.send_header("Connection", "close")
        if cut.drip:
            self._drip(cut.drip, b"".join([*self._headers_buffer, b"\r\n", body]))
            return
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut.half else body)
        if cut.half:
            self._hang_up()

    def _drip(self, pause: float, data: bytes) -> None:
        self._headers_buffer: list[bytes] = []
        for index in range(len(data)):
            self.wfile.write(data[index : index + 1])
            time.sleep(pause)

    def _hang_up(self) -> None:
        self.close_connection = True
        _shut(self.connection)

    def log_request(self, *args: Any) -> None:
        """Nothing: the sandbox keeps its own log."""


class _Answering:
    """Counts the requests being answered, so that stopping can wait for them."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *exc: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for_none(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._count, seconds)


class _Server(ThreadedWSGIServer):
    """Keeps its open connections, so that stopping ends them too."""

    def __init__(self, host: str, port: int, app: Any) -> None:
        self.connections: set[socket.socket] = set()
        self.answering = _Answering()
        super().__init__(host, port, app, handler=_Handler)

    def log(self, type: str, message: str, *args: Any) -> None:
        _logger.info(message, *args)


class SandboxServer:
    """Serves a sandbox while it is used as a context manager.

    ``url`` is its address, without a slash at the end. ``stop`` and ``start`` may be
    called in between: the port stays the same, so "connection refused" can be tried.
    """

    def __init__(
        self, sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.sandbox = sandbox
        self.host = host
        self.port = port
        self.stop_asked = threading.Event()
        self._app = SandboxApp(sandbox, stop=self.stop_asked.set)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> SandboxServer:
        """Listen and answer, in a thread."""
        server = _Server(self.host, self.port, self._app)
        self.port = server.port
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, finish what is being answered, hang up on everybody."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        # Who asked for the end gets the answer; a slow fault is not waited out.
        server.answering.wait_for_none(LONGEST_GOODBYE)
        for connection in list(server.connections):
            _shut(connection)
        self.sandbox.faults.release()
        if self._thread is not None:
            self._thread.join(5)

    def __enter__(self) -> SandboxServer:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()


def _read_body(environ: dict[str, Any]) -> bytes | None:
    """The whole body, or None when it is larger than anybody should send."""
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = b"".join(_pieces(source))
        return body if len(body) <= LARGEST_BODY else None
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return source.read(length) if length <= LARGEST_BODY else None


def _pieces(source: Any) -> Iterable[bytes]:
    total = 0
    while total <= LARGEST_BODY and (piece := source.read(65536)):
        total += len(piece)
        yield piece


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It was gone already, which is what is wanted.
        return
