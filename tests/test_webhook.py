"""Silverfin's calls: who is believed, what they start, and how they are registered.

That a server really reaches its own address is tested on real processes, in
dev/processes/test_webhook.py: here one thread would wait for itself.
"""

import json
import logging
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..silverfin_api import WEBHOOK_EVENTS, Problem, webhook
from .common import SilverfinCase, SilverfinHttpCase
from .sandbox.webhooks import signature
from .test_place import move_away

ROUTE = "/silverfin/webhook/"
FOREIGN = "Somebody else's client"


class WebhookMixin:
    """A connection with signing tokens, and one client file that is set up."""

    def setUp(self):
        super().setUp()
        first, second = self.application.signing_tokens
        self.connection.write(
            {"webhook_token_1_input": first, "webhook_token_2_input": second}
        )
        self.connect()
        self.link = self.make_link()
        self.client_file = self.sandbox.add_client_file(self.firm, "Ours")
        self.link.sudo().position_id.write(
            {"state": "in_sync", "client_file_number": str(self.client_file.id)}
        )
        self.key = self.env["silverfin.webhook"].sudo()._new_key(self.connection)
        self.env["silverfin.run"].sudo().search([]).unlink()
        self.env.flush_all()

    def runs(self):
        self.env.invalidate_all()
        return self.env["silverfin.run"].search([], order="id")

    def body(self, event="sync.requested", company=None, **values):
        return json.dumps(
            {
                "webhook": {"id": 901, "url": "https://x.test", "events": []},
                "event": event,
                "company": {"id": company or self.client_file.id, "name": FOREIGN},
                **values,
            }
        ).encode()


