"""API keys for Silverfin: made, shown once, used, replaced, deleted, refused."""

import logging
import os
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from unittest.mock import patch
from xmlrpc.client import Fault

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import root
from odoo.tests import new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import SQL, mute_logger

from ..keys import address
from .keys import ApiKeyCase

LOGGERS = ("odoo.http", "odoo.addons.base.models.res_users", "odoo.addons.rpc")


@tagged("post_install", "-at_install")
class TestApiKey(ApiKeyCase):
    # === The way of a person === #

    def test_made_with_the_password_and_used(self):
        action = self.make_key(name="  Silverfin   of the firm ")
        shown = action["context"]
        key = shown["default_key"]
        self.assertEqual(action["res_model"], "silverfin.api.key.show")
        self.assertEqual(action["target"], "new")
        self.assertEqual(shown["default_login"], "key-accountant")
        self.assertEqual(shown["default_url"], self.base_url())
        self.assertEqual(shown["default_database"], self.env.cr.dbname)
        note = self.notes.search([("user_id", "=", self.accountant.id)])
        self.assertEqual(note.name, "Silverfin of the firm")
        self.assertEqual(note.state, "valid")
        self.assertFalse(note.last_used_on)
        row = self.env["res.users.apikeys"].browse(note.key_id)
        self.assertEqual((row.user_id, row.scope), (self.accountant, "rpc"))
        self.assertEqual(row.expiration_date, note.expires_at)

        self.logout()
        self.assertIsInstance(self.xmlrpc("key-accountant", key), list)
        answer = self.json2(key)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.env.invalidate_all()
        self.assertEqual(note.last_used_on, fields.Date.today())

    def test_the_screen_has_all_four_values(self):
        context = self.make_key()["context"]
        names = ("login", "key", "url", "database", "everything")
        shown = self.call(
            "silverfin.api.key.show",
            "onchange",
            [],
            {},
            [],
            dict.fromkeys(names, {}),
            context=context,
        )["value"]
        self.assertEqual(
            shown["everything"],
            "\n".join(shown[name] for name in names[:4]),
        )
        self.assertEqual(shown["key"], context["default_key"])

    def test_the_key_is_nowhere_but_in_the_answer(self):
        with self.all_logs() as logs:
            key = self.make_key(name="Searched for")["context"]["default_key"]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        searched = 0
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "SELECT count(*) FROM %s AS record WHERE record::text LIKE %s",
                    SQL.identifier(table),
                    f"%{key}%",
                )
            )
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)
            searched += 1
        self.assertGreater(searched, 300)
        self.assertIn("generated: scope: <rpc>", logs.getvalue())
        self.assertNotIn(key, logs.getvalue())
        for folder, _folders, files in os.walk(root.session_store.path):
            for name in files:
                with open(os.path.join(folder, name), "rb") as session:
                    self.assertNotIn(key.encode(), session.read(), name)
        # the wizard is gone, and what stays of it tells nothing
        self.assertFalse(self.env["silverfin.api.key"].browse(self.wizard_id).exists())
        self.assertEqual(
            self.call("silverfin.api.key", "read", [self.wizard_id], []), []
        )
        notes = self.call("silverfin.api.key.note", "search_read", [], [])
        self.assertNotIn(key, str(notes))
        page = self.call("silverfin.api.key.page", "create", {})
        self.assertNotIn(
            key, str(self.call("silverfin.api.key.page", "read", [page], []))
        )

    def test_wrong_password_thrice_then_right(self):
        self.authenticate("key-accountant", "key-accountant")
        wizard = self.call("silverfin.api.key", "create", {})
        asked = self.call("silverfin.api.key", "action_make_key", [wizard])
        self.assertEqual(asked["res_model"], "res.users.identitycheck")
        self.assertFalse(self.notes.search([("user_id", "=", self.accountant.id)]))
        for _attempt in range(3):
            with (
                mute_logger("odoo.http", "odoo.addons.base.models.res_users"),
                self.assertRaisesRegex(JsonRpcException, "UserError|Odoo Server Error"),
            ):
                self.check_identity(asked, "wrong")
            self.assertFalse(self.notes.search([("user_id", "=", self.accountant.id)]))
        self.assertIn(
            "default_key", self.check_identity(asked, "key-accountant")["context"]
        )

    def test_replayed_identity_check(self):
        self.authenticate("key-accountant", "key-accountant")
        wizard = self.call("silverfin.api.key", "create", {})
        asked = self.call("silverfin.api.key", "action_make_key", [wizard])
        self.check_identity(asked, "key-accountant")
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.check_identity(asked, "key-accountant")
        self.assertEqual(
            len(self.notes.search([("user_id", "=", self.accountant.id)])), 1
        )

    def test_the_key_does_not_log_in(self):
        key = self.make_key()["context"]["default_key"]
        self.logout()
        answer = self.url_open("/web/login")
        token = answer.text.partition('csrf_token" value="')[2].partition('"')[0]
        self.assertTrue(token)
        with mute_logger("odoo.addons.base.models.res_users"):
            answer = self.url_open(
                "/web/login",
                data={"login": "key-accountant", "password": key, "csrf_token": token},
            )
        self.assertIn("Wrong login/password", answer.text)

    def test_refused_after_delete(self):
        key = self.make_key()["context"]["default_key"]
        self.assertIsInstance(self.xmlrpc("key-accountant", key), list)
        self.assertEqual(self.json2(key).status_code, 200)
        note = self.notes.search([("user_id", "=", self.accountant.id)])
        answer = self.press(
            "silverfin.api.key.note", "action_delete", note.ids, "key-accountant"
        )
        self.assertEqual(answer["tag"], "soft_reload")
        self.assertFalse(note.exists())
        self.logout()
        with mute_logger(*LOGGERS):
            self.assertIs(self.xmlrpc("key-accountant", key), False)
            with self.assertRaisesRegex(Fault, "Access Denied"):
                self.xmlrpc_object.execute_kw(
                    self.env.cr.dbname,
                    self.accountant.id,
                    key,
                    "account.move.line",
                    "search_count",
                    [[]],
                )
            self.assertEqual(self.json2(key).status_code, 401)

    def test_deleted_in_odoos_own_list(self):
        note, _key = self.direct_key()
        self.env["res.users.apikeys"].with_user(self.accountant).browse(
            note.key_id
        )._remove()
        self.assertFalse(note.exists())

    def test_replace(self):
        old, old_key = self.direct_key()
        self.authenticate("key-accountant", "key-accountant")
        action = self.call("silverfin.api.key.note", "action_replace", old.ids)
        wizard = self.call("silverfin.api.key", "create", {}, context=action["context"])
        shown = self.press(
            "silverfin.api.key", "action_make_key", [wizard], "key-accountant"
        )["context"]
        new = self.notes.search([("replaces_id", "=", old.id)])
        self.assertEqual(new.name, old.name)
        self.assertEqual(shown["default_replaces"], old.name)
        # both work until the person says that Silverfin has the new one
        self.assertTrue(self.xmlrpc("key-accountant", old_key, "res.users", "search"))
        self.press(
            "silverfin.api.key.note",
            "action_confirm_replaced",
            new.ids,
            "key-accountant",
        )
        self.assertFalse(old.exists())
        self.assertFalse(new.replaces_id)
        with mute_logger(*LOGGERS):
            self.assertIs(self.xmlrpc("key-accountant", old_key), False)
        self.assertTrue(
            self.xmlrpc("key-accountant", shown["default_key"], "res.users", "search")
        )
        with self.assertRaisesRegex(UserError, "already been deleted"):
            self.identity_checked()
            new.with_user(self.accountant).action_confirm_replaced()

    # === Last used === #

    def test_last_used_of_calls_without_authenticate(self):
        note, key = self.direct_key()
        call = [
            self.env.cr.dbname,
            self.accountant.id,
            key,
            "res.users",
            "search",
            [[]],
        ]
        self.xmlrpc_object.execute_kw(*call)
        self.env.invalidate_all()
        self.assertEqual(note.last_used_on, fields.Date.today())
        # Odoo remembers the good answer now; the day must be noted all the same
        self.env.cr.execute(
            "UPDATE silverfin_api_key_note SET last_used_on = '2020-01-01'"
        )
        self.xmlrpc_object.execute_kw(*call)
        self.env.invalidate_all()
        self.assertEqual(note.last_used_on, fields.Date.today())

    def test_another_key_of_the_user_is_not_noted(self):
        note, _key = self.direct_key()
        other = (
            self.env["res.users.apikeys"]
            .with_user(self.accountant)
            ._generate("rpc", "Not ours", fields.Datetime.now() + timedelta(days=1))
        )
        self.assertEqual(self.json2(other).status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(note.last_used_on)

    def test_noting_costs_one_query_and_never_fails_a_login(self):
        note, key = self.direct_key()
        keys = self.env["res.users.apikeys"]
        self.env.cr.execute(
            "UPDATE silverfin_api_key_note SET last_used_on = "
            "(now() AT TIME ZONE 'utc')::date"
        )
        with self.assertQueryCount(2):
            keys._check_credentials(scope="rpc", key=key)
        self.env.cr.execute("UPDATE silverfin_api_key_note SET last_used_on = NULL")
        with self.patch_cursor():
            user_id = keys._check_credentials(scope="rpc", key=key)
        self.assertEqual(user_id, self.accountant.id)
        self.assertFalse(note.last_used_on)

    @contextmanager
    def all_logs(self):
        """What every logger says at the level of a server in production."""
        texts, handlers = StringIO(), []
        loggers = [
            logging.getLogger(name)
            for name in ("odoo", "werkzeug", "odoo.addons.base.models.res_users")
        ]
        handler = logging.StreamHandler(texts)
        for logger in loggers:
            handlers.append((logger, logger.level))
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
        try:
            yield texts
        finally:
            for logger, level in handlers:
                logger.removeHandler(handler)
                logger.setLevel(level)

    def patch_cursor(self):
        return patch.object(
            type(self.env.registry), "cursor", side_effect=RuntimeError("none left")
        )

    # === Bad input === #

    def test_description(self):
        for name in ("", "   ", None):
            with self.assertRaisesRegex(ValidationError, "Describe"):
                self.direct_key(name=name)
        with self.assertRaisesRegex(ValidationError, "500 characters"):
            self.direct_key(name="x" * 500)
        self.assertEqual(self.direct_key(name="x" * 100)[0].name, "x" * 100)

    def test_dates(self):
        for days in (0, -1, -400):
            with self.assertRaisesRegex(ValidationError, "still to come"):
                self.direct_key(days=days)
        # Odoo's limit for internal users
        self.direct_key(days=90)
        with self.assertRaisesRegex(ValidationError, "at most 90 days"):
            self.direct_key(days=91)
        self.direct_key(self.admin, days=365)
        with self.assertRaisesRegex(ValidationError, "at most 365 days"):
            self.direct_key(self.admin, days=366)

    def test_durations_are_those_that_the_user_may_choose(self):
        wizards = self.env["silverfin.api.key"]
        offered = dict(wizards.with_user(self.accountant)._selection_duration())
        self.assertEqual(list(offered), ["1", "7", "30", "90", "-1"])
        offered = dict(wizards.with_user(self.admin)._selection_duration())
        self.assertEqual(list(offered)[-2:], ["365", "-1"])
        wizard = wizards.with_user(self.accountant).create({})
        self.assertEqual(wizard.duration, "90")
        self.assertEqual(wizard.expires_on, fields.Date.today() + timedelta(days=90))

    def test_odoos_own_limit_holds_too(self):
        with self.assertRaisesRegex(ValidationError, "cannot exceed 90"):
            self.env["res.users.apikeys"].with_user(self.accountant)._generate(
                "rpc", "x", fields.Datetime.now() + timedelta(days=100)
            )

    def test_who_may_not(self):
        portal = new_test_user(self.env, "key-portal", groups="base.group_portal")
        with self.assertRaisesRegex(AccessError, "internal users"):
            self.direct_key(portal)
        with self.assertRaisesRegex(AccessError, "internal users"):
            self.direct_key(self.env.ref("base.public_user"))
        clerk = new_test_user(
            self.env, "key-clerk", groups="account_silverfin.group_user"
        )
        with self.assertRaisesRegex(AccessError, "may not read journal items"):
            self.direct_key(clerk)
        outsider = new_test_user(self.env, "key-outsider", groups="base.group_user")
        for model in ("silverfin.api.key", "silverfin.api.key.page"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(outsider).create({})

    def test_without_a_session(self):
        wizard = self.env["silverfin.api.key"].with_user(self.accountant).create({})
        with self.assertRaisesRegex(UserError, "over HTTP"):
            wizard.action_make_key()
        note, _key = self.direct_key()
        with self.assertRaisesRegex(UserError, "over HTTP"):
            note.action_delete()

    def test_not_with_a_key(self):
        """Whoever has a key cannot make another one with it, nor delete."""
        note, key = self.direct_key()
        answer = self.json2(key, "silverfin.api.key", "create", vals_list=[{}])
        self.assertEqual(answer.status_code, 200, answer.text)
        answer = self.json2(
            key, "silverfin.api.key", "action_make_key", ids=answer.json()
        )
        self.assertNotIn("default_key", answer.text)
        self.json2(key, "silverfin.api.key.note", "action_delete", ids=note.ids)
        self.assertTrue(note.exists())

    def test_for_somebody_else(self):
        wizards = self.env["silverfin.api.key"].with_user(self.accountant)
        with self.assertRaisesRegex(AccessError, "for yourself"):
            wizards.create({"user_id": self.admin.id}).mapped("longest_days")
        with self.assertRaisesRegex(AccessError, "for yourself"):
            wizards.with_context(default_user_id=self.admin.id).create({})
        wizard = wizards.create({})
        wizard.user_id = self.admin
        self.identity_checked()
        with self.assertRaisesRegex(AccessError, "for yourself"):
            wizard.action_make_key()

    def test_replacing_somebody_elses(self):
        note, _key = self.direct_key(self.admin)
        wizard = self.env["silverfin.api.key"].with_user(self.accountant).create({})
        wizard.sudo().replaces_id = note
        self.identity_checked()
        with self.assertRaises(AccessError):
            wizard.action_make_key()

    def test_anothers_key(self):
        note, _key = self.direct_key(self.admin)
        manager = new_test_user(
            self.env, "key-manager", groups="account_silverfin.group_manager"
        )
        self.identity_checked()
        with self.assertRaises(AccessError):
            note.with_user(self.accountant).action_delete()
        self.assertFalse(self.notes.with_user(self.accountant).search([]) & note)
        # sees that it exists, cannot delete it
        self.assertIn(note, self.notes.with_user(manager).search([]))
        with self.assertRaisesRegex(AccessError, "role Administrator"):
            note.with_user(manager).action_delete()
        with self.assertRaisesRegex(AccessError, "owner"):
            note.with_user(manager).action_replace()
        self.assertTrue(note.exists())
        mine, _key = self.direct_key()
        mine.with_user(self.admin).action_delete()
        self.assertFalse(mine.exists())

    def test_notes_are_read_only(self):
        note, _key = self.direct_key()
        for user in (self.accountant, self.admin):
            note = note.with_user(user)
            for values in ({"name": "x"}, {"key_id": 1}, {"responsible_id": user.id}):
                with self.assertRaises(AccessError):
                    note.write(values)
            with self.assertRaises(AccessError):
                note.unlink()

    def test_archived_user(self):
        note, key = self.direct_key()
        self.assertEqual(self.json2(key).status_code, 200)
        self.accountant.active = False
        self.assertEqual(note.state, "off")
        with mute_logger(*LOGGERS):
            self.assertEqual(self.json2(key).status_code, 401)

    # === The page === #

    def page(self, user=None):
        return (
            self.env["silverfin.api.key.page"]
            .with_user(user or self.accountant)
            .create({})
        )

    def test_page(self):
        mine, _key = self.direct_key()
        others, _key = self.direct_key(self.admin)
        page = self.page()
        self.assertEqual(page.login, "key-accountant")
        self.assertEqual(page.database, self.env.cr.dbname)
        self.assertEqual(page.key_ids, mine)
        self.assertFalse(page.other_key_ids)
        page = self.page(self.admin)
        self.assertEqual(page.key_ids, others)
        self.assertIn(mine, page.other_key_ids)

    def test_page_tells_what_is_wrong_with_the_address(self):
        def problem(url):
            self.env["ir.config_parameter"].set_param("web.base.url", url)
            return self.page().url_problem or ""

        self.assertFalse(problem("https://books.client.be"))
        self.assertIn("not set", problem(""))
        self.assertIn("web address", problem("books"))
        self.assertIn("unprotected", problem("http://books.client.be"))
        self.assertIn("your own network", problem("https://10.1.2.3"))
        self.assertIn("your own network", problem("https://odoo.local"))

    def test_addresses(self):
        for url, found in (
            ("https://odoo.client.be", []),
            ("https://odoo.client.be:8443/", []),
            ("https://[2a02:1810::1]", []),
            ("http://odoo.client.be", ["plain"]),
            ("https://localhost", ["local"]),
            ("https://odoo", ["local"]),
            ("https://odoo.lan.", ["local"]),
            ("https://127.0.0.1", ["private"]),
            ("https://192.168.1.4", ["private"]),
            ("https://100.64.0.9", ["private"]),
            ("https://169.254.169.254", ["private"]),
            ("https://[::1]", ["private"]),
            ("https://[fd00::1]", ["private"]),
            ("http://localhost:8069", ["plain", "local"]),
            ("", ["unset"]),
            (None, ["unset"]),
            ("ftp://odoo.client.be", ["invalid"]),
            ("https://", ["invalid"]),
            ("https://user:secret@odoo.client.be", ["invalid"]),
            ("https://odoo.client.be:99999", ["invalid"]),
            ("https://[odoo", ["invalid"]),
            ("https://o doo.be", ["invalid"]),
        ):
            self.assertEqual(address.problems(url), found, url)

    def test_neutralised_copy(self):
        mine, key = self.direct_key()
        self.assertFalse(self.page().is_neutralized)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        # said because it is so: the original's key opens the copy
        self.assertEqual(self.json2(key).status_code, 200)
        self.assertTrue(self.page().is_neutralized)
        self.identity_checked()
        with self.assertRaisesRegex(AccessError, "role Administrator"):
            self.page().action_delete_all()
        self.page(self.admin).action_delete_all()
        self.assertFalse(mine.exists())
        with mute_logger(*LOGGERS):
            self.assertEqual(self.json2(key).status_code, 401)

    # === Before and after its end === #

    def test_reminded_once_fourteen_days_before(self):
        note, _key = self.direct_key(days=30)
        other, _key = self.direct_key(days=60)
        self.notes._cron_remind()
        self.assertFalse(note.activity_ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=16)):
            note.invalidate_recordset()
            self.assertEqual(note.state, "expiring")
            self.assertEqual(self.page().expiring_count, 1)
            self.notes._cron_remind()
            self.notes._cron_remind()
            self.assertEqual(len(note.activity_ids), 1)
            self.assertEqual(note.activity_ids.user_id, self.accountant)
            self.assertEqual(note.activity_ids.date_deadline, note.expires_at.date())
        self.direct_key(days=60, replaces=note)
        self.assertFalse(note.activity_ids, "closed by itself")
        with freeze_time(fields.Datetime.now() + timedelta(days=50)):
            self.notes._cron_remind()
        activities = other.activity_ids
        self.assertTrue(activities)
        other._delete_keys()
        self.assertFalse(activities.exists())
        self.assertIn("closed by itself", str(note.message_ids.mapped("body")))

    def test_not_reminded_of_a_replaced_key(self):
        old, _key = self.direct_key(days=3)
        new, _key = self.direct_key(days=60, replaces=old)
        self.notes._cron_remind()
        self.assertFalse(old.activity_ids | new.activity_ids)
        self.assertEqual(self.page().expiring_count, 0)

    def test_an_expired_key_stays_in_the_list(self):
        note, key = self.direct_key(days=1)
        self.env.cr.execute(
            "UPDATE res_users_apikeys SET expiration_date = "
            "(now() AT TIME ZONE 'utc') - interval '1 minute' WHERE id = %s",
            [note.key_id],
        )
        note.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env["res.users.apikeys"]._gc_user_apikeys()
        self.notes._gc_gone()
        self.assertEqual(note.state, "expired")
        with mute_logger(*LOGGERS):
            self.assertEqual(self.json2(key).status_code, 401)
        self.assertIn(note, self.page().key_ids)
        self.identity_checked()
        note.with_user(self.accountant).action_delete()
        self.assertFalse(note.exists())

    def test_a_key_deleted_by_hand_in_the_database(self):
        note, _key = self.direct_key()
        kept, _key = self.direct_key()
        self.env.cr.execute(
            "DELETE FROM res_users_apikeys WHERE id = %s", [note.key_id]
        )
        self.notes._gc_gone()
        self.assertFalse(note.exists())
        self.assertTrue(kept.exists())

    def test_settings_show_the_values(self):
        self.direct_key(days=10)
        settings = self.env["res.config.settings"].with_user(self.admin).create({})
        self.assertEqual(settings.silverfin_login, "key-admin")
        self.assertEqual(settings.silverfin_database, self.env.cr.dbname)
        self.assertTrue(settings.silverfin_key_count)
        self.assertTrue(settings.silverfin_expiring_key_count)
