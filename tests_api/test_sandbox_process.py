"""The sandbox as a process: start, announce, control, pages, end."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import requests
from test_sandbox_support import ACCOUNTS, upsert, year

SUBMIT = "transactions$"
TESTS = Path(__file__).resolve().parent.parent / "tests"


class ProcessCase(unittest.TestCase):
    def start(self, *options):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        announce = Path(folder.name) / "announce.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--announce", str(announce), *options],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            cwd=folder.name,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        until = time.monotonic() + 15
        while not announce.exists():
            self.assertIsNone(process.poll(), "the sandbox ended")
            self.assertLess(time.monotonic(), until, "the sandbox does not start")
            time.sleep(0.02)
        self.process = process
        self.told = json.loads(announce.read_text())
        self.url = self.told["url"]

    def control(self, name, **arguments):
        answer = requests.post(
            f"{self.url}/_control/{name}", json=arguments, timeout=10
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()


class Ending(ProcessCase):
    def test_signals_and_shutdown(self):
        for end in (signal.SIGTERM, signal.SIGINT, None):
            self.start()
            self.assertEqual(requests.get(self.url, timeout=10).status_code, 200)
            if end is None:
                self.control("shutdown")
            else:
                self.process.send_signal(end)
            self.assertEqual(self.process.wait(5), 0)


class Demo(ProcessCase):
    def setUp(self):
        callback = "https://odoo.example.com/cb"
        options = ("--scenario", "demo", "--sync-point", "chosen")
        self.start(*options, "--redirect-uri", callback)
        self.firm = self.told["firms"][0]
        self.file = self.told["client_files"][0]

    def submit(self, point, actions, **more):
        grant = self.control("grant", client_id=self.told["client_id"], firm=self.firm)
        self.bearer = {"Authorization": f"Bearer {grant['access_token']}"}
        path = f"/api/v4/f/{self.firm}/syncs/companies/{self.file}"
        years = {
            "years": [year("2026-01-01", "2026-12-31")],
            "retained_earnings_account": "140000",
        }
        requests.post(
            f"{self.url}{path}/settings", json=years, headers=self.bearer, timeout=10
        )
        return requests.post(
            f"{self.url}{path}/transactions",
            json={"sync_point": point, "actions": actions, **more},
            headers=self.bearer,
            timeout=10,
        )

    def test_what_is_announced_and_made(self):
        self.assertEqual(
            self.told.keys(),
            {
                "url",
                "client_id",
                "client_secret",
                "webhook_tokens",
                "firms",
                "client_files",
                "users",
            },
        )
        state = self.control("state")
        self.assertEqual(state["sync_point"], "chosen")
        self.assertEqual(len(state["firms"]), 2)
        self.assertEqual(len(state["client_files"]), 4)
        admins = [user["firms"][str(self.firm)] for user in state["users"]]
        self.assertEqual(sorted(admins), [False, True])
        [application] = state["applications"]
        self.assertIn("https://odoo.example.com/cb", application["redirect_uris"])

    def test_everything_over_control_and_pages(self):
        self.control("set_up_sync", client_file=self.file, reference="u:1")
        answer = self.submit("p1", [upsert(description="<b>")], accounts=ACCOUNTS)
        self.assertEqual(answer.status_code, 200, answer.text)
        lines = self.control("transactions", client_file=self.file)
        self.assertEqual(lines["1"]["value"], 121.07)
        self.control(
            "tamper",
            client_file=self.file,
            account_number="400000",
            on="2026-05-01",
            amount="0.01",
        )
        values = self.control("balance", client_file=self.file, on="2026-12-31")
        self.assertEqual(values, {"400000": 121.08})

        fault = self.control("fault", path=SUBMIT, drop="before", nth=1)["id"]
        with self.assertRaises(requests.ConnectionError):
            self.submit("p2", [upsert("2")])
        [rule] = self.control("faults")
        self.assertEqual((rule["id"], rule["fired"]), (fault, 1))
        self.control("clear")
        self.control("reject", account_number="700000")
        answer = self.submit("p3", [upsert("3", account="700000")])
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.control("overlaps", client_file=self.file)["overlaps"], 0)
        log = self.control("log")
        submits = [e["status"] for e in log if e["path"].endswith("/transactions")]
        self.assertEqual(submits, [200, 0, 422])
        self.assertEqual(len(self.control("log", since=len(log) - 1)), 1)

        self.look(self.control("state")["references"])
        self.control("remove_sync", client_file=self.file)
        self.assertEqual(self.submit("p4", [upsert()]).status_code, 409)

    def look(self, references):
        """Every page opens and shows what it is for."""
        self.assertEqual(references, [])
        files = f"/f/{self.firm}/{self.file}"
        for path, said in (
            ("/", "Fiduciaire Sandbox"),
            (f"/f/{self.firm}", "Client file 1"),
            (files, "&lt;b&gt;"),
            (f"{files}?account=700000", "No transactions"),
            (f"{files}/balance", "121.08"),
            (f"{files}/sync", "Remove sync"),
            (f"/f/{self.firm}/{self.told['client_files'][1]}/sync", "Set up sync"),
            (f"/log?company={self.file}", "0 overlaps"),
        ):
            answer = requests.get(self.url + path, timeout=10)
            self.assertEqual(answer.status_code, 200, path)
            self.assertIn(said, answer.text)
            self.assertNotIn("<b>", answer.text)
        for missing in (
            "/nonsense",
            "/f/1",
            f"/f/{self.firm}/1",
            files + "/balance?period=1",
        ):
            answer = requests.get(self.url + missing, timeout=10)
            self.assertEqual(answer.status_code, 404)

    def test_set_up_by_a_person(self):
        self.submit("none", [])
        requests.post(
            f"{self.url}/api/v4/f/{self.firm}/syncs/sync_references",
            json={"sync_references": [{"reference": "u:7", "name": "Seven"}]},
            headers=self.bearer,
            timeout=10,
        )
        page = f"{self.url}/f/{self.firm}/{self.file}/sync"
        text = requests.get(page, timeout=10).text
        choice = f"{self.told['client_id']} u:7"
        self.assertIn(choice, text)
        wrong = requests.post(
            page, data={"reference": choice, "start": "x"}, timeout=10
        )
        self.assertEqual(wrong.status_code, 400)
        form = {"reference": choice, "start": "2026-01-01"}
        self.assertIn("Remove sync", requests.post(page, data=form, timeout=10).text)
        file = self.control("state")["client_files"][0]
        self.assertEqual(
            (file["sync_reference"], file["sync_start_at"]), ("u:7", "2026-01-01")
        )

    def test_wrong_control_requests(self):
        for name, arguments, status in (
            ("nonsense", {}, 404),
            ("firm", {}, 422),
            ("set_up_sync", {"client_file": 1, "reference": "x"}, 422),
            ("fault", {"drop": "now"}, 422),
            ("switch", {"state": 1}, 422),
            ("switch", {"sync_point": "other"}, 422),
        ):
            answer = requests.post(
                f"{self.url}/_control/{name}", json=arguments, timeout=10
            )
            self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(self.control("switch", max_actions=3)["max_actions"], 3)