@tagged("post_install", "-at_install")
class TestWebhookCalls(WebhookMixin, SilverfinHttpCase):
    def call(self, body, *, key=None, headers=None, token=0):
        """Call as Silverfin does, signed with one of the two tokens."""
        self.env.flush_all()
        if headers is None:
            headers = {
                f"X-SF-SIGNATURE-{token + 1}": signature(
                    self.application.signing_tokens[token], body
                )
            }
        headers = {"Content-Type": "application/json", **headers}
        return self.url_open(f"{ROUTE}{key or self.key}", data=body, headers=headers)

    def assert_refused(self, answer, status):
        self.assertEqual(answer.status_code, status)
        self.assertFalse(self.runs())
        text = f"{answer.text} {dict(answer.headers)}"
        for secret in (self.key, FOREIGN, str(self.client_file.id), "Traceback"):
            self.assertNotIn(secret, text)
        self.assert_no_secret(text)

    # === Good ones === #

    def test_a_synchronisation_is_asked(self):
        for token in (0, 1):
            with self.subTest(token=token), freeze_time(self.later(token)):
                answer = self.call(self.body(), token=token)
                self.assertEqual(answer.status_code, 200)
                run = self.runs()
                self.assertEqual(
                    (run.kind, run.trigger, run.state, run.link_id),
                    ("sync", "webhook", "queued", self.link),
                )
                self.assertNotEqual(run.user_id, self.env.ref("base.public_user"))
                run.sudo().unlink()
        self.assertFalse(self.sandbox.log, "no request is made in a request")

    def later(self, minutes):
        return fields.Datetime.now() + timedelta(minutes=2 * minutes)

    def test_the_list_is_to_be_looked_at(self):
        for number, event in enumerate(("sync.company_added", "sync.company_removed")):
            answer = self.call(self.body(event, company=4000 + number))
            self.assertEqual(answer.status_code, 200)
            run = self.runs()
            self.assertEqual((run.kind, run.trigger), ("companies", "webhook"))
            self.assertEqual(run.connection_id, self.connection)
            run.sudo().unlink()

    def test_no_session_is_made(self):
        answer = self.call(self.body())
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def test_only_our_own_client_files_of_this_connection(self):
        other = self.make_connection(name="Other")
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["silverfin.link"].create(
            {"connection_id": other.id, "company_id": company.id}
        )
        foreign = self.client_file.id + 1
        theirs.sudo().position_id.write(
            {"state": "in_sync", "client_file_number": str(foreign)}
        )
        with self.assertLogs(level=logging.DEBUG) as logs:
            answer = self.call(self.body(company=foreign))
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.runs())
        self.assertFalse([line for line in logs.output if FOREIGN in line])
        for state in ("pending", "removed"):
            self.link.sudo().position_id.state = state
            self.assertEqual(self.call(self.body(more=state)).status_code, 200)
            self.assertFalse(self.runs())

    def test_an_event_that_we_do_not_know(self):
        for event in ("sync.something_new", "company.updated", "reset"):
            answer = self.call(self.body(event))
            self.assertEqual(answer.status_code, 200, "else Silverfin repeats it")
            self.assertFalse(self.runs())

    def test_a_repeat_starts_nothing(self):
        self.call(self.body())
        self.runs().sudo().write({"state": "done"})
        self.assertEqual(self.call(self.body()).status_code, 200)
        # the same body under the other token is the same call
        self.assertEqual(self.call(self.body(), token=1).status_code, 200)
        self.assertEqual(self.runs().mapped("state"), ["done"])
        with freeze_time(self.later(1)):
            self.call(self.body())
        self.assertEqual(self.runs().mapped("state"), ["done", "queued"])

    def test_while_the_access_is_to_be_renewed(self):
        """It waits, with everything else, until somebody connected again."""
        self.connection.sudo().state = "reconnect"
        self.assertEqual(self.call(self.body()).status_code, 200)
        self.assertEqual(self.runs().state, "queued")

    # === Others === #

    def test_an_unknown_key(self):
        for key in ("x", "x" * 43, "%00" * 20, self.key[:-1], self.key.swapcase()):
            with self.subTest(key=key):
                self.assert_refused(self.call(self.body(), key=key), 404)
        self.assert_refused(self.url_open(ROUTE, data=b"x"), 404)

    def test_the_digest_is_no_key(self):
        self.assert_refused(
            self.call(self.body(), key=webhook.key_digest(self.key)), 404
        )

    def test_only_post(self):
        self.assert_refused(self.url_open(f"{ROUTE}{self.key}"), 405)

    def test_a_bad_signature(self):
        body = self.body()
        good = signature(self.application.signing_tokens[0], body)
        for value in (None, "", "0" * 64, good.upper(), good[:-1], "é"):
            headers = {} if value is None else {"X-SF-SIGNATURE-1": value.encode()}
            with self.subTest(value=value):
                self.assert_refused(self.call(body, headers=headers), 403)
        changed = body.replace(b"sync.requested", b"sync.requestee")
        self.assert_refused(self.call(changed, headers={"X-SF-SIGNATURE-1": good}), 403)
        # bytes count, not what they mean
        self.assert_refused(
            self.call(body + b" ", headers={"X-SF-SIGNATURE-1": good}), 403
        )

    def test_without_tokens_nobody_is_believed(self):
        self.connection._write_secrets({"webhook_token_1": None, "webhook_token_2": ""})
        headers = {"X-SF-SIGNATURE-1": signature("", self.body())}
        self.assert_refused(self.call(self.body(), headers=headers), 403)

    def test_too_large(self):
        largest = webhook.LARGEST_BODY
        fits = self.body(more="x" * (largest - len(self.body(more=""))))
        self.assertEqual(len(fits), largest)
        self.assertEqual(self.call(fits).status_code, 200)
        self.runs().sudo().unlink()
        self.assert_refused(self.call(fits + b" "), 413)
        self.assert_refused(self.call(b"x" * 5_000_000, headers={}), 413)

    def test_content_that_is_none(self):
        for body in (b"x", b"[]", b"{}", b'{"event": 1}', b"[" * 60000, b"\xff"):
            with self.subTest(body=body[:10]):
                self.assert_refused(self.call(body), 400)
        # a form is read by Odoo, so that nothing is left that was signed
        body = b"event=sync.requested"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-SF-SIGNATURE-1": signature(self.application.signing_tokens[0], body),
        }
        self.assert_refused(self.call(body, headers=headers), 403)

    def test_not_connected_any_more(self):
        self.connection.sudo().state = "draft"
        self.assert_refused(self.call(self.body()), 404)

    def test_in_a_copy(self):
        move_away(self.env)
        self.assert_refused(self.call(self.body()), 404)
        self.assertEqual(self.connection.state, "suspended")
        self.assert_refused(self.call(self.body()), 404)

    def test_a_probe_is_answered_and_does_nothing(self):
        body = json.dumps({"event": webhook.PROBE_EVENT, "nonce": "n"}).encode()
        answer = self.call(body)
        expected = webhook.probe_answer(webhook.key_digest(self.key), "n")
        self.assertEqual((answer.status_code, answer.text), (200, expected))
        self.assertFalse(self.runs())


