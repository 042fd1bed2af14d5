"""Test the connection: a run without a connection, and what each answer means."""

import json
import xmlrpc.client
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..keys.probe import Access, NoAnswer, findings
from .keys import ApiKeyCase

ACCESS = Access("login@client.be", "the key", "books")
RUN = "odoo.addons.account_silverfin.sync.api_test"


def server(**changed):
    """A server that answers as Odoo does, but for what is changed."""
    answers = {
        "version": b'{"version": "19.0"}',
        "authenticate": 7,
        "res.company": [{"id": 1, "name": "One"}],
        "account.account": {"all": 12, "numberless": 0},
        "account.move.line": 3,
        "account.analytic.plan": 1,
    } | changed

    def value(model, domain):
        answer = answers[model]
        if isinstance(answer, dict):
            return answer["numberless" if domain else "all"]
        return answer

    def ask(_method, path, body, headers):
        if path == "/web/version":
            status = answers.get("status", 200)
            return status, answers["version"]
        if path.startswith("/xmlrpc"):
            arguments, method = xmlrpc.client.loads(body)
            if method == "authenticate":
                answer = answers["authenticate"]
            else:
                assert arguments[:3] == ("books", 7, "the key")
                answer = value(arguments[3], arguments[5][0])
        else:
            assert headers["Authorization"] == "bearer the key"
            assert headers["X-Odoo-Database"] == "books"
            answer = value(path.split("/")[3], json.loads(body)["domain"])
            if isinstance(answer, xmlrpc.client.Fault):
                return answer.faultCode, b"{}"
            return 200, json.dumps(answer).encode()
        if isinstance(answer, xmlrpc.client.Fault):
            return 200, xmlrpc.client.dumps(answer).encode()
        if isinstance(answer, bytes):
            return 200, answer
        return 200, xmlrpc.client.dumps((answer,), methodresponse=True).encode()

    return ask


def found(ask):
    return [
        (finding.state, finding.code, finding.details.get("label"))
        for finding in findings(ask, ACCESS)
    ]


@tagged("post_install", "-at_install")
class TestApiTest(ApiKeyCase):
    def test_all_is_good(self):
        result = found(server())
        self.assertEqual({state for state, _code, _label in result}, {"ok"})
        for label in ("XML-RPC", "JSON-2"):
            for code in ("companies", "accounts", "lines", "plans"):
                self.assertIn(("ok", code, label), result)

    def test_each_failure_has_its_line(self):
        def unreachable(*_request):
            raise NoAnswer("The host was not found.")

        forbidden = xmlrpc.client.Fault(403, "You are not allowed")
        unknown = xmlrpc.client.Fault(1, 'database "books" does not exist')
        several = [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}]
        for ask, line in (
            (unreachable, ("failed", "unreachable", None)),
            (server(status=301), ("failed", "redirected", None)),
            (server(version=b"<html>"), ("failed", "not_odoo", None)),
            (server(version=b"[]"), ("failed", "not_odoo", None)),
            (server(authenticate=False), ("failed", "refused", "XML-RPC")),
            (server(authenticate=unknown), ("failed", "database", "XML-RPC")),
            (server(authenticate=b"<html>"), ("failed", "unreadable", "XML-RPC")),
            (
                server(**{"res.company": several}),
                ("warning", "many_companies", "JSON-2"),
            ),
            (
                server(**{"account.account": {"all": 9, "numberless": 4}}),
                ("warning", "numberless", "JSON-2"),
            ),
            (
                server(**{"account.move.line": forbidden}),
                ("failed", "not_allowed", "XML-RPC"),
            ),
            (
                server(**{"account.move.line": forbidden}),
                ("failed", "not_allowed", "JSON-2"),
            ),
            (server(**{"account.move.line": 0}), ("warning", "no_lines", "XML-RPC")),
            (
                server(**{"account.analytic.plan": forbidden}),
                ("warning", "no_plans", "JSON-2"),
            ),
        ):
            self.assertIn(line, found(ask))

    def test_each_finding_has_a_sentence(self):
        tests = self.env["silverfin.api.key.test"]
        several = [{"id": 1, "name": "100 %"}, {"id": 2, "name": "Two"}]
        for ask in (
            server(),
            server(**{"res.company": several, "account.move.line": 0}),
            server(authenticate=False),
            server(version=b""),
        ):
            for finding in findings(ask, ACCESS):
                sentence, remedy = tests._sentences(finding)
                self.assertNotIn("%(", sentence)
                self.assertTrue(remedy or finding.state == "ok", finding)

    # === The run === #

    def run_test(self, ask=None):
        run = self.env["silverfin.run"].with_user(self.accountant)._ask("test")
        asked = []

        def asker(_env, _session, url):
            def checked(method, path, body, headers):
                asked.append((url, path))
                answer = ask or server()
                if path.startswith("/json/2"):
                    headers = headers | {
                        "Authorization": "bearer the key",
                        "X-Odoo-Database": "books",
                    }
                elif b"execute_kw" in body:
                    arguments, method = xmlrpc.client.loads(body)
                    arguments = ("books", 7, "the key", *arguments[3:])
                    body = xmlrpc.client.dumps(arguments, method).encode()
                return answer(method, path, body, headers)

            return checked

        with patch(f"{RUN}._asker", asker), patch(f"{RUN}.commit", lambda env: None):
            from ..sync import api_test

            message = api_test.test(run.sudo(), None, None, 0)
        return run, asked, message

    def test_a_run_without_connection(self):
        keys = self.env["res.users.apikeys"].search_count([])
        run, asked, message = self.run_test()
        self.assertFalse(run.connection_id)
        self.assertIn("can read", message)
        self.assertEqual({url for url, _path in asked}, {self.base_url()})
        lines = self.env["silverfin.api.key.test"].with_user(self.accountant).search([])
        self.assertEqual(lines.run_id.sudo(), run)
        # the test's key is gone, and no note of it was made
        self.assertEqual(self.env["res.users.apikeys"].search_count([]), keys)
        self.assertFalse(self.notes.search([("user_id", "=", self.accountant.id)]))

    def test_its_key_goes_when_a_step_breaks(self):
        keys = self.env["res.users.apikeys"].search_count([])

        def broken(*_request):
            raise RuntimeError

        with self.assertRaises(RuntimeError):
            self.run_test(broken)
        self.assertEqual(self.env["res.users.apikeys"].search_count([]), keys)

    def test_nothing_is_asked_of_an_unusable_address(self):
        for url in ("", "books"):
            self.env["ir.config_parameter"].set_param("web.base.url", url)
            run, asked, message = self.run_test()
            self.assertFalse(asked)
        self.assertFalse(run.connection_id)

    def test_a_second_click_returns_the_first(self):
        runs = self.env["silverfin.run"]
        first = runs.with_user(self.accountant)._ask("test")
        self.assertEqual(runs.with_user(self.accountant)._ask("test"), first)
        self.assertNotEqual(runs.with_user(self.admin)._ask("test"), first)

    def test_who_may_test(self):
        note, _key = self.direct_key(self.admin)
        with self.assertRaises(AccessError):
            note.with_user(self.accountant).action_test()
        clerk = new_test_user(
            self.env, "key-clerk", groups="account_silverfin.group_user"
        )
        page = self.env["silverfin.api.key.page"].with_user(clerk).create({})
        with self.assertRaisesRegex(AccessError, "journal items"):
            page.action_test()
        page = self.env["silverfin.api.key.page"].with_user(self.accountant).create({})
        page.action_test()
        self.assertTrue(page.is_testing)
