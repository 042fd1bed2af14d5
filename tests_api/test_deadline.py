"""A request ends in time, whatever the server does with its bytes."""

import dataclasses
import os
import socket
import threading
import time
from unittest import mock

import requests
from rawserver import drip, in_turn, reply, silence
from support import LINE, SLACK, TOKEN_CALL, Case, submit

from silverfin_api import RetryLater, UnknownOutcome

SHORT = 0.3
SLOW_HEAD = b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"a" * 4000
SLOW_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b" " * 9000
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n" + b'{"id": 1, "name": "' + b"a" * 9000
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n" * 400


class Dripping(Case):
    def both(self, data: bytes) -> None:
        server, client = self.pair(drip(data), deadline=SHORT)
        with self.takes(SHORT - 0.1, SHORT + SLACK):
            with self.assertRaises(RetryLater) as read:
                client.firm()
        self.assertIn("within 0.3 seconds", read.exception.message)
        with self.takes(SHORT - 0.1, SHORT + SLACK):
            with self.assertRaises(UnknownOutcome):
                submit(client)
        self.assertEqual([x.method for x in server.seen], ["GET", "POST"])

    def test_head(self):
        self.both(SLOW_HEAD)

    def test_head_that_ends_a_line_now_and_then(self):
        self.both(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 90)

    def test_body(self):
        self.both(SLOW_BODY)

    def test_body_without_a_length(self):
        self.both(ENDLESS)

    def test_interim_answers_without_end(self):
        self.both(CONTINUE)

    def test_silence(self):
        server, client = self.pair(silence, deadline=SHORT)
        with self.takes(SHORT - 0.1, SHORT + SLACK):
            with self.assertRaises(RetryLater):
                client.settings()
        with self.assertRaises(UnknownOutcome):
            client.reset("5")

    def test_refresh_without_an_answer_is_unknown(self):
        server, client = self.pair(silence, deadline=SHORT)
        with self.assertRaises(UnknownOutcome):
            client.refresh(refresh_token="r", **TOKEN_CALL)

    def test_slow_answer_within_the_deadline_is_read(self):
        body = b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"sync_point":"p2"}'
        server, client = self.pair(drip(body, 0.002), deadline=5)
        self.assertEqual(submit(client), "p2")

    def test_kept_connection(self):
        server, client = self.pair(
            in_turn(reply({"id": 7, "name": "F"}), drip(SLOW_HEAD)), deadline=SHORT
        )
        client.firm()
        with self.takes(SHORT - 0.1, SHORT + SLACK):
            with self.assertRaises(UnknownOutcome):
                submit(client)
        self.assertEqual(server.connections, 1)

    def test_server_that_reads_nothing(self):
        # a request larger than all buffers on the way is never sent whole
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = self.client(url, deadline=SHORT)
        large = dataclasses.replace(LINE, description="x" * 16_000_000)
        with self.takes(SHORT - 0.1, SHORT + SLACK):
            with self.assertRaises(UnknownOutcome):
                client.submit("5", sync_point="p", actions=[large])

    def test_status_of_a_refusal_counts_though_its_body_drips(self):
        head = b"HTTP/1.1 403 No\r\nContent-Length: 9000\r\n\r\n"
        server, client = self.pair(
            lambda seen, sock: (sock.sendall(head), drip(b" " * 9000)(seen, sock))[1],
            deadline=SHORT,
        )
        with self.takes(SHORT - 0.1, SHORT + SLACK):
            with self.assertRaises(Exception) as caught:
                submit(client)
        self.assertEqual(caught.exception.status, 403)


