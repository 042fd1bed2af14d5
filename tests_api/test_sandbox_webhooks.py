"""Webhooks: subscribing, signing, and what is sent when."""

import hashlib
import hmac
import http.server
import json
import threading

from test_sandbox_support import SandboxCase

EVENTS = ["sync.requested", "sync.company_added", "sync.company_removed"]


class Receiver:
    """Keeps what is posted to it."""

    def __init__(self):
        seen = self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seen.append((self.path, dict(self.headers), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/silverfin/webhook/key"
        threading.Thread(target=self.server.serve_forever, args=(0.02,)).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class WebhookCase(SandboxCase):
    def subscribe(self, url="https://odoo.example.com/hook", events=EVENTS, **options):
        parts = [("url", (None, url)), *(("events[]", (None, e)) for e in events)]
        return self.call("POST", "/syncs/webhooks", files=parts, **options)


class Subscribing(WebhookCase):
    def test_create_list_delete(self):
        answer = self.subscribe(events=EVENTS[:2])
        self.assertEqual(answer.status_code, 201, answer.text)
        made = answer.json()
        self.assertEqual(made["url"], "https://odoo.example.com/hook")
        self.assertEqual(made["events"], EVENTS[:2])
        self.assertEqual(made.keys(), {"id", "url", "events", "user_id", "expired_at"})
        self.assertEqual(made["user_id"], self.user.id)
        self.assertEqual(self.call("GET", "/syncs/webhooks").json(), [made])
        path = f"/syncs/webhooks/{made['id']}"
        self.assertEqual(self.call("DELETE", path).status_code, 204)
        self.assertEqual(self.call("GET", "/syncs/webhooks").json(), [])
        self.assertRefused(self.call("DELETE", path), 404)

    def test_of_another_application(self):
        made = self.subscribe().json()
        other = self.sandbox.add_application()
        token = self.sandbox.grant(other, self.firm).access_token
        self.assertEqual(self.call("GET", "/syncs/webhooks", token=token).json(), [])
        path = f"/syncs/webhooks/{made['id']}"
        self.assertRefused(self.call("DELETE", path, token=token), 404)

    def test_address(self):
        for url in (
            "http://odoo.example.com/",
            "ftp://127.0.0.1/",
            "hook",
            "https://",
            "",
        ):
            self.assertRefused(self.subscribe(url), 422, "url")
        self.assertTrue(self.subscribe("http://127.0.0.1:8069/hook").ok)
        self.sandbox.loopback_webhooks = False
        self.assertRefused(self.subscribe("http://127.0.0.1:8069/hook"), 422, "https")

    def test_events(self):
        for events in ([], ["sync.requested", "sync.made_up"]):
            self.assertRefused(self.subscribe(events=events), 422, "events")

    def test_body_must_be_multipart(self):
        body = {"url": "https://odoo.example.com/", "events[]": EVENTS}
        for options in ({"json": body}, {"data": body}):
            answer = self.call("POST", "/syncs/webhooks", **options)
            self.assertRefused(answer, 422, "multipart")


class Sending(WebhookCase):
    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)

    def received(self):
        self.sandbox.deliveries.wait()
        return [json.loads(body)["event"] for _path, _head, body in self.receiver.seen]

    def test_signed_with_both_tokens(self):
        made = self.subscribe(self.receiver.url).json()
        self.sandbox.request_sync(self.file)
        self.assertEqual(self.received(), ["sync.requested"])
        path, headers, body = self.receiver.seen[0]
        self.assertEqual(path, "/silverfin/webhook/key")
        for number, token in enumerate(self.application.signing_tokens, 1):
            expected = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
            self.assertEqual(headers[f"X-SF-SIGNATURE-{number}"], expected)
        self.assertEqual(
            json.loads(body),
            {
                "webhook": made,
                "event": "sync.requested",
                "company": {"id": self.file.id, "name": "File"},
            },
        )
        self.assertEqual(self.sandbox.deliveries[0].status, 204)

    def test_set_up_refresh_remove(self):
        self.subscribe(self.receiver.url)
        self.sandbox.remove_sync(self.file)
        self.assertEqual(self.received(), ["sync.company_removed"])
        self.sandbox.request_sync(self.file)
        self.set_up(self.file)
        self.received()
        page = f"{self.server.url}/f/{self.firm.id}/{self.file.id}/refresh"
        self.http.post(page, timeout=10)
        expected = ["sync.company_removed", "sync.company_added", "sync.requested"]
        self.assertEqual(self.received(), expected)

    def test_only_subscribed_events_of_the_files_application(self):
        other = self.sandbox.add_application()
        token = self.sandbox.grant(other, self.firm).access_token
        self.subscribe(self.receiver.url, EVENTS[1:])
        self.subscribe(self.receiver.url, EVENTS, token=token)
        self.sandbox.request_sync(self.file)
        self.assertEqual(self.received(), [])

    def test_a_dead_receiver_is_noted(self):
        self.receiver.stop()
        self.subscribe(self.receiver.url)
        self.sandbox.request_sync(self.file)
        self.sandbox.deliveries.wait()
        self.assertIsNone(self.sandbox.deliveries[0].status)
        self.assertIn("Connection", self.sandbox.deliveries[0].error)
        self.receiver.__init__()
