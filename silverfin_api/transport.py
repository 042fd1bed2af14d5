"""One HTTP exchange with a hard end: requests' own session on watched sockets.

Socket time-outs limit each single wait, so a server that drips a byte now and then is
never timed out. Here a timer shuts the socket down when the request's time is over.
It works below ``requests.Session``, so whoever patches that still sees every request.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .problems import Problem
from .texts import tidy

#: Bytes of an answer, as sent and as unpacked, beyond which it is not read.
LARGEST_ANSWER = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_BROKEN = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,  # a socket or TLS object closed under the reader
)
_SET_UP = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.MissingSchema,
    UnicodeError,
)


class Lost(Exception):
    """No whole answer came.

    ``left``: whether bytes of the request may have reached the server.
    ``set_up``: whether the request could not even be tried as configured.
    """

    def __init__(self, problem: Problem, *, left: bool, set_up: bool = False) -> None:
        super().__init__(problem.sentence)
        self.problem = problem
        self.left = left
        self.set_up = set_up


class Unusable(Exception):
    """An answer came, whole or too large to finish, that cannot be unpacked."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What came back: ``complete`` is False where an error's body was cut off."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True


class Watch:
    """Ends one request ``seconds`` after it began, whatever the server does.

    A context manager, found by the connections through the running thread. It holds a
    duplicate of the socket's descriptor, because TLS and ``Connection: close`` take
    the original out of sight; shutting the duplicate down wakes every reader.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.left = False
        self.obstacle: Problem | None = None
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._outer: Watch | None = None

    def __enter__(self) -> Watch:
        self._timer.start()
        self._outer = getattr(_running, "watch", None)
        _running.watch = self
        return self

    def __exit__(self, *_: object) -> None:
        _running.watch = self._outer
        self._timer.cancel()
        self._timer.join()
        self._drop()

    def remaining(self) -> float:
        """Seconds left, never less than a millisecond: 0 would mean "do not wait"."""
        return max(self._ends - time.monotonic(), 0.001)

    def hold(self, sock: socket.socket) -> None:
        """Watch over ``sock`` from now on.

        :raises TimeoutError: the time is over already
        """
        with self._lock:
            self._drop()
            if self.expired:
                raise TimeoutError("the request's time is over")
            self._handle = socket.fromfd(
                sock.fileno(), socket.AF_INET, socket.SOCK_STREAM
            )

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            if self._handle is not None:
                try:
                    self._handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    self.obstacle = self.obstacle or Problem("closed")

    def _drop(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


_running = threading.local()


def _watch() -> Watch:
    watch: Watch = _running.watch
    return watch


class _Watched(HTTPConnection):
    """What both kinds of connection add to urllib3's."""

    _opening = False

    def _new_conn(self) -> socket.socket:
        """A connected socket within ``self.timeout``, all addresses together."""
        watch = _watch()
        limit = watch.remaining() if self.timeout is None else float(self.timeout)
        ends = time.monotonic() + min(limit, watch.remaining())
        try:
            sock = _connected(self, ends)
        except socket.gaierror:
            watch.obstacle = Problem("host_unknown", {"host": tidy(self.host)})
            raise NewConnectionError(self, "name not found") from None
        except TimeoutError:
            watch.obstacle = Problem("host_late", {"host": tidy(self.host)})
            raise ConnectTimeoutError(self, "connect time-out") from None
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "no connection"
            watch.obstacle = Problem(
                "host_unreached", {"host": tidy(self.host), "reason": reason}
            )
            raise NewConnectionError(self, reason) from None
        try:
            watch.hold(sock)
        except TimeoutError:
            sock.close()
            raise
        # what is left of the connect time is for the TLS handshake
        sock.settimeout(max(ends - time.monotonic(), 0.001))
        return sock

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        except ssl.SSLCertVerificationError as error:
            reason = tidy(error.verify_message)
            _watch().obstacle = Problem("certificate", {"reason": reason})
            raise
        except (ssl.SSLError, TimeoutError):
            watch = _watch()
            watch.obstacle = watch.obstacle or Problem("not_secure")
            raise
        finally:
            self._opening = False

    def send(self, data: Any) -> None:
        """As urllib3's, and notes that the request has begun to leave."""
        if self.sock is None and self.auto_open:
            self.connect()
        watch = _watch()
        if not self._opening and not watch.left:
            watch.hold(self.sock)
            self.sock.settimeout(watch.remaining())
            watch.left = True
        super().send(data)


