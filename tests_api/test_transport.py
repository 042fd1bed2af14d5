"""Connections, sizes, packing, redirects, proxies and TLS."""

import datetime
import gzip
import ipaddress
import logging
import os
import ssl
import tempfile
import time
from pathlib import Path
from unittest import mock, skipUnless

from rawserver import RawServer, drip, drop, in_turn, raw, reply
from support import SLACK, TOKEN, TOKEN_CALL, Case, submit

from silverfin_api import (
    Misconfigured,
    RetryLater,
    UnknownOutcome,
    Unreadable,
    transport,
)

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
except ImportError:  # only the tests of TLS need it
    x509 = None

FIRM = reply({"id": 7, "name": "F"})
POINT = reply({"sync_point": "p2"})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def packed(data: bytes) -> dict:
    return {"body": data, "headers": {"Content-Encoding": "gzip"}}


class Connections(Case):
    def test_kept_and_used_again(self):
        server, client = self.pair(in_turn(FIRM, POINT, FIRM))
        client.firm()
        submit(client)
        client.firm()
        self.assertEqual((server.connections, len(server.seen)), (1, 3))

    def test_closed_before_a_write_is_noticed(self):
        server, client = self.pair(
            in_turn(
                lambda seen, sock: (FIRM(seen, sock), False)[1],
                POINT,
            )
        )
        client.firm()
        time.sleep(0.1)
        self.assertEqual(submit(client), "p2")
        self.assertEqual((server.connections, len(server.seen)), (2, 2))

    def test_closed_as_a_write_arrives_is_unknown_and_not_sent_again(self):
        server, client = self.pair(in_turn(FIRM, drop, POINT))
        client.firm()
        with self.assertRaises(UnknownOutcome):
            submit(client)
        self.assertEqual([x.method for x in server.seen], ["GET", "POST"])

    def test_delete_is_not_sent_again(self):
        server, client = self.pair(in_turn(drop, reply()))
        with self.assertRaises(UnknownOutcome):
            client.reset("5")
        self.assertEqual(len(server.seen), 1)

    def test_dropped_read_may_be_repeated(self):
        server, client = self.pair(drop)
        with self.assertRaises(RetryLater):
            client.firm()

    def test_cut_off_answers(self):
        for data in (
            b"HTTP/1.",
            b"no http at all\r\n\r\n",
            HEAD + b'Content-Length: 100\r\n\r\n{"id": 7, "name": "F"}',
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{",
            HEAD + b"X: 1\r\n" * 200 + b"\r\n",
            HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n{}",
        ):
            with self.subTest(data=data[:120]):
                server, client = self.pair(raw(data))
                with self.assertRaises(RetryLater):
                    client.firm()
                with self.assertRaises(UnknownOutcome):
                    submit(client)

    def test_chunked_answer(self):
        body = b'8\r\n{"id": 7\r\n10\r\n, "name": "F\xc3\xa9"}\r\n0\r\n\r\n'
        server, client = self.pair(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body)
        )
        self.assertEqual(client.firm().name, "Fé")

    def test_no_cookie_is_kept(self):
        server, client = self.pair(
            reply({"id": 7, "name": "F"}, headers={"Set-Cookie": "a=b; Path=/"})
        )
        client.firm()
        client.firm()
        self.assertNotIn("cookie", server.seen[1].headers)

    def test_no_password_of_netrc_for_the_token_endpoint(self):
        with tempfile.TemporaryDirectory() as folder:
            netrc = Path(folder, "netrc")
            netrc.write_text("machine 127.0.0.1 login me password hidden\n")
            server, client = self.pair(reply({}))
            with mock.patch.dict(os.environ, {"NETRC": str(netrc)}):
                with self.assertRaises(UnknownOutcome):
                    client.refresh(refresh_token="r", **TOKEN_CALL)
        self.assertNotIn("authorization", server.seen[0].headers)


