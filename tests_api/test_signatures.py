"""Webhooks without Odoo: signatures, bodies, and reaching our own address."""

from __future__ import annotations

import hashlib
import hmac
import json
import unittest

from rawserver import reply, silence
from support import Case

from silverfin_api import Problem, Unreadable, webhook, wire

BODY = json.dumps(
    {
        "webhook": {"id": 1, "url": "https://x.test", "events": [], "user_id": 1},
        "event": "sync.requested",
        "company": {"id": 100001, "name": "A client file"},
    }
).encode()
FIRST, SECOND = wire.SIGNATURE_HEADERS


def signed(token: str, body: bytes = BODY) -> str:
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


class Signatures(unittest.TestCase):
    def test_names_of_the_headers(self):
        self.assertEqual((FIRST, SECOND), ("X-SF-SIGNATURE-1", "X-SF-SIGNATURE-2"))

    def test_one_match_is_enough(self):
        for headers in (
            {FIRST: signed("one")},
            {SECOND: signed("one")},
            {FIRST: signed("other"), SECOND: signed("one")},
            {FIRST: "", SECOND: signed("one")},
        ):
            self.assertTrue(webhook.is_signed(BODY, headers, ["one"]))
            self.assertTrue(webhook.is_signed(BODY, headers, ["new", "one"]))
            self.assertFalse(webhook.is_signed(BODY, headers, ["new"]))

    def test_no_match(self):
        for value in (
            "",
            "0" * 64,
            signed("one").upper(),
            signed("one")[:-1],
            signed("one") + "0",
            signed("one", BODY + b" "),
            hashlib.sha256(BODY).hexdigest(),
            hmac.new(b"one", BODY, hashlib.sha1).hexdigest(),
            "é" * 64,
            "\udcff",
        ):
            with self.subTest(value=value):
                self.assertFalse(webhook.is_signed(BODY, {FIRST: value}, ["one"]))
        self.assertFalse(webhook.is_signed(BODY, {}, ["one"]))
        self.assertFalse(webhook.is_signed(BODY, {"X-Other": signed("one")}, ["one"]))

    def test_without_a_token_nothing_is_signed(self):
        headers = {FIRST: hmac.new(b"", BODY, hashlib.sha256).hexdigest()}
        for tokens in ((), ("",), ("", "")):
            self.assertFalse(webhook.is_signed(BODY, headers, tokens))

    def test_every_token_is_compared_with_every_header(self):
        """So that the time does not tell which one matched."""
        compared = []
        real = webhook.hmac.compare_digest
        self.addCleanup(setattr, webhook.hmac, "compare_digest", real)

        def compare(one: bytes, two: bytes) -> bool:
            compared.append((one, two))
            return real(one, two)

        webhook.hmac.compare_digest = compare
        headers = {FIRST: signed("one"), SECOND: signed("two")}
        self.assertTrue(webhook.is_signed(BODY, headers, ["one", "two"]))
        self.assertEqual(len(compared), 4)


class Bodies(unittest.TestCase):
    def test_a_body(self):
        self.assertEqual(webhook.parse(BODY), wire.Event("sync.requested", "100001"))

    def test_what_may_be_missing_or_new(self):
        event = {"event": "sync.new", "company": None, "more": [1]}
        self.assertEqual(
            webhook.parse(json.dumps(event).encode()), wire.Event("sync.new", "")
        )

    def test_what_is_no_body(self):
        for body in (
            b"",
            b"x",
            b"[]",
            b"null",
            b'"sync.requested"',
            b"{}",
            b'{"event": 1}',
            b'{"event": ""}',
            b'{"event": "sync.requested", "company": {}}',
            b'{"event": "sync.requested", "company": {"id": []}}',
            b"\xff\xfe",
            b"[" * 60000,
            b'{"event": "sync.reques',
        ):
            with self.subTest(body=body[:40]), self.assertRaises(Unreadable):
                webhook.parse(body)


class Probe(Case):
    SECRET = webhook.key_digest("the key")

    def probe(self, behave, **options):
        server = self.serve(behave)
        url = f"{server.url}/silverfin/webhook/the-key"
        return server, webhook.probe(url, "token", self.SECRET, **options)

    def test_the_question_is_signed_and_the_answer_proves(self):
        def behave(seen, sock):
            nonce = webhook.probe_nonce(seen.body)
            answer = webhook.probe_answer(self.SECRET, nonce)
            return reply(body=answer.encode())(seen, sock)

        server, result = self.probe(behave)
        self.assertEqual(result, webhook.ProbeResult(True, 200))
        (seen,) = server.seen
        self.assertEqual(
            (seen.method, seen.path), ("POST", "/silverfin/webhook/the-key")
        )
        self.assertEqual(webhook.parse(seen.body).name, webhook.PROBE_EVENT)
        headers = {name.lower(): value for name, value in seen.headers.items()}
        self.assertEqual(headers[FIRST.lower()], signed("token", seen.body))

    def test_each_question_is_another(self):
        nonces = set()
        for _time in range(2):
            server, _result = self.probe(reply())
            nonces.add(webhook.probe_nonce(server.seen[0].body))
        self.assertEqual(len(nonces), 2)

    def test_somebody_else_answers(self):
        for status, body in ((200, b"OK"), (200, b""), (404, b""), (503, b"x" * 9)):
            with self.subTest(status=status):
                _server, result = self.probe(reply(status=status, body=body))
                self.assertEqual(result, webhook.ProbeResult(False, status))

    def test_a_redirect_is_not_followed(self):
        elsewhere = self.serve(reply(body=b"x"))
        _server, result = self.probe(
            reply(status=302, headers={"Location": elsewhere.url})
        )
        self.assertEqual(result, webhook.ProbeResult(False, 302))
        self.assertFalse(elsewhere.seen)

    def test_an_answer_without_end(self):
        _server, result = self.probe(reply(body=b"x" * (webhook.LARGEST_BODY + 1)))
        self.assertFalse(result.reached)

    def test_nobody_answers(self):
        result = webhook.probe("http://127.0.0.1:9/secret", "token", self.SECRET)
        self.assertFalse(result.reached)
        self.assertIsNone(result.status)
        self.assertIn("127.0.0.1", result.problem.sentence)
        self.assertNotIn("secret", str(result.problem))

    def test_it_takes_no_longer_than_told(self):
        with self.takes(0.2, 3):
            _server, result = self.probe(silence, deadline=0.4)
        self.assertEqual(result, webhook.ProbeResult(False, None, Problem("no_answer")))


if __name__ == "__main__":
    unittest.main()