class _SecureConnection(_Watched, HTTPSConnection):
    """HTTPS on a watched socket."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _PlainPool, "https": _SecurePool}


def _connected(conn: Any, ends: float) -> socket.socket:
    failure: OSError = TimeoutError()
    addresses = _addresses(conn._dns_host, conn.port, ends)
    for tried, (family, kind, proto, _name, address) in enumerate(addresses):
        # a fair share each, so that a dead first address leaves time for the next
        left = (ends - time.monotonic()) / (len(addresses) - tried)
        if left <= 0:
            raise TimeoutError
        sock = None
        try:
            sock = socket.socket(family, kind, proto)
            for option in conn.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(left)
            sock.connect(address)
            return sock
        except OSError as error:
            if sock is not None:
                sock.close()
            failure = error
    raise failure


def _addresses(host: str, port: int, ends: float) -> list[Any]:
    """``getaddrinfo`` that gives up in time; its thread ends when the resolver does."""
    host = host.strip("[]")
    found: list[Any] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)
        except UnicodeError:
            failed.append(socket.gaierror())

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(ends - time.monotonic(), 0.001))
    if asking.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    return found


class WatchedAdapter(HTTPAdapter):
    """requests' adapter on watched connections; never repeats a request by itself."""

    def __init__(self, connect_timeout: float) -> None:
        self._connect_timeout = connect_timeout
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if proxy.lower().startswith("socks"):
            raise requests.exceptions.InvalidSchema("SOCKS proxies are not supported")
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def close(self) -> None:
        """Close the kept connections now, not when their pool is collected."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():
                pool = manager.pools.get(key)
                if pool is not None:
                    pool.close()
        super().close()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """As requests', with the times of the running watch in place of ``timeout``."""
        left = _watch().remaining()
        limits = urllib3.Timeout(connect=min(self._connect_timeout, left), read=left)
        return super().send(
            request,
            stream=stream,
            timeout=limits,  # type: ignore[arg-type]  # its stub lacks it
            verify=verify,
            cert=cert,
            proxies=proxies,
        )


class WatchedSession(requests.Session):
    """A requests session that follows no redirect and keeps no cookie.

    Proxies and certificates of the environment count as they do in requests, except
    that this machine itself (``direct``) is never asked for through a proxy.
    """

    def __init__(self, *, connect_timeout: float, direct: bool) -> None:
        super().__init__()
        self._direct = direct
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers.update(
            {
                "User-Agent": "account_silverfin",
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
            }
        )
        for scheme in ("https://", "http://"):
            self.mount(scheme, WatchedAdapter(connect_timeout))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the whole body of a redirect, unlimited."""

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        settings = super().merge_environment_settings(
            url, proxies, stream, verify, cert
        )
        if self._direct:
            settings["proxies"] = {}
        return settings


def exchange(
    session: requests.Session,
    method: str,
    url: str,
    *,
    deadline: float,
    largest: int = LARGEST_ANSWER,
    **content: Any,
) -> Answer:
    """Send one request and read its whole answer within ``deadline`` seconds.

    :raises Lost: no whole answer
    :raises Unusable: a 2xx or 3xx answer that is too large or cannot be unpacked
    """
    problem, set_up = Problem("broken"), False
    with Watch(deadline) as watch:
        try:
            with session.request(
                method,
                url,
                # a plain number: Odoo's tests compare it; the adapter sets the limits
                timeout=deadline,
                allow_redirects=False,
                stream=True,
                **content,
            ) as response:
                answer = _read(response, largest, watch)
            if not watch.expired or answer.status >= 400:
                return answer
        except _BROKEN as error:
            problem = watch.obstacle or problem
            set_up = isinstance(error, _SET_UP) and not watch.left
    # raised out here: the errors of requests quote addresses and headers
    if watch.expired:
        problem = Problem("late", {"seconds": f"{deadline:g}"})
    elif set_up:
        problem = Problem("not_sendable")
    raise Lost(problem, left=watch.left, set_up=set_up)


def _read(response: requests.Response, largest: int, watch: Watch) -> Answer:
    status = response.status_code
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        body = _body(response, headers, largest)
    except _Unpackable as error:
        if status < 400:
            raise Unusable(error.sentence, status) from None
        return Answer(status, headers, b"", complete=False)
    except _BROKEN:
        if status < 400:
            raise
        return Answer(status, headers, b"", complete=False)
    # a shut-down socket can look like the regular end of an answer
    return Answer(status, headers, body, complete=not watch.expired)


class _Unpackable(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _body(
    response: requests.Response, headers: Mapping[str, str], largest: int
) -> bytes:
    announced = headers.get("content-length", "").strip()
    length = int(announced) if announced.isdecimal() and announced.isascii() else None
    if length is not None and length > largest:
        raise _Unpackable("Silverfin's answer is too large to be one.")
    received = 0

    def chunks() -> Iterator[bytes]:
        nonlocal received
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            received += len(chunk)
            yield chunk

    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("gzip", "x-gzip"):
        body = _joined(_unzipped(chunks(), largest), largest)
    elif coding in ("", "identity"):
        body = _joined(chunks(), largest)
    else:
        raise _Unpackable("Silverfin's answer is packed in a way not asked for.")
    if length is not None and received < length and response.status_code != 204:
        raise http.client.IncompleteRead(b"", length - received)
    return body


def _joined(pieces: Iterable[bytes], largest: int) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > largest:
            raise _Unpackable("Silverfin's answer is too large to be one.")
    return bytes(whole)


def _unzipped(chunks: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """Unpack piece by piece, never more than a chunk at a time in memory."""
    unpacker = zlib.decompressobj(wbits=31)
    begun = False
    for chunk in chunks:
        data, piece = chunk, b""
        # a full piece may have left more behind inside, with no input to show for it
        while data or (len(piece) == _CHUNK and not unpacker.eof):
            if unpacker.eof:  # another member follows
                unpacker = zlib.decompressobj(wbits=31)
            begun = True
            try:
                piece = unpacker.decompress(data, _CHUNK)
            except zlib.error:
                raise _Unpackable("Silverfin's answer cannot be unpacked.") from None
            yield piece
            data = unpacker.unconsumed_tail or unpacker.unused_data
    if begun and not unpacker.eof:
        raise _Unpackable("Silverfin's answer is packed and cut off.")
