"""The whole OAuth way over HTTP: a session in Odoo, a browser's steps at Silverfin."""

import logging
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests

from odoo.tests import tagged
from odoo.tests.common import JsonRpcException

from ..models import silverfin_authorization
from ..silverfin_api import OUT_OF_BAND, PUSH_SCOPES, READ_SCOPES, Reconnect
from .common import CALLBACK, SilverfinHttpCase


@tagged("post_install", "-at_install")
class TestOAuth(SilverfinHttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("silverfin-manager", "silverfin-manager")

    # === A browser's steps === #

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def press_connect(self):
        """The address that the button sends the browser to."""
        action = self.call(
            "silverfin.connection", "action_connect", self.connection.ids
        )
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertEqual(action["target"], "self")
        return action["url"]

    def decide(self, url, firm=None, user="admin@firm.test", decision="allow"):
        """Allow or deny at Silverfin; the answer, which sends the browser on."""
        parts = urlsplit(url)
        form = dict(parse_qsl(parts.query)) | {
            "user": user,
            "firm_id": (firm or self.firm).id,
            "decision": decision,
        }
        return requests.post(
            url.partition("?")[0], data=form, allow_redirects=False, timeout=20
        )

    def come_back(self, location):
        self.assertTrue(location.startswith(self.base_url() + CALLBACK), location)
        answer = self.url_open(location, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def allow(self, **how):
        return self.come_back(
            self.decide(self.press_connect(), **how).headers["Location"]
        )

    def assert_failed(self, answer, status, *words):
        """A tidy page of Odoo's, with the sentence and a way back; nothing is kept."""
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertIn("Not connected to Silverfin", answer.text)
        self.assertIn("Back to Odoo", answer.text)
        self.assertNotIn("Traceback", answer.text)
        for word in words:
            self.assertIn(word, answer.text)
        self.assert_no_secret(answer.text)

    def assert_not_connected(self):
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.grant_of())

    # === It works === #

    def test_connect(self):
        answer = self.allow()
        self.assertEqual(answer.status_code, 303)
        self.assertIn(f"/{self.connection.id}", answer.headers["Location"])
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.firm_number, str(self.firm.id))
        self.assertEqual(self.connection.firm_name, "The Firm")
        self.assertFalse(self.connection.state_reason)
        grant = self.grant_of()
        self.assertIn(grant.access_token, self.sandbox.state.tokens.by_access)
        self.assertEqual(grant.redirect_uri, self.redirect_uri)
        messages = self.connection.message_ids
        self.assertIn("Connected to firm", "".join(messages.mapped("body")))
        self.assertIn(self.manager.partner_id, messages.author_id)
        self.assert_no_secret(messages.mapped("body"))

    def test_the_form_opens_afterwards(self):
        answer = self.url_open(self.allow().headers["Location"])
        self.assertEqual(answer.status_code, 200)

    def test_scopes_that_read_are_asked_only_for_proof(self):
        def asked():
            return parse_qs(urlsplit(self.press_connect()).query)["scope"][0].split()

        self.assertEqual(asked(), list(PUSH_SCOPES))
        self.connection.read_back = True
        self.env.flush_all()
        self.assertEqual(asked(), list(PUSH_SCOPES + READ_SCOPES))

    def test_a_given_firm_is_asked(self):
        self.connection.firm_number = str(self.firm.id)
        self.env.flush_all()
        self.assertIn(f"/f/{self.firm.id}/oauth/authorize", self.press_connect())

    def test_another_firm_than_asked_is_kept_and_said(self):
        other = self.sandbox.add_firm("The Other")
        self.sandbox.add_user(other, "admin@firm.test")
        self.connection.firm_number = str(self.firm.id)
        self.env.flush_all()
        self.assertEqual(self.allow(firm=other).status_code, 303)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.firm_number, str(other.id))
        self.assertEqual(self.connection.firm_name, "The Other")
        self.assertIn(str(self.firm.id), self.connection.state_reason)

    def test_connecting_again_replaces_the_grant(self):
        self.allow()
        before = self.grant_of()
        self.make_link()
        self.assertEqual(self.allow().status_code, 303)
        self.assertNotEqual(self.grant_of().access_token, before.access_token)
        self.assertEqual(self.connection.state, "connected")

    def test_the_redirect_address_of_the_question_is_used(self):
        location = self.decide(self.press_connect()).headers["Location"]
        # an administrator logs in from elsewhere
        self.env["ir.config_parameter"].set_param("web.base.url", "http://else.test")
        self.env.flush_all()
        self.assertEqual(self.come_back(location).status_code, 303)
        self.assertEqual(self.grant_of().redirect_uri, self.redirect_uri)

    def test_without_the_name_it_is_connected_all_the_same(self):
        self.sandbox.faults.add(path="/user/firm$", status=500)
        self.assertEqual(self.allow().status_code, 303)
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.firm_name)

    # === The firm is not right === #

    def test_client_files_of_one_firm_never_go_to_another(self):
        self.allow()
        before = self.grant_of()
        self.make_link()
        other = self.sandbox.add_firm("The Other")
        self.sandbox.add_user(other, "admin@firm.test")
        asked = self.token_requests()
        self.assert_failed(self.allow(firm=other), 409, str(other.id))
        self.assertEqual(self.grant_of(), before)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.firm_number, str(self.firm.id))
        self.assertEqual(self.token_requests(), asked, "the code is not exchanged")
        # nor after a disconnect
        self.connection.action_disconnect()
        self.env.flush_all()
        self.assert_failed(self.allow(firm=other), 409, str(other.id))
        self.assertEqual(self.connection.state, "draft")

    def test_a_firm_that_is_connected_already(self):
        first = self.connection
        self.allow()
        self.connection = self.make_connection(name="Second")
        self.env.flush_all()
        self.assert_failed(self.allow(), 409, first.name)
        self.assert_not_connected()

    def test_silverfin_answers_for_another_firm(self):
        self.sandbox.faults.add(path="/user/firm$", patch={"id": 999})
        self.assert_failed(self.allow(), 409, "999")
        self.assertEqual(self.connection.state, "reconnect")
        self.assertFalse(self.grant_of().access_token)

    # === Silverfin says no === #

    def test_denied(self):
        self.assert_failed(self.allow(decision="deny"), 403, "Deny")
        self.assert_not_connected()
        self.assertFalse(self.token_requests())

    def test_not_an_admin_of_the_firm(self):
        """Silverfin tells its user; nothing comes back to us."""
        self.sandbox.add_user(self.firm, "clerk@firm.test", admin=False)
        answer = self.decide(self.press_connect(), user="clerk@firm.test")
        self.assertEqual(answer.status_code, 403)
        self.assertIn("not an admin", answer.text)
        self.assert_not_connected()

    def test_a_right_the_application_may_not_ask(self):
        self.application.scopes = frozenset(PUSH_SCOPES)
        self.connection.read_back = True
        self.env.flush_all()
        location = self.decide(self.press_connect()).headers["Location"]
        self.assert_failed(self.come_back(location), 400, "financials:read")

    def test_code_refused(self):
        location = self.decide(self.press_connect()).headers["Location"]
        self.sandbox.advance(3600)
        self.assert_failed(self.come_back(location), 400, "ten minutes")
        self.assert_not_connected()

    def test_wrong_client_secret(self):
        self.connection.client_secret_input = "wrong"
        setup = self.env["silverfin.setup"].create(
            {"connection_id": self.connection.id}
        )
        self.assertEqual(setup.step, "connect")
        self.env.flush_all()
        self.assert_failed(self.allow(), 400, "client secret", self.redirect_uri)
        self.assertIn("client secret", setup.connect_failure)
        setup.with_user(self.manager).action_open_access()
        self.assertEqual(setup.step, "access")
        self.assert_not_connected()

    def test_unreachable(self):
        location = self.decide(self.press_connect()).headers["Location"]
        self.server.stop()
        self.assert_failed(self.come_back(location), 503, "cannot be reached")
        self.assert_not_connected()

    def test_answers_that_are_none(self):
        for fault in (
            {"html": True},
            {"html": True, "status": 200},
            {"half": True},
            {"drop": "after"},
            {"status": 200, "body": {"access_token": "x"}},
        ):
            with self.subTest(fault=fault):
                self.sandbox.faults.clear()
                self.sandbox.faults.add(path="/oauth/token$", **fault)
                self.assert_failed(self.allow(), 503, "No usable answer")
                self.assert_not_connected()

    def test_incomplete_answers(self):
        for missing in ("code", "authorized_firm_id"):
            with self.subTest(missing=missing):
                location = self.decide(self.press_connect()).headers["Location"]
                base, query = location.split("?")
                given = dict(parse_qsl(query))
                del given[missing]
                self.assert_failed(self.come_back(f"{base}?{urlencode(given)}"), 400)
        location = self.decide(self.press_connect()).headers["Location"]
        answer = self.come_back(
            location.replace(f"firm_id={self.firm.id}", "firm_id=..%2F..%2Foauth")
        )
        self.assert_failed(answer, 400)
        self.assert_not_connected()
        self.assertFalse(self.token_requests())

    # === The state is not right === #

    def test_garbage_for_a_state(self):
        for state in ("", "x", "é" * 9, "AAAA", "a" * 4000, "AQ==", "\x00", "%s"):
            with self.subTest(state=state[:9]):
                query = urlencode(
                    {"code": "c", "authorized_firm_id": 1, "state": state}
                )
                self.assert_failed(self.url_open(f"{CALLBACK}?{query}"), 400)
        self.assert_failed(self.url_open(CALLBACK), 400)
        self.assertFalse(self.token_requests())

    def test_a_state_that_was_changed(self):
        location = self.decide(self.press_connect()).headers["Location"]
        base, query = location.split("?")
        given = dict(parse_qsl(query))
        for place in (3, 20, len(given["state"]) - 2):
            letters = list(given["state"])
            letters[place] = "A" if letters[place] != "A" else "B"
            changed = given | {"state": "".join(letters)}
            self.assert_failed(self.come_back(f"{base}?{urlencode(changed)}"), 400)
        self.assert_not_connected()
        # the real one is still good
        self.assertEqual(self.come_back(location).status_code, 303)

    def test_too_old(self):
        with patch.object(silverfin_authorization, "LIFE", timedelta(seconds=-1)):
            url = self.press_connect()
        location = self.decide(url).headers["Location"]
        self.assert_failed(self.come_back(location), 400, "15 minutes")
        self.assert_not_connected()

    def test_replayed(self):
        location = self.decide(self.press_connect()).headers["Location"]
        self.assertEqual(self.come_back(location).status_code, 303)
        grant, asked = self.grant_of(), self.token_requests()
        self.assert_failed(self.come_back(location), 409, "already been used")
        self.assertEqual(self.grant_of(), grant)
        self.assertEqual(self.token_requests(), asked)
        self.assertEqual(self.connection.state, "connected")

    def test_a_second_code_for_one_state(self):
        url = self.press_connect()
        first = self.decide(url).headers["Location"]
        second = self.decide(url).headers["Location"]
        self.assertEqual(self.come_back(first).status_code, 303)
        asked = self.token_requests()
        self.assert_failed(self.come_back(second), 409)
        self.assertEqual(self.token_requests(), asked)

    def test_the_state_of_another_user(self):
        location = self.decide(self.press_connect()).headers["Location"]
        self.manager.copy({"login": "silverfin-second", "password": "x"})
        self.authenticate("silverfin-second", "x")
        self.assert_failed(self.come_back(location), 403, "Another user")
        self.assert_not_connected()
        # it is not used up
        self.authenticate("silverfin-manager", "silverfin-manager")
        self.assertEqual(self.come_back(location).status_code, 303)

    def test_a_user_without_the_right(self):
        location = self.decide(self.press_connect()).headers["Location"]
        for login in ("silverfin-user", "silverfin-employee"):
            self.authenticate(login, login)
            self.assert_failed(self.come_back(location), 403, "administrator")
        self.assert_not_connected()
        self.assertFalse(self.token_requests())

    def test_nobody_is_logged_in(self):
        location = self.decide(self.press_connect()).headers["Location"]
        self.authenticate(None, None)
        answer = self.come_back(location)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertFalse(self.token_requests())

    def test_the_right_is_taken_away_in_between(self):
        location = self.decide(self.press_connect()).headers["Location"]
        group = self.env.ref("account_silverfin.group_manager")
        self.manager.group_ids -= group
        self.env.flush_all()
        self.assert_failed(self.come_back(location), 403)
        self.assertFalse(self.token_requests())

    def test_deleted_in_between(self):
        location = self.decide(self.press_connect()).headers["Location"]
        self.connection.unlink()
        self.env.flush_all()
        self.assert_failed(self.come_back(location), 409)

    # === Out of band === #

    def paste(self, code, firm_number, wizard=None):
        wizard = wizard or self.press_paste()["res_id"]
        self.call(
            "silverfin.connection.code",
            "web_save",
            [wizard],
            {"firm_number": firm_number},
            specification={},
        )
        try:
            return self.call(
                "silverfin.connection.code",
                "action_exchange",
                [wizard],
                context={"silverfin_code": code},
            )
        finally:
            self.env.invalidate_all()

    def press_paste(self):
        return self.call(
            "silverfin.connection", "action_paste_code", self.connection.ids
        )

    def read_code(self):
        """What the person reads on Silverfin's page."""
        wizard = self.press_paste()["res_id"]
        self.env.invalidate_all()
        url = self.env["silverfin.connection.code"].browse(wizard).authorize_url
        self.assertEqual(parse_qs(urlsplit(url).query)["redirect_uri"], [OUT_OF_BAND])
        location = self.decide(url).headers["Location"]
        return parse_qs(urlsplit(location).query)["code"][0], wizard

    def test_paste_the_code(self):
        code, wizard = self.read_code()
        action = self.paste(f"  {code}\n", str(self.firm.id), wizard)
        self.assertEqual(action["res_id"], self.connection.id)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.grant_of().redirect_uri, OUT_OF_BAND)
        self.env.cr.execute("SELECT * FROM silverfin_connection_code")
        self.assertNotIn(code, str(self.env.cr.fetchall()))
        # a refresh names the same redirect address
        with self.other_cursors():
            self.env["silverfin.token"]._renewed_access_token(
                self.connection, self.grant_of().access_token
            )

    def test_the_same_code_is_not_sent_twice(self):
        code, wizard = self.read_code()
        self.paste(code, str(self.firm.id), wizard)
        asked = self.token_requests()
        with self.raises(JsonRpcException, "UserError"):
            self.paste(code, str(self.firm.id))
        self.assertEqual(self.token_requests(), asked)
        self.assertEqual(self.connection.state, "connected")

    def test_a_wrong_firm_number_may_be_corrected(self):
        code, wizard = self.read_code()
        for wrong in ("", "no number!", "424242"):
            with self.raises(JsonRpcException, "UserError"):
                self.paste(code, wrong, wizard)
            self.assert_not_connected()
        self.paste(code, str(self.firm.id), wizard)
        self.assertEqual(self.connection.state, "connected")

    def test_a_wrong_code(self):
        for wrong in (None, "", "nonsense"):
            with self.raises(JsonRpcException, "UserError"):
                self.paste(wrong, str(self.firm.id))
        self.assert_not_connected()

    # === Nothing secret gets out === #

    def test_no_secret_in_the_logs(self):
        # at that level these two write every value and every request, of any module
        for name in ("odoo.sql_db", "odoo.http"):
            logger = logging.getLogger(name)
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.INFO)
        with self.assertLogs(level=logging.DEBUG) as everything:
            self.allow()
            self.sandbox.advance(3 * 3600)
            with self.other_cursors(), self.connection._client() as client:
                client.firm()
            code, wizard = self.read_code()
            self.paste(code, str(self.firm.id), wizard)
            self.sandbox.revoke(self.application, self.firm)
            with self.other_cursors(), self.raises(Reconnect):
                with self.connection._client() as client:
                    client.firm()
        self.assertGreater(self.token_requests(), 3)
        # a browser's address holds the code: our browser here, and Odoo's access log
        lines = [
            f"{record.name}: {record.getMessage()}"
            for record in everything.records
            if CALLBACK not in record.getMessage()
            or "?code=" not in record.getMessage()
        ]
        self.assertTrue(any("/oauth/token" in line for line in lines))
        for line in lines:
            self.assert_no_secret(line)
        names = {
            record.name
            for record in everything.records
            if CALLBACK in record.getMessage() and "?code=" in record.getMessage()
        }
        self.assertLessEqual(names, {"werkzeug", "urllib3.connectionpool"})