@tagged("post_install", "-at_install")
class TestWebhookRegistration(WebhookMixin, SilverfinCase):
    def setUp(self):
        super().setUp()
        self.env["silverfin.webhook"].sudo().search([]).unlink()
        self.result = webhook.ProbeResult(True, 200)
        self.probed = []
        patcher = patch.object(webhook, "probe", self.probe)
        patcher.start()
        self.addCleanup(patcher.stop)

    def probe(self, url, token, secret, **_options):
        self.probed.append((url, token, secret))
        return self.result

    def look(self):
        self.connection.action_refresh_companies()
        self.run_cron()
        self.env.invalidate_all()
        return self.connection.webhook_state

    def there(self):
        return list(self.sandbox.state.webhooks.values())

    def calls(self, method):
        return [
            entry
            for entry in self.sandbox.log
            if entry.method == method and "/webhooks" in entry.path
        ]

    def test_before_the_first_look(self):
        self.assertEqual(self.connection.webhook_state, "polling")
        self.assertIn("Look for Client Files", self.connection.webhook_reason)

    def test_registered_after_the_probe(self):
        self.assertEqual(self.look(), "webhook")
        (registered,) = self.there()
        ((url, token, secret),) = self.probed
        self.assertEqual(registered.url, url)
        self.assertEqual(set(registered.events), set(WEBHOOK_EVENTS))
        self.assertEqual(token, self.application.signing_tokens[0])
        base = self.connection.get_base_url()
        self.assertTrue(url.startswith(f"{base}{ROUTE}"))
        key = url.rpartition("/")[2]
        self.assertGreaterEqual(len(key), 40)
        self.assertEqual(secret, webhook.key_digest(key))
        self.env.cr.execute("SELECT row_to_json(w)::text FROM silverfin_webhook w")
        self.assertNotIn(key, str(self.env.cr.fetchall()))

    def test_kept_as_it_is(self):
        self.look()
        (before,) = self.there()
        self.assertEqual(self.look(), "webhook")
        self.assertEqual(self.there(), [before])
        self.assertEqual(len(self.calls("POST")), 1)
        self.assertEqual(len({url for url, *_rest in self.probed}), 1)

    def test_not_reached_is_not_registered(self):
        unknown = Problem("host_unknown", {"host": "books.test"})
        for result, words in (
            (webhook.ProbeResult(False, 404), "dbfilter"),
            (webhook.ProbeResult(False, 502), "HTTP 502"),
            (webhook.ProbeResult(False, 200), "HTTP 200"),
            (webhook.ProbeResult(False, None, unknown), "books.test was not found"),
        ):
            with self.subTest(result=result):
                self.result = result
                self.assertEqual(self.look(), "polling")
                self.assertIn(words, self.connection.webhook_reason)
                self.assertFalse(self.there())
        self.assertFalse(self.calls("POST"))

    def test_no_longer_reached(self):
        self.look()
        self.result = webhook.ProbeResult(False, 404)
        self.assertEqual(self.look(), "polling")
        self.assertFalse(self.there())
        self.result = webhook.ProbeResult(True, 200)
        self.assertEqual(self.look(), "webhook")
        self.assertEqual(len(self.there()), 1)

    def test_what_is_missing(self):
        self.connection._write_secrets(dict.fromkeys(["webhook_token_1"]))
        self.connection._write_secrets(dict.fromkeys(["webhook_token_2"]))
        self.assertEqual(self.look(), "polling")
        self.assertIn("signing token", self.connection.webhook_reason)
        self.assertFalse(self.probed)
        self.connection.webhook_token_2_input = self.application.signing_tokens[1]
        self.run_cron()
        self.assertEqual(self.connection.webhook_state, "webhook")

    def test_only_https(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "http://odoo.test")
        self.assertEqual(self.look(), "polling")
        self.assertIn("https://", self.connection.webhook_reason)
        self.assertFalse(self.probed)
        parameters.set_param("web.base.url", "https://odoo.test")
        self.assertEqual(self.look(), "webhook")
        ((url, *_rest),) = self.probed
        self.assertTrue(url.startswith(f"https://odoo.test{ROUTE}"))

    def test_the_address_changed(self):
        self.look()
        (before,) = self.there()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://new.test")
        self.look()
        (after,) = self.there()
        self.assertNotEqual(after, before)
        self.assertTrue(after.url.startswith("https://new.test/"))
        self.assertNotEqual(after.url.rpartition("/")[2], before.url.rpartition("/")[2])

    def test_events_and_an_end_are_mended(self):
        self.look()
        self.there()[0].events = ("sync.requested",)
        self.look()
        self.assertEqual(set(self.there()[0].events), set(WEBHOOK_EVENTS))
        self.there()[0].expired_at = fields.Datetime.now()
        self.assertEqual(self.look(), "webhook")
        (registered,) = self.there()
        self.assertFalse(registered.expired_at)

    def test_those_of_other_databases_stay(self):
        with self.other_cursors(), self.connection._client() as client:
            client.create_webhook(
                "https://other.test/silverfin/webhook/k", ["sync.requested"]
            )
        self.look()
        self.connection.action_disconnect()
        self.run_cron()
        self.assertEqual(
            [there.url for there in self.there()],
            ["https://other.test/silverfin/webhook/k"],
        )

    def test_silverfin_says_no(self):
        for fault, words in (
            ({"status": 403}, "webhooks"),
            ({"status": 422, "body": {"error": "no such host"}}, "no such host"),
            ({"status": 500}, ""),
        ):
            with self.subTest(fault=fault):
                self.sandbox.faults.clear()
                self.sandbox.faults.add(method="POST", path="/webhooks$", **fault)
                self.assertEqual(self.look(), "polling")
                self.assertIn(words, self.connection.webhook_reason)
        runs = self.env["silverfin.run"].search([("kind", "=", "companies")])
        self.assertEqual(set(runs.mapped("state")), {"done"})
        # its answer was lost: it is there, and found again by its key
        self.sandbox.faults.clear()
        self.sandbox.faults.add(method="POST", path="/webhooks$", drop="after", nth=1)
        self.look()
        self.assertEqual(len(self.there()), 1)
        self.assertEqual(self.look(), "webhook")
        self.assertEqual(len(self.there()), 1)

    def test_removed_after_disconnecting(self):
        self.look()
        asked = len(self.sandbox.log)
        self.connection.action_disconnect()
        self.assertEqual(len(self.sandbox.log), asked, "not in a user's request")
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.grant_of().access_token)
        self.assertEqual(self.connection.webhook_state, "polling")
        self.run_cron()
        self.assertFalse(self.there())
        self.assert_nothing_left()
        asked = len(self.sandbox.log)
        self.run_cron()
        self.assertEqual(len(self.sandbox.log), asked)

    def assert_nothing_left(self):
        self.env.cr.execute("SELECT row_to_json(w)::text FROM silverfin_webhook w")
        self.assert_no_secret(self.env.cr.fetchall())

    def test_the_access_ends_before_a_worker_comes(self):
        self.look()
        self.connection.action_disconnect()
        with freeze_time(fields.Datetime.now() + timedelta(hours=3)):
            self.run_cron()
        self.assertEqual(len(self.there()), 1)
        self.assert_nothing_left()

    def test_silverfin_is_busy_when_it_is_to_be_removed(self):
        self.look()
        self.connection.action_disconnect()
        self.sandbox.faults.add(path="/webhooks", status=503)
        self.run_cron()
        self.assertEqual(len(self.there()), 1)
        self.sandbox.faults.clear()
        self.run_cron()
        self.assertFalse(self.there())
        self.assert_nothing_left()

    def test_a_copy_leaves_the_originals(self):
        self.look()
        move_away(self.env)
        asked = len(self.sandbox.log)
        self.connection.action_disconnect()
        self.run_cron()
        self.assertEqual(len(self.sandbox.log), asked)
        self.assertEqual(len(self.there()), 1)
        self.assertEqual(self.connection.state, "draft")

    def test_connected_is_not_deleted(self):
        with self.raises(UserError, "Disconnect"):
            self.connection.unlink()
