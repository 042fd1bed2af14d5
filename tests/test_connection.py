"""The connection's record: who may, what is never shown, and the life of the tokens."""

import json
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import SQL, file_open

from ..models import silverfin_token
from ..silverfin_api import (
    READ_SCOPES,
    ClientRefused,
    Forbidden,
    Misconfigured,
    Reconnect,
    RetryLater,
    SilverfinClient,
)
from ..sync import lock
from .common import SilverfinCase

TOKEN = "/oauth/token$"
TYPED = ("client_secret", "webhook_token_1", "webhook_token_2")


@tagged("post_install", "-at_install")
class TestConnection(SilverfinCase):
    # === Setting it up === #

    def test_addresses_that_cannot_be_used(self):
        for address in (
            "http://live.getsilverfin.com",
            "http://192.168.1.1:8069",
            "ftp://live.getsilverfin.com",
            "live.getsilverfin.com",
            "https://live.getsilverfin.com/f/1",
            "https://user:pass@live.getsilverfin.com",
            "http://127.0.0.1.evil.test",
            "nonsense",
        ):
            with self.subTest(address=address):
                with self.assertRaisesRegex(ValidationError, "https://"):
                    self.make_connection(base_url=address)
                with self.assertRaisesRegex(ValidationError, "https://"):
                    self.connection.base_url = address

    def test_an_address_is_tidied(self):
        self.connection.base_url = " HTTPS://Live.GetSilverfin.com/ "
        self.assertEqual(self.connection.base_url, "https://live.getsilverfin.com")

    def test_no_credentials(self):
        for missing in ("client_id", "client_secret_input"):
            connection = self.make_connection(**{missing: False})
            with self.assertRaisesRegex(UserError, "client secret"):
                connection.action_connect()
            with self.assertRaisesRegex(UserError, "client secret"):
                connection.action_paste_code()

    def test_a_firm_number_that_is_none(self):
        for number in ("../oauth", "12 13", "1/2", "?"):
            with self.assertRaises(ValidationError):
                self.connection.firm_number = number

    def test_several_connections(self):
        other = self.make_connection(name="Other", client_id="other")
        self.connect()
        self.assertEqual(other.state, "draft")
        self.assertFalse(self.grant_of(other))

    # === Secrets === #

    def test_typed_once_and_never_shown(self):
        with Form(self.connection) as form:
            self.assertFalse(form.client_secret_input)
            form.client_secret_input = "  replaced-secret "
            form.webhook_token_1_input = "signing-1"
        self.assertFalse(self.connection.client_secret_input)
        self.assertTrue(self.connection.client_secret_set)
        self.assertTrue(self.connection.webhook_token_1_set)
        self.assertFalse(self.connection.webhook_token_2_set)
        self.assertEqual(self.connection.sudo().client_secret, "replaced-secret")
        with Form(self.connection) as form:
            form.name = "Renamed"
        self.assertEqual(self.connection.sudo().client_secret, "replaced-secret")
        self.assertEqual(self.connection.sudo().webhook_token_1, "signing-1")

    def test_by_their_own_names_they_can_be_written_too(self):
        self.connection.write({"client_secret": "by-name", "webhook_token_2": "two"})
        self.assertEqual(self.connection.sudo().client_secret, "by-name")
        self.assertEqual(self.connection.sudo().webhook_token_2, "two")

    def test_no_secret_gets_out_over_rpc(self):
        first, second = self.application.signing_tokens
        self.connection.write(
            {"webhook_token_1_input": first, "webhook_token_2_input": second}
        )
        self.connect()
        self.env.flush_all()
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        for user in (self.manager, self.env.ref("base.user_admin")):
            connection = self.connection.with_user(user)
            names = [name for name in connection.fields_get() if name not in TYPED]
            shown = [
                connection.read(),
                connection.read(names),
                connection.web_read({name: {} for name in names}),
                connection.export_data([n for n in names if n != "link_ids"]),
                connection.copy().read(),
                connection.copy_data(),
                connection.message_ids.read(),
                connection.message_ids.sudo().tracking_value_ids.read(),
                connection.fields_get(),
            ]
            self.assert_no_secret(json.dumps(shown, default=str))
            for name in TYPED:
                self.assertNotIn(name, connection.fields_get())
                with self.assertRaises(AccessError):
                    connection.read([name])
                with self.assertRaises(AccessError):
                    connection.search([(name, "=like", "a%")])
                with self.assertRaises(AccessError):
                    connection.export_data([name])
                with self.assertRaises(AccessError):
                    connection.formatted_read_group([], [name])
            for model in ("silverfin.token", "silverfin.authorization"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        copied = self.connection.copy()
        self.assertFalse(copied.client_secret_set)
        self.assertEqual(copied.state, "draft")
        self.assertFalse(self.grant_of(copied))

    def test_a_failing_statement_does_not_log_its_values(self):
        for fail in (
            lambda: self.connection._write_secrets({"client_secret": "s", "none": "s"}),
            lambda: self.env["silverfin.token"]._execute(SQL("SELECT none")),
        ):
            with (
                self.assertNoLogs("odoo.sql_db", "ERROR"),
                self.assertRaises(psycopg2.Error),
                self.env.cr.savepoint(),
            ):
                fail()

    def test_another_server_never_gets_the_secret(self):
        self.connection.base_url = "https://evil.test"
        self.assertFalse(self.connection.client_secret_set)
        self.connection.write(
            {"base_url": "https://good.test", "client_secret_input": "new"}
        )
        self.assertTrue(self.connection.client_secret_set)

    def test_a_grant_stays_with_its_address_client_and_firm(self):
        self.connect()
        for values in (
            {"base_url": "https://evil.test"},
            {"client_id": "other"},
            {"firm_number": "1"},
        ):
            with self.assertRaisesRegex(UserError, "Disconnect"):
                self.connection.write(values)
        # the same values again are no change
        self.connection.write({"base_url": self.server.url + "/", "name": "New"})

    def test_the_state_cannot_be_written(self):
        for values in ({"state": "connected"}, {"firm_name": "x"}):
            with self.assertRaises(AccessError):
                self.connection.write(values)
            with self.assertRaises(AccessError):
                self.make_connection(**values)

    # === Who may === #

    def test_everybody_else_is_refused(self):
        self.connect()
        wizard = self.env["silverfin.connection.code"].create(
            {"connection_id": self.connection.id, "authorize_url": "x"}
        )
        calls = [
            (self.connection, "action_connect"),
            (self.connection, "action_paste_code"),
            (self.connection, "action_disconnect"),
            (self.connection, "action_push_references"),
            (self.connection, "action_refresh_companies"),
            (self.connection, "action_confirm_place"),
            (self.connection, "action_invite"),
            (self.connection, "action_withdraw_invitation"),
            (self.connection, "read"),
            (self.connection, "copy"),
            (self.connection, "unlink"),
            (wizard, "action_exchange"),
            (wizard, "read"),
        ]
        public = {
            name
            for record in (self.connection, wizard)
            for ours in type(record)._model_classes__
            if ours.__module__.startswith("odoo.addons.account_silverfin.")
            for name, value in vars(ours).items()
            if not name.startswith("_") and callable(value)
        }
        self.assertLessEqual(
            public - {"create", "write", "fields_get"},
            {name for _record, name in calls},
        )
        for user in (self.user, self.employee):
            for record, method in calls:
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(AccessError):
                        call_kw(
                            self.env[record._name].with_user(user),
                            method,
                            [record.ids],
                            {},
                        )
            with self.assertRaises(AccessError):
                self.connection.with_user(user).write({"name": "Mine"})
            with self.assertRaises(AccessError):
                self.env["silverfin.connection"].with_user(user).create({})
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.env["silverfin.run"].search_count([]))

    def test_a_manager_need_not_be_a_settings_administrator(self):
        self.assertFalse(self.manager.has_group("base.group_system"))
        action = call_kw(
            self.env["silverfin.connection"].with_user(self.manager),
            "action_connect",
            [self.connection.ids],
            {},
        )
        self.assertTrue(action["url"].startswith(self.server.url))

    # === Actions === #

    def test_actions_queue_runs(self):
        for action, kind in (
            ("action_push_references", "references"),
            ("action_refresh_companies", "companies"),
        ):
            with self.assertRaisesRegex(UserError, "Connect"):
                getattr(self.connection, action)()
            self.connect()
            self.assertTrue(getattr(self.connection, action)())
            getattr(self.connection, action)()
            runs = self.env["silverfin.run"].search([("kind", "=", kind)])
            self.assertEqual(len(runs), 1, "a second click returns the first")
            self.connection.action_disconnect()
        self.assertFalse(self.sandbox.log, "no request in a user's transaction")

    def test_disconnect(self):
        self.connect()
        link = self.make_link()
        self.assertTrue(self.connection.action_disconnect())
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.grant_of().access_token)
        self.assertFalse(self.grant_of().refresh_token)
        self.assertTrue(link.exists())
        with self.other_cursors(), self.raises(Reconnect):
            with self.connection._client():
                self.fail("there is no client without a grant")

    def test_proof_switched_on_later(self):
        self.connect(scopes=("user:firm",))
        self.assertFalse(self.connection.read_back_missing)
        self.connection.read_back = True
        self.assertTrue(self.connection.read_back_missing)
        self.connect(scopes=READ_SCOPES)
        self.connection.invalidate_recordset()
        self.assertFalse(self.connection.read_back_missing)

    # === The tokens' life === #

    def firm_name(self):
        with self.other_cursors(), self.connection._client() as client:
            return client.firm().name

    def test_used_as_it_is(self):
        self.connect()
        self.assertEqual(self.firm_name(), "The Firm")
        self.assertFalse(self.token_requests())

    def test_renewed_when_expired_by_our_clock(self):
        before = self.connect()
        later = fields.Datetime.now() + timedelta(hours=2, seconds=-30)
        with freeze_time(later):
            self.assertEqual(self.firm_name(), "The Firm")
            self.assertEqual(self.firm_name(), "The Firm")
        self.assertEqual(self.token_requests(), 1)
        grant = self.grant_of()
        self.assertNotIn(before.access_token, grant)
        self.assertNotIn(before.refresh_token, grant)
        self.assertEqual(
            grant.expires_at, later.replace(microsecond=0) + timedelta(hours=2)
        )

    def test_renewed_when_silverfin_says_so(self):
        self.connect()
        self.sandbox.advance(3 * 3600)
        self.assertEqual(self.firm_name(), "The Firm")
        self.assertEqual(self.token_requests(), 1)
        self.assertEqual(self.connection.state, "connected")

    def test_kept_before_its_first_use(self):
        """A crash right after the answer loses nothing: the pair is in the database."""
        self.connect()
        self.sandbox.advance(3 * 3600)
        with self.other_cursors():
            got = self.env["silverfin.token"]._renewed_access_token(
                self.connection, self.grant_of().access_token
            )
        self.assertEqual(self.grant_of().access_token, got)
        self.assertFalse(self.sandbox.state.tokens.by_access[got].used)
        self.assertEqual(self.firm_name(), "The Firm")

    def test_another_worker_was_faster(self):
        """It waits for the lock, then uses the other's pair and asks nothing."""
        old = self.connect()
        self.sandbox.advance(3 * 3600)
        new = self.sandbox.grant(self.application, self.firm)
        tokens = self.env["silverfin.token"]
        real, tries = lock.hold, []

        def hold(registry, namespace, key):
            tries.append((namespace, key))
            if len(tries) == 1:
                return _busy()
            if len(tries) == 2:
                tokens._replace(self.connection, old.refresh_token, new)
            return real(registry, namespace, key)

        with self.other_cursors(), patch.object(lock, "hold", hold):
            with self.connection._client() as client:
                self.assertEqual(client.firm().name, "The Firm")
        self.assertEqual(tries, [(silverfin_token.RENEWAL, self.connection.id)] * 2)
        self.assertFalse(self.token_requests())

    def test_a_lock_that_is_never_given_back(self):
        self.connect()
        with (
            self.other_cursors(),
            patch.object(lock, "hold", lambda *_args: _busy()),
            patch.object(silverfin_token, "LONGEST_WAIT", 0.2),
            self.raises(RetryLater),
        ):
            self.env["silverfin.token"]._renewed_access_token(
                self.connection, self.grant_of().access_token
            )

    def test_the_grant_is_gone(self):
        self.connect()
        self.sandbox.revoke(self.application, self.firm)
        with self.raises(Reconnect):
            self.firm_name()
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "reconnect")
        self.assertIn("copy of this database", self.connection.state_reason)
        self.assertFalse(self.grant_of().access_token)
        told = self.connection.message_ids.filtered("body")
        self.assertIn("copy of this database", told[0].body)
        self.assertEqual(told[0].subtype_id, self.env.ref("mail.mt_comment"))
        # nothing more is asked until a person connects
        asked = len(self.sandbox.log)
        with self.raises(Reconnect):
            self.firm_name()
        self.assertEqual(len(self.sandbox.log), asked)

    def test_refused_also_after_a_renewal(self):
        self.connect()
        self.sandbox.faults.add(path="/user/firm$", status=401)
        with self.raises(Reconnect):
            self.firm_name()
        self.env.invalidate_all()
        self.assertEqual(self.token_requests(), 1)
        self.assertEqual(self.connection.state, "reconnect")

    def test_a_grant_that_came_in_between_is_not_forgotten(self):
        self.connect()
        with self.other_cursors():
            self.connection._forget_grant("reconnect", "Late.", refused="an older one")
        self.assertEqual(self.connection.state, "connected")
        self.assertTrue(self.grant_of().access_token)

    def test_an_answer_that_is_lost_once(self):
        self.connect()
        self.sandbox.advance(3 * 3600)
        self.sandbox.faults.add(path=TOKEN, nth=1, drop="after")
        self.assertEqual(self.firm_name(), "The Firm")
        self.assertEqual(self.token_requests(), 2)
        self.assertEqual(self.connection.state, "connected")

    def test_an_answer_that_is_lost_twice(self):
        before = self.connect()
        self.sandbox.advance(3 * 3600)
        rule = self.sandbox.faults.add(path=TOKEN, html=True, act=True)
        with self.raises(RetryLater):
            self.firm_name()
        self.assertEqual(rule.fired, 2)
        # the old refresh token is kept, and still good
        self.assertEqual(self.grant_of().refresh_token, before.refresh_token)
        self.assertEqual(self.connection.state, "connected")
        self.sandbox.faults.clear()
        self.assertEqual(self.firm_name(), "The Firm")

    def test_lost_where_a_refresh_token_works_once_only(self):
        self.sandbox.state.tokens.refresh_once = True
        self.connect()
        self.sandbox.advance(3 * 3600)
        self.sandbox.faults.add(path=TOKEN, nth=1, drop="after")
        with self.raises(Reconnect):
            self.firm_name()
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "reconnect")

    def test_failures_that_leave_the_grant_alone(self):
        before = self.connect()
        self.sandbox.advance(3 * 3600)
        for fault, expected in (
            ({"status": 503}, RetryLater),
            ({"status": 429, "headers": {"Retry-After": "7"}}, RetryLater),
            ({"status": 400, "body": {"error": "invalid_scope"}}, Misconfigured),
        ):
            with self.subTest(fault=fault):
                self.sandbox.faults.clear()
                self.sandbox.faults.add(path=TOKEN, **fault)
                with self.raises(expected):
                    self.firm_name()
                self.assertEqual(self.connection.state, "connected")
                self.assertEqual(self.grant_of().refresh_token, before.refresh_token)

    def test_the_client_secret_is_refused(self):
        """The grant is kept until the secret is right; nothing is asked meanwhile."""
        before = self.connect()
        secret = self.application.client_secret
        for code in ("invalid_client", "unauthorized_client"):
            with self.subTest(code=code):
                self.sandbox.advance(3 * 3600)
                rule = self.sandbox.faults.add(
                    path=TOKEN, status=401, body={"error": code}
                )
                with self.raises(ClientRefused):
                    self.firm_name()
                self.env.invalidate_all()
                self.assertEqual(self.connection.state, "reconnect")
                self.assertIn("client secret", self.connection.state_reason)
                with self.raises(Reconnect):
                    self.firm_name()
                self.assertEqual(rule.fired, 1)
                self.assertEqual(self.grant_of().refresh_token, before.refresh_token)
                self.sandbox.faults.clear()
                self.connection.client_secret_input = secret
                self.assertEqual(self.connection.state, "connected")
                self.assertFalse(self.connection.state_reason)
                self.assertEqual(self.firm_name(), "The Firm")
                before = self.grant_of()

    def test_a_kept_grant_goes_nowhere_else(self):
        self.connect()
        self.sandbox.advance(3 * 3600)
        self.sandbox.faults.add(
            path=TOKEN, status=401, body={"error": "invalid_client"}
        )
        with self.raises(ClientRefused):
            self.firm_name()
        self.env.invalidate_all()
        self.connection.write({"client_id": "another", "client_secret_input": "new"})
        self.assertEqual(self.connection.state, "reconnect")
        self.assertFalse(self.grant_of().refresh_token)

    def test_disconnected_while_silverfin_was_asked(self):
        self.connect()
        self.sandbox.advance(3 * 3600)
        refresh = SilverfinClient.refresh

        def slow(client, **how):
            tokens = refresh(client, **how)
            self.env["silverfin.token"]._forget(self.connection)
            return tokens

        with patch.object(SilverfinClient, "refresh", slow):
            with self.raises(Reconnect):
                self.firm_name()
        self.assertFalse(self.grant_of().access_token)

    def test_another_error_is_no_reason_to_forget(self):
        self.connect()
        self.sandbox.faults.add(path="/user/firm$", status=403)
        with self.raises(Forbidden):
            self.firm_name()
        self.assertEqual(self.connection.state, "connected")

    # === Copies of a database === #

    def test_neutralised(self):
        self.connect()
        self.connection.action_refresh_companies()
        self.env.flush_all()
        with file_open("account_silverfin/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "suspended")
        self.assertIn("neutralised", self.connection.state_reason)
        self.assertFalse(self.connection.client_secret_set)
        self.assertFalse(self.grant_of().access_token)
        self.assertFalse(self.grant_of().refresh_token)
        with self.assertRaises(UserError):
            self.connection.action_connect()
        with self.other_cursors(), self.raises(Misconfigured):
            with self.connection._client():
                self.fail("a suspended connection has no client")
        self.run_cron()
        self.assertFalse(self.sandbox.log)
        self.connection.action_disconnect()
        self.connection.client_secret_input = "for trying out"
        self.assertTrue(self.connection.action_connect())


class _busy:
    """A lock that another worker has."""

    def __enter__(self):
        return None

    def __exit__(self, *_exc):
        return None
