"""Which error each answer becomes, and what its message may hold."""

import email.utils
import io
import logging
import pickle
import time
import traceback

from rawserver import Seen, in_turn, reply
from support import TOKEN, TOKEN_CALL, Case, submit

from silverfin_api import (
    ActionError,
    ClientRefused,
    Forbidden,
    Misconfigured,
    NotFound,
    NotSetUp,
    Reconnect,
    Rejected,
    Resynchronise,
    RetryLater,
    SilverfinClient,
    SilverfinError,
    TokenAuth,
    Tokens,
    UnknownOutcome,
    Unreadable,
)

HTML = {"body": b"<!DOCTYPE html><title>Bad gateway</title>", "kind": "text/html"}


class Statuses(Case):
    def refused(self, behave, call) -> SilverfinError:
        server, client = self.pair(behave)
        with self.assertRaises(SilverfinError) as caught:
            call(client)
        self.assertEqual(len(server.seen), 1)
        return caught.exception

    def read(self, behave) -> SilverfinError:
        return self.refused(behave, lambda client: client.company_info("5"))

    def write(self, behave) -> SilverfinError:
        return self.refused(behave, submit)

    def test_each(self):
        for status, read, write in (
            (400, Unreadable, Rejected),
            (403, Forbidden, Forbidden),
            (404, NotFound, NotFound),
            (405, Unreadable, Rejected),
            (408, RetryLater, RetryLater),
            (409, NotSetUp, Resynchronise),
            (410, NotFound, NotFound),
            (413, Unreadable, Rejected),
            (422, Unreadable, Rejected),
            (429, RetryLater, RetryLater),
            (500, RetryLater, UnknownOutcome),
            (502, RetryLater, UnknownOutcome),
            (503, RetryLater, RetryLater),
            (504, RetryLater, UnknownOutcome),
            (599, RetryLater, UnknownOutcome),
        ):
            for content in ({"payload": {"error": "said so"}}, HTML, {"body": b'{"e'}):
                with self.subTest(status=status, content=content):
                    got = self.read(reply(status=status, **content))
                    self.assertIs(type(got), read)
                    self.assertEqual(got.status, status)
                    got = self.write(reply(status=status, **content))
                    self.assertIs(type(got), write)
                    self.assertEqual(got.status, status)
                    self.assertNotIn("<", got.message)
                    if "payload" in content:
                        self.assertIn("said so", got.message)

    def test_unclear_success(self):
        for content in (
            HTML,
            {"body": b"<html>", "kind": "application/json"},
            {"body": b'{"sync_point": "p'},
            {"body": b""},
            {"body": b"null"},
            {"body": b"[]"},
            {"body": b'"p2"'},
            {"body": b'{"sync_point": null, "sync_reference": "r"}'},
            {"body": b'{"sync_point": 5, "sync_reference": "r"}'},
            {"body": b'{"other": 1}'},
            {"body": b"[" * 100_000},
            {"body": b"\xff\xfe{}"},
            {"body": b"\x00"},
            {"status": 204},
        ):
            with self.subTest(content=content):
                self.assertIs(type(self.read(reply(**content))), Unreadable)
                self.assertIs(type(self.write(reply(**content))), UnknownOutcome)

    def test_half_an_answer_to_a_write_without_a_result(self):
        for content in (HTML, {"body": b'{"sync'}):
            got = self.refused(reply(**content), lambda client: client.reset("5"))
            self.assertIs(type(got), UnknownOutcome)

    def test_retry_after(self):
        later = email.utils.formatdate(time.time() + 30, usegmt=True)
        earlier = email.utils.formatdate(time.time() - 30, usegmt=True)
        for said, least, most in (
            ("7", 7, 7),
            ("0", 0, 0),
            (" 12 ", 12, 12),
            ("99999999999999", 86400, 86400),
            (later, 28, 31),
            (earlier, 0, 0),
        ):
            for status in (429, 503, 500):
                headers = {"Retry-After": said}
                got = self.write(reply({}, status, headers=headers))
                with self.subTest(said=said):
                    self.assertIsInstance(got.retry_after, float)
                    self.assertLessEqual(least, got.retry_after)
                    self.assertLessEqual(got.retry_after, most)
        for said in ("soon", "-5", "1.5", "", "١٢", "Thu, 99 Foo 2026 00:00:00 GMT"):
            with self.subTest(said=said):
                headers = {"Retry-After": said.encode().decode("latin-1")}
                got = self.write(reply({}, 429, headers=headers))
                self.assertIsNone(got.retry_after)

    def test_missing_right(self):
        doorkeeper = {"WWW-Authenticate": 'Bearer realm="x", scope="financials:read"'}
        got = self.read(reply({}, 403, headers=doorkeeper))
        self.assertEqual(got.right, "financials:read")
        said = {"error": 'Access to this resource requires scope "webhooks".'}
        got = self.read(reply(said, 403))
        self.assertEqual(got.right, "webhooks")
        got = self.read(reply({"error": "no"}, 403))
        self.assertIsNone(got.right)
        self.assertIn("financials:transactions:sync", got.message)

    def test_rejected_actions(self):
        unknown = "no account"
        for said, errors in (
            ({"errors": [{"index": 0, "message": unknown}]}, [(0, unknown)]),
            ({"errors": [{"index": "0", "message": unknown}]}, [(0, unknown)]),
            ({"errors": [{"message": unknown}]}, [(None, unknown)]),
            ({"errors": [{"index": 1, "message": unknown}]}, [(None, unknown)]),
            ({"errors": [{"index": -1, "message": unknown}]}, [(None, unknown)]),
            ({"errors": [{"index": True, "message": unknown}]}, [(None, unknown)]),
            ({"errors": [{"index": 0.5, "message": unknown}]}, [(None, unknown)]),
            ({"errors": [{"index": [], "error": unknown}]}, [(None, unknown)]),
            ({"errors": [{"index": 0, "message": None}]}, [(0, "")]),
            ({"errors": [{"index": 0, "message": [1.5]}]}, [(0, '["1.5"]')]),
            (
                {"errors": [unknown, 5, None]},
                [(None, x) for x in (unknown, "5", "null")],
            ),
            ({"errors": unknown}, [(None, unknown)]),
            ({"errors": {"date": ["bad"]}}, [(None, 'date: ["bad"]')]),
            ({"error": unknown}, [(None, unknown)]),
            ({"errors": [], "error": unknown}, [(None, unknown)]),
            ({"errors": 5}, []),
            ([{"index": 0, "message": unknown}], [(0, unknown)]),
            ({}, []),
            (None, []),
        ):
            with self.subTest(said=said):
                got = self.write(reply(said, 422))
                self.assertIs(type(got), Rejected)
                self.assertEqual(got.errors, tuple(ActionError(*e) for e in errors))

    def test_refusal_whose_reason_got_lost(self):
        def cut(seen, sock):
            sock.sendall(b"HTTP/1.1 422 No\r\nContent-Length: 99\r\n\r\n{")
            return False

        self.assertIs(type(self.write(cut)), RetryLater)

    def test_texts_of_the_server_are_tamed(self):
        nasty = "one\r\nERROR two\x1b[31m\u202eright\x00 " + "long " * 200 + TOKEN
        got = self.write(reply({"error": nasty}, 422))
        for text in (got.message, got.errors[0].message):
            self.assertNotRegex(text, "[\r\n\x00-\x1f\u202e]")
            self.assertLessEqual(len(text), 340)
            self.assertTrue("one ERROR two[31mright long" in text)
        self.assertLessEqual(len(got.errors[0].message), 300)

    def test_errors_can_be_pickled(self):
        got = self.write(reply({"error": "x"}, 422))
        copy = pickle.loads(pickle.dumps(got))
        self.assertEqual((copy.message, copy.errors), (got.message, got.errors))

    def test_webhook_that_is_gone(self):
        for status in (404, 410):
            server, client = self.pair(reply({"error": "gone"}, status))
            self.assertIsNone(client.delete_webhook("3"))
        got = self.refused(reply({}, 500), lambda client: client.delete_webhook("3"))
        self.assertIs(type(got), UnknownOutcome)