class Reaching(Case):
    def full(self) -> int:
        """The port of a listener that takes no further connection."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        self.addCleanup(listener.close)
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
            self.addCleanup(waiting.close)
        time.sleep(0.05)
        return listener.getsockname()[1]

    def test_connect_time_out(self):
        client = self.client(f"http://127.0.0.1:{self.full()}", connect_timeout=0.4)
        with self.takes(0.3, 0.4 + SLACK), self.assertRaises(RetryLater) as caught:
            submit(client)
        self.assertIn("in time", caught.exception.message)

    def test_dead_first_address_leaves_time_for_the_next(self):
        server = self.serve(reply({"id": 7, "name": "F"}))
        real = socket.getaddrinfo
        full = self.full()

        def two(host, port, *rest):
            return real(host, full, *rest) + real(host, port, *rest)

        client = self.client(server.url, connect_timeout=2.0)
        with mock.patch("socket.getaddrinfo", two), self.takes(0.9, 2.0 + SLACK):
            self.assertEqual(client.firm().name, "F")

    def test_refused(self):
        free = socket.create_server(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        with self.assertRaises(RetryLater) as caught:
            submit(self.client(f"http://127.0.0.1:{port}"))
        self.assertIn("refused", caught.exception.message)

    def test_unknown_host(self):
        client = self.client("https://no-such-host.invalid", connect_timeout=2)
        with self.assertRaises(RetryLater) as caught:
            submit(client)
        self.assertIn("no-such-host.invalid", caught.exception.message)

    def test_resolver_that_hangs(self):
        ended = threading.Event()
        self.addCleanup(ended.set)
        client = self.client("https://silverfin.invalid", connect_timeout=0.3)
        with mock.patch("socket.getaddrinfo", lambda *_: [ended.wait(60)]):
            with self.takes(0.2, 0.3 + SLACK), self.assertRaises(RetryLater):
                submit(client)

    def test_handshake_that_stalls(self):
        server = self.serve(None)
        client = self.client(f"https://127.0.0.1:{server.port}", connect_timeout=0.4)
        with self.takes(0.3, 0.4 + SLACK), self.assertRaises(RetryLater):
            submit(client)


class Cleanliness(Case):
    def descriptors(self) -> int:
        return len(os.listdir("/proc/self/fd"))

    def test_nothing_leaks(self):
        server, client = self.pair(
            in_turn(
                *[reply({"id": 7, "name": "F"})] * 20,
                drip(SLOW_HEAD),
                drip(SLOW_BODY),
                reply({"id": 7, "name": "F"}),
            ),
            deadline=0.3,
        )
        client.firm()
        client.close()
        time.sleep(0.1)
        before = self.descriptors(), threading.active_count()
        for _ in range(19):
            client.firm()
        for _ in range(2):
            with self.assertRaises(RetryLater):
                client.firm()
        client.firm()
        client.close()
        for _ in range(40):
            after = self.descriptors(), threading.active_count()
            if after == before:
                break
            time.sleep(0.05)
        self.assertEqual(after, before)

    def test_threads_do_not_disturb_each_other(self):
        def behave(seen, sock):
            if "companies" in seen.path:
                return drip(SLOW_HEAD)(seen, sock)
            time.sleep(0.2)
            return reply({"id": 7, "name": "F"})(seen, sock)

        server, client = self.pair(behave, deadline=0.5)
        slow, names = [], []

        def late():
            try:
                client.company_info("5")
            except RetryLater as error:
                slow.append(error)

        threads = [threading.Thread(target=late) for _ in range(3)] + [
            threading.Thread(target=lambda: names.append(client.firm().name))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(3)
        self.assertEqual((len(slow), names), (3, ["F"] * 3))


class UnderOdooTests(Case):
    def test_session_send_that_lengthens_the_time_out(self):
        """Odoo's test runner patches ``send`` so, and compares the time-out."""
        real = requests.Session.send
        asked = []

        def send(session, request, **options):
            if options["timeout"] and options["timeout"] < 10:
                options["timeout"] = 10
            asked.append(request.url)
            return real(session, request, **options)

        server, client = self.pair(silence, deadline=SHORT)
        with mock.patch.object(requests.sessions.Session, "send", send):
            with self.takes(SHORT - 0.1, SHORT + SLACK), self.assertRaises(RetryLater):
                client.firm()
        self.assertEqual(asked, [f"{server.url}/api/v4/f/7/user/firm"])

    def test_blocked_request(self):
        def send(session, request, **options):
            raise requests.ConnectionError(f"verboten: {request.url}")

        server, client = self.pair(silence)
        with mock.patch.object(requests.sessions.Session, "send", send):
            with self.assertRaises(RetryLater):
                submit(client)
