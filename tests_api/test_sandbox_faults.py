"""Faults by rule: what the client sees, and whether the request was carried out."""

import http.client
import re
import threading
import time

import requests
from test_sandbox_support import ACCOUNTS, REDIRECT, SandboxCase, upsert

SUBMIT = "transactions$"


class FaultCase(SandboxCase):
    def fault(self, **fields):
        return self.sandbox.faults.add(**{"path": SUBMIT, **fields})

    @property
    def carried_out(self):
        return len(self.sandbox.transactions(self.file)) > 0

    def firm_statuses(self, times):
        return [self.call("GET", "/user/firm").status_code for _time in range(times)]


class Effects(FaultCase):
    def test_status_in_the_place_of_the_answer(self):
        headers = {"Retry-After": "7"}
        self.fault(status=503, body={"error": "busy"}, headers=headers, times=1)
        answer = self.submit([upsert()], ACCOUNTS)
        self.assertRefused(answer, 503, "busy")
        self.assertEqual(answer.headers["Retry-After"], "7")
        self.assertFalse(self.carried_out)
        self.accepted([upsert()], ACCOUNTS)

    def test_status_although_carried_out(self):
        self.fault(status=500, act=True)
        self.assertRefused(self.submit([upsert()], ACCOUNTS), 500)
        self.assertTrue(self.carried_out)
        self.assertNotEqual(self.file.sync.point, self.point)

    def test_drop_before_and_after(self):
        for drop, carried_out in (("before", False), ("after", True)):
            self.fault(drop=drop)
            with self.assertRaises(requests.ConnectionError):
                self.submit([upsert()], ACCOUNTS)
            self.assertEqual(self.carried_out, carried_out)
            self.assertEqual(self.sandbox.log[-1].status, 0)
            self.sandbox.faults.clear()

    def test_html(self):
        self.fault(html=True)
        answer = self.submit([upsert()], ACCOUNTS)
        self.assertEqual(answer.status_code, 502)
        self.assertIn("text/html", answer.headers["Content-Type"])
        self.sandbox.faults.clear()
        self.fault(html=True, status=200, act=True)
        answer = self.sync_call(
            "POST",
            "transactions",
            json={
                "sync_point": self.point,
                "actions": [upsert()],
                "accounts": ACCOUNTS,
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(self.carried_out)

    def test_half_an_answer(self):
        self.fault(half=True)
        with self.assertRaises(requests.exceptions.ChunkedEncodingError):
            self.submit([upsert()], ACCOUNTS)
        self.assertTrue(self.carried_out)

    def test_half_json(self):
        self.fault(status=200, body='{"sync_po', act=True)
        with self.assertRaises(requests.exceptions.JSONDecodeError):
            self.submit([upsert()], ACCOUNTS)
        self.assertTrue(self.carried_out)

    def test_patched_answer(self):
        self.fault(patch={"sync_point": None, "extra": 1})
        answer = self.sync_call(
            "POST",
            "transactions",
            json={
                "sync_point": self.point,
                "actions": [upsert()],
                "accounts": ACCOUNTS,
            },
        )
        self.assertEqual(answer.json(), {"extra": 1})
        self.assertTrue(self.carried_out)

    def test_dripping(self):
        self.sandbox.faults.add(path="user/firm", drip=0.002)
        started = time.monotonic()
        answer = self.call("GET", "/user/firm")
        self.assertEqual(answer.json()["id"], self.firm.id)
        self.assertGreater(time.monotonic() - started, 0.15)

    def test_delays(self):
        self.fault(delay_before=0.1, delay_after=0.1, times=1)
        started = time.monotonic()
        self.accepted([upsert()], ACCOUNTS)
        self.assertGreater(time.monotonic() - started, 0.2)

    def test_held_until_released(self):
        rule = self.fault(hold="after")
        thread = threading.Thread(target=self.submit, args=([upsert()], ACCOUNTS))
        thread.start()
        self.assertTrue(rule.reached.wait(5))
        self.assertTrue(self.carried_out)
        self.assertTrue(thread.is_alive())
        self.sandbox.faults.clear()
        thread.join(5)
        self.assertFalse(thread.is_alive())

    def test_lost_refresh_answer(self):
        self.sandbox.faults.add(path="oauth/token", drop="after", times=1)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.token.refresh_token,
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "redirect_uri": REDIRECT,
        }
        url = f"{self.server.url}/f/{self.firm.id}/oauth/token"
        with self.assertRaises(requests.ConnectionError):
            self.http.post(url, data=form, timeout=10)
        self.assertEqual(self.http.post(url, data=form, timeout=10).status_code, 200)

    def test_connection_refused_while_stopped(self):
        self.server.stop()
        with self.assertRaises(requests.ConnectionError):
            self.call("GET", "/user/firm")
        self.server.start()
        self.assertEqual(self.firm_statuses(1), [200])

    def test_connections_are_kept_open(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        self.addCleanup(connection.close)
        connection.request("GET", "/")
        self.assertTrue(connection.getresponse().read())
        kept = connection.sock
        self.assertIsNotNone(kept)
        connection.request("GET", "/log")
        self.assertEqual(connection.getresponse().status, 200)
        self.assertIs(connection.sock, kept)


class Picking(FaultCase):
    def pick(self, **fields):
        self.sandbox.faults.add(status=500, path="user/firm", **fields)
        return [n for n, s in enumerate(self.firm_statuses(9), 1) if s == 500]

    def test_nth(self):
        self.assertEqual(self.pick(nth=3), [3])

    def test_every(self):
        self.assertEqual(self.pick(every=4), [4, 8])

    def test_times(self):
        self.assertEqual(self.pick(times=2), [1, 2])

    def test_by_seed_is_the_same_again(self):
        first = self.pick(chance=0.5, seed=3)
        self.sandbox.faults.clear()
        self.assertEqual(self.pick(chance=0.5, seed=3), first)
        self.assertTrue(0 < len(first) < 9)

    def test_method_path_company(self):
        other = self.sandbox.add_client_file(self.firm, "Other")
        self.sandbox.faults.add(method="post", status=500)
        self.sandbox.faults.add(company=other.id, status=501)
        self.assertEqual(self.firm_statuses(1), [200])
        self.assertEqual(self.sync_call("GET", "info").status_code, 200)
        self.assertEqual(self.sync_call("GET", "info", file=other).status_code, 501)
        self.assertEqual(self.submit([upsert()]).status_code, 500)

    def test_rules_that_make_no_sense(self):
        for wrong in ({"drop": "now"}, {"hold": "x"}, {"path": "("}):
            with self.assertRaises((ValueError, re.error)):
                self.sandbox.faults.add(**wrong)
        self.assertEqual(self.sandbox.faults.rules, [])