class Access(Case):
    def renewing(self, behave, renew):
        server = self.serve(behave)
        auth = TokenAuth(lambda: TOKEN, renew)
        return server, self.client(server.url, auth=auth)

    def test_renewed_once_and_repeated_once(self):
        refused = []
        server, client = self.renewing(
            in_turn(reply({}, 401), reply({"sync_point": "p2"})),
            lambda token: (refused.append(token), "second")[1],
        )
        self.assertEqual(submit(client), "p2")
        self.assertEqual(refused, [TOKEN])
        self.assertEqual(
            [x.headers["authorization"] for x in server.seen],
            [f"Bearer {TOKEN}", "Bearer second"],
        )
        self.assertEqual(server.seen[0].body, server.seen[1].body)

    def test_second_refusal(self):
        refused = []
        server, client = self.renewing(
            reply({}, 401), lambda token: (refused.append(token), "second")[1]
        )
        with self.assertRaises(Reconnect) as caught:
            client.firm()
        self.assertEqual((len(server.seen), refused), (2, [TOKEN]))
        self.assertEqual(caught.exception.status, 401)

    def test_the_same_token_again_is_not_sent(self):
        server, client = self.renewing(reply({}, 401), lambda token: token)
        with self.assertRaises(Reconnect):
            client.firm()
        self.assertEqual(len(server.seen), 1)

    def test_errors_of_the_callbacks_come_through(self):
        def renew(token):
            raise ValueError("the database is gone")

        server, client = self.renewing(reply({}, 401), renew)
        with self.assertRaisesRegex(ValueError, "the database is gone"):
            submit(client)

    def test_unusable_tokens(self):
        server = self.serve(reply({}))
        for token in ("", "two words", "line\r\nX: y", "é", "\x00", None):
            client = self.client(server.url, auth=TokenAuth(lambda t=token: t, None))
            with self.subTest(token=token), self.assertRaises(Reconnect) as caught:
                client.firm()
            if token:
                self.assertNotIn(token, str(caught.exception))
        self.assertEqual(server.seen, [])

    def test_calls_that_need_more(self):
        server = self.serve(reply({}))
        with self.assertRaises(ValueError):
            SilverfinClient(server.url, firm_id="7").firm()
        with self.assertRaises(ValueError):
            SilverfinClient(server.url, auth=TokenAuth(str, str)).firm()


