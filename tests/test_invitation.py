"""A connection link: connecting without a login in Odoo, once, within 48 hours."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import silverfin_invitation
from .common import CALLBACK, SilverfinHttpCase


@tagged("post_install", "-at_install")
class TestInvitation(SilverfinHttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.link_of_company = self.make_link()
        self.address = self.make()

    def make(self):
        connection = self.connection.with_user(self.manager)
        action = connection.action_invite()
        self.assertEqual(action["res_model"], "silverfin.invitation.show")
        self.env.flush_all()
        address = action["context"]["default_address"]
        self.assertIn(address, action["context"]["default_mail"])
        # the dialog asks for it as the person
        shown = self.env[action["res_model"]].with_user(self.manager)
        self.assertTrue(shown.has_access("read") and shown.has_access("create"))
        return address

    def path(self):
        return urlsplit(self.address).path

    def look(self):
        return self.url_open(self.path())

    def go(self):
        """Press the page's button; the answer, which sends the browser on."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.look().text)
        return self.url_open(
            self.path(), data={"csrf_token": token[1]}, allow_redirects=False
        )

    def decide(self, url, decision="allow"):
        """The admin's step at Silverfin, in the same browser."""
        parts = urlsplit(url)
        form = dict(parse_qsl(parts.query)) | {
            "user": "admin@firm.test",
            "firm_id": self.firm.id,
            "decision": decision,
        }
        return requests.post(
            url.partition("?")[0], data=form, allow_redirects=False, timeout=20
        ).headers["Location"]

    def come_back(self, location):
        self.assertTrue(location.startswith(self.base_url() + CALLBACK), location)
        answer = self.url_open(location, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def assert_not_open(self, answer, status=404):
        self.assertEqual(answer.status_code, status)
        self.assertIn("not open", answer.text)
        self.assertNotIn(self.env.cr.dbname, answer.text)
        self.assertNotIn(self.link_of_company.company_id.name, answer.text)

    def test_from_the_link_to_done_without_a_login(self):
        page = self.look()
        self.assertEqual(page.status_code, 200)
        for word in (
            self.manager.name,
            self.env.cr.dbname,
            self.link_of_company.company_id.name,
            "Go to Silverfin",
        ):
            self.assertIn(word, page.text)
        self.assertNotIn("balances of every client file", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.connection.state, "draft", "looking does nothing")
        answer = self.go()
        self.assertEqual(answer.status_code, 303)
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        self.assertEqual(asked["redirect_uri"], [self.redirect_uri])
        done = self.come_back(self.decide(answer.headers["Location"]))
        self.assertEqual(done.status_code, 200)
        self.assertIn("Odoo has access to Silverfin now", done.text)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.firm_number, str(self.firm.id))
        told = self.env["mail.message"].search(
            [
                ("model", "=", "silverfin.connection"),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertIn("followed the connection link", told.body)
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        # single use
        self.assertFalse(self.connection.invited_until)
        self.assert_not_open(self.look())

    def test_what_reads_is_said(self):
        self.connection.read_back = True
        self.env.flush_all()
        self.assertIn("balances of every client file", self.look().text)

    def test_denied_and_tried_again(self):
        denied = self.come_back(
            self.decide(self.go().headers["Location"], decision="deny")
        )
        self.assertEqual(denied.status_code, 403)
        self.assertIn("Silverfin gave no access", denied.text)
        self.assertNotIn("/odoo/action", denied.text)
        self.assertEqual(self.connection.state, "draft")
        self.come_back(self.decide(self.go().headers["Location"]))
        self.assertEqual(self.connection.state, "connected")

    def test_an_answer_counts_once(self):
        location = self.decide(self.go().headers["Location"])
        self.come_back(location)
        self.assert_not_open(self.come_back(location), 410)

    def test_withdrawn_while_the_admin_decides(self):
        location = self.decide(self.go().headers["Location"])
        self.connection.action_withdraw_invitation()
        self.env.flush_all()
        self.assert_not_open(self.come_back(location), 410)
        self.assertEqual(self.connection.state, "draft")
        self.assert_not_open(self.look())

    def test_a_new_link_takes_the_place_of_the_first(self):
        first, self.address = self.address, self.make()
        self.assertNotEqual(first, self.address)
        self.assert_not_open(self.url_open(urlsplit(first).path))
        self.assertEqual(self.look().status_code, 200)

    def test_after_48_hours(self):
        self.assertAlmostEqual(
            self.connection.invited_until,
            fields.Datetime.now() + timedelta(hours=48),
            delta=timedelta(minutes=5),
        )
        self.env["silverfin.invitation"].sudo().search([]).expires_at = (
            fields.Datetime.now() - timedelta(seconds=1)
        )
        self.env.flush_all()
        self.assert_not_open(self.look())
        self.env["silverfin.invitation"]._gc_expired()
        self.assertFalse(self.env["silverfin.invitation"].sudo().search([]))

    def test_who_made_it_must_still_be_allowed_to_connect(self):
        location = self.decide(self.go().headers["Location"])
        self.manager.group_ids -= self.env.ref("account_silverfin.group_manager")
        self.env.flush_all()
        self.assert_not_open(self.come_back(location), 410)
        self.assert_not_open(self.look())

    def test_garbage(self):
        for token in ("x", "A" * 43, "%00", "Ä" * 43):
            with self.subTest(token):
                answer = self.url_open(f"/silverfin/connect/{token}")
                self.assertIn(answer.status_code, (404, 400))
                self.assertNotIn("Traceback", answer.text)

    def test_a_button_of_another_site_does_nothing(self):
        answer = self.url_open(self.path(), data={"x": "y"}, allow_redirects=False)
        self.assertEqual(answer.status_code, 400)

    def test_nothing_of_it_is_kept(self):
        token = self.path().rpartition("/")[2]
        kept = self.env["silverfin.invitation"].sudo().search([])
        self.assertEqual(kept.token_digest, silverfin_invitation._digest(token))
        self.assertNotIn(token, str(kept.read()))
        self.assertNotIn(token, str(self.connection.message_ids.mapped("body")))

    def test_only_administrators_and_only_where_it_can_work(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.user).action_invite()
        poor = self.make_connection(name="No secret", client_secret_input=False)
        with self.assertRaisesRegex(UserError, "client secret"):
            poor.action_invite()

    def test_without_a_link_a_login_is_needed(self):
        answer = self.url_open(f"{CALLBACK}?state=x&code=y", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