class Sizes(Case):
    def test_gzip(self):
        server, client = self.pair(
            reply(**packed(gzip.compress(b'{"id": 7, "name": "F"}')))
        )
        self.assertEqual(client.firm().name, "F")
        self.assertEqual(server.seen[0].headers["accept-encoding"], "gzip")

    def test_gzip_in_two_members(self):
        body = gzip.compress(b'{"id": 7, ') + gzip.compress(b'"name": "F"}')
        server, client = self.pair(reply(**packed(body)))
        self.assertEqual(client.firm().name, "F")

    def test_large_gzip_is_whole(self):
        name = "F" * 3_000_000
        body = gzip.compress(f'{{"id": 7, "name": "{name}"}}'.encode())
        server, client = self.pair(reply(**packed(body)))
        self.assertEqual(client.firm().name, name)

    def test_bomb(self):
        bomb = gzip.compress(b" " * (transport.LARGEST_ANSWER + 1))
        server, client = self.pair(reply(**packed(bomb)))
        with self.assertRaises(Unreadable) as caught:
            client.firm()
        self.assertIn("too large", caught.exception.message)
        with self.assertRaises(UnknownOutcome):
            submit(client)

    def test_too_large(self):
        def endless(seen, sock):
            sock.sendall(HEAD + b"\r\n")
            while True:
                sock.sendall(b" " * 65536)

        announced = HEAD + b"Content-Length: 99999999999\r\n\r\n{"
        for behave in (endless, drip(announced, 0)):
            server, client = self.pair(behave)
            with self.assertRaises(Unreadable) as caught:
                client.firm()
            self.assertIn("too large", caught.exception.message)

    def test_bad_packing(self):
        whole = gzip.compress(b'{"id": 7, "name": "F"}')
        for content in (
            packed(whole[:-9]),
            packed(whole[:-8]),  # all of the text, but not its checksum
            packed(b"not gzip at all"),
            {"body": b"{}", "headers": {"Content-Encoding": "br"}},
        ):
            server, client = self.pair(reply(**content))
            with self.subTest(content=content), self.assertRaises(Unreadable):
                client.firm()
            with self.assertRaises(UnknownOutcome):
                submit(client)


class Redirects(Case):
    def test_to_another_host(self):
        other = self.serve(FIRM)
        for status in (301, 302, 307, 308):
            to = {"Location": f"{other.url}/elsewhere?code=hidden"}
            server, client = self.pair(reply({}, status, headers=to))
            for call in (client.firm, lambda client=client: submit(client)):
                with self.subTest(status=status):
                    with self.assertRaises(Misconfigured) as caught:
                        call()
                    self.assertIn("127.0.0.1", caught.exception.message)
                    self.assertNotIn("hidden", caught.exception.message)
        self.assertEqual(other.seen, [])

    def test_on_the_same_host(self):
        server, client = self.pair(reply({}, 302, headers={"Location": "/sign_in"}))
        with self.assertRaises(Unreadable):
            client.firm()
        with self.assertRaises(UnknownOutcome):
            submit(client)
        self.assertEqual(len(server.seen), 2)

    def test_write_that_was_done_elsewhere(self):
        to = {"Location": "https://other.example/result"}
        server, client = self.pair(reply({}, 303, headers=to))
        with self.assertRaises(UnknownOutcome):
            submit(client)

    def test_endless_body_of_a_redirect_is_not_read(self):
        head = b"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n"

        def endless(seen, sock):
            sock.sendall(head)
            while True:
                sock.sendall(b" " * 65536)

        server, client = self.pair(endless)
        with self.takes(0, SLACK), self.assertRaises(Unreadable):
            client.firm()