class TokenEndpoint(Case):
    def call(self, behave):
        server, client = self.pair(behave)
        return client.refresh(refresh_token="old-refresh", **TOKEN_CALL)

    def test_codes(self):
        for status in (400, 401):
            for code, kind in (
                ("invalid_grant", Reconnect),
                ("invalid_client", ClientRefused),
                ("unauthorized_client", ClientRefused),
                ("invalid_scope", Misconfigured),
                ("invalid_request", Misconfigured),
                ("invalid_redirect_uri", Misconfigured),
                ("temporarily_unavailable", RetryLater),
                ("never_heard_of", Misconfigured),
                (None, Misconfigured),
                (["x"], Misconfigured),
            ):
                said = {"error": code, "error_description": "Because."}
                with self.subTest(code=code, status=status):
                    with self.assertRaises(SilverfinError) as caught:
                        self.call(reply(said, status))
                    self.assertIs(type(caught.exception), kind)
                    self.assertIn("Because.", caught.exception.message)

    def test_other_failures(self):
        for status, kind in (
            (404, Misconfigured),
            (403, Forbidden),
            (429, RetryLater),
            (503, RetryLater),
            (500, UnknownOutcome),
        ):
            with self.subTest(status=status), self.assertRaises(kind):
                self.call(reply({}, status))

    def test_pair(self):
        said = {"access_token": "a", "refresh_token": "r", "expires_in": 7200, "x": 1}
        self.assertEqual(self.call(reply(said)), Tokens("a", "r", 7200))

    def test_missing_life_time_does_not_lose_the_pair(self):
        for life, expected in ((None, 7200), ("3600", 3600), ([], 7200), (-1, 7200)):
            said = {"access_token": "a", "refresh_token": "r", "expires_in": life}
            self.assertEqual(self.call(reply(said)).expires_in, expected)

    def test_answers_lacking_parts(self):
        for said in (
            {"access_token": "a", "expires_in": 7200},
            {"refresh_token": "r", "expires_in": 7200},
            {"access_token": "", "refresh_token": "r"},
            {"access_token": None, "refresh_token": "r"},
            {"access_token": 5, "refresh_token": "r"},
            [],
        ):
            with self.subTest(said=said), self.assertRaises(UnknownOutcome):
                self.call(reply(said))