class Proxies(Case):
    def through(self, proxy: str):
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        environ = dict.fromkeys(names, proxy) | {"NO_PROXY": "", "no_proxy": ""}
        return mock.patch.dict(os.environ, environ)

    def test_loopback_goes_direct(self):
        server, client = self.pair(FIRM)
        with self.through("http://127.0.0.1:1"):
            self.assertEqual(client.firm().id, "7")

    def test_others_go_through_it(self):
        proxy = self.serve(reply({}, 502))
        client = self.client("https://silverfin.invalid")
        with self.through(proxy.url), self.assertRaises(RetryLater):
            submit(client)
        self.assertEqual(
            (proxy.seen[0].method, proxy.seen[0].path),
            ("CONNECT", "silverfin.invalid:443"),
        )
        self.assertNotIn("authorization", proxy.seen[0].headers)

    def test_proxy_that_drips(self):
        proxy = self.serve(drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 900))
        client = self.client("https://silverfin.invalid", deadline=0.3)
        with self.through(proxy.url), self.takes(0.2, 0.3 + SLACK):
            with self.assertRaises(RetryLater):
                submit(client)

    def test_proxy_that_is_gone(self):
        client = self.client("https://silverfin.invalid")
        with self.through("http://127.0.0.1:1"), self.assertRaises(RetryLater):
            submit(client)

    def test_unusable_proxies(self):
        client = self.client("https://silverfin.invalid")
        for proxy in ("socks5://127.0.0.1:1", "http://"):
            with self.subTest(proxy=proxy), self.through(proxy):
                with self.assertRaises(Misconfigured):
                    submit(client)


@skipUnless(x509, "needs the package cryptography")
class Tls(Case):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.pem = Path(folder.name, "server.pem")
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        now = datetime.datetime.now(datetime.timezone.utc)
        host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([host]), False)
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        cls.pem.write_bytes(
            key.private_bytes(
                pem,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(pem)
        )

    def secure(self, behave, **options) -> tuple[RawServer, object]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem)
        server = self.serve(behave, tls=context)
        return server, self.client(server.url, **options)

    def trusting(self):
        return mock.patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": str(self.pem)})

    def test_answer(self):
        server, client = self.secure(in_turn(FIRM, POINT))
        with self.trusting():
            self.assertEqual(client.firm().name, "F")
            self.assertEqual(submit(client), "p2")
        self.assertEqual(server.connections, 1)

    def test_certificate_that_is_not_trusted(self):
        server, client = self.secure(POINT)
        with self.assertRaises(RetryLater) as caught:
            submit(client)
        self.assertIn("certificate", caught.exception.message)
        self.assertEqual(server.seen, [])

    def test_plain_server(self):
        server = self.serve(raw(b"HTTP/1.1 400 Bad\r\n\r\n"))
        client = self.client(server.url.replace("http:", "https:"), connect_timeout=0.5)
        with self.assertRaises(RetryLater):
            submit(client)

    def test_drip(self):
        slow = b"HTTP/1.1 200 OK\r\nX: " + b"a" * 4000
        body = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b" " * 9000
        for data in (slow, body):
            server, client = self.secure(drip(data), deadline=0.4)
            with self.trusting(), self.takes(0.3, 0.4 + SLACK):
                with self.assertRaises(UnknownOutcome):
                    submit(client)

    def test_drip_on_a_kept_connection(self):
        slow = b"HTTP/1.1 200 OK\r\nX: " + b"a" * 4000
        server, client = self.secure(in_turn(FIRM, drip(slow)), deadline=0.4)
        with self.trusting():
            client.firm()
            with self.takes(0.3, 0.4 + SLACK), self.assertRaises(UnknownOutcome):
                submit(client)
        self.assertEqual(server.connections, 1)


class Logging(Case):
    def test_one_line_without_bodies_or_secrets(self):
        server, client = self.pair(
            in_turn(POINT, reply({"access_token": "a1", "refresh_token": "r2"}), POINT)
        )
        with self.assertLogs("silverfin_api", logging.DEBUG) as logs:
            submit(client)
            client.exchange_code(code="c0de", **TOKEN_CALL)
            client.reset("5", after_date=datetime.date(2026, 1, 1))
        self.assertEqual(len(logs.records), 3)
        said = "\n".join(logs.output)
        self.assertRegex(
            said,
            r"POST /api/v4/f/7/syncs/companies/5/transactions: "
            r"200 in \d+ ms, 20 bytes",
        )
        for hidden in (TOKEN, "c0de", "a1", "r2", "s3cret", "400000", "p2", "?"):
            self.assertNotIn(hidden, said)

    def test_a_call_without_an_answer_is_logged_too(self):
        server, client = self.pair(drop)
        with self.assertLogs("silverfin_api", logging.DEBUG) as logs:
            with self.assertRaises(RetryLater):
                client.firm()
        self.assertIn("no answer", logs.output[0])