class Secrets(Case):
    hidden = (
        TOKEN,
        "second-token",
        "s3cret/with+signs",
        "s3cret%2Fwith%2Bsigns",
        "the-code",
        "old-refresh",
        "new-access",
        "new-refresh",
    )

    def everything(self, error: BaseException) -> str:
        """All that a careless logger could show of an error."""
        shown = "".join(traceback.format_exception(error)) + repr(error) + str(error)
        while error := error.__cause__ or error.__context__:
            shown += repr(error) + str(vars(error))
        return shown

    def echo(self, status: int):
        """A server that repeats all it was told, in its error's text."""

        def behave(seen: Seen, sock):
            told = str(seen.headers) + seen.body.decode()
            return reply({"error": told, "errors": [told]}, status)(seen, sock)

        return behave

    def half(self, seen: Seen, sock):
        body = b'{"access_token": "new-access", "refresh_token": "new-refresh", '
        return reply(body=body)(seen, sock)

    def test_nothing_shows_them(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        loggers = [logging.getLogger(name) for name in ("silverfin_api", "urllib3")]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            self.addCleanup(logger.removeHandler, handler)
            self.addCleanup(logger.setLevel, logging.NOTSET)
        shown = ""
        behaviours = [self.echo(status) for status in (400, 403, 404, 422, 429, 500)]
        behaviours += [
            self.half,
            reply({"access_token": "new-access", "refresh_token": ["new-refresh"]}),
            lambda seen, sock: False,
        ]
        for behave in behaviours:
            server = self.serve(behave)
            auth = TokenAuth(lambda: TOKEN, lambda refused: "second-token")
            client = self.client(server.url, auth=auth)
            for call in (
                lambda c: c.exchange_code(code="the-code", **TOKEN_CALL),
                lambda c: c.refresh(refresh_token="old-refresh", **TOKEN_CALL),
                lambda c: c.company_info("5"),
                submit,
                lambda c: c.create_webhook(f"https://odoo/{TOKEN}", ["a"]),
            ):
                with self.assertRaises(SilverfinError) as caught:
                    call(client)
                shown += self.everything(caught.exception) + repr(client)
        shown += repr(Tokens("new-access", "new-refresh", 7200)) + stream.getvalue()
        self.assertIn("***", shown)
        self.assertIn("oauth/token", shown)
        for secret in self.hidden:
            self.assertNotIn(secret, shown)

    def test_no_address_or_header_in_the_errors_of_the_network(self):
        client = self.client("http://127.0.0.1:1")
        with self.assertRaises(RetryLater) as caught:
            client.refresh(refresh_token="old-refresh", **TOKEN_CALL)
        self.assertNotIn("/oauth", self.everything(caught.exception))
