"""A copy of the database, a restored backup, a moved server: nothing is sent there.

A copy is made here by giving the kept place other values; dev/processes/test_copies.py
copies real databases.
"""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.extras import Json

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, file_open

from ..models import silverfin_connection
from ..models.place import current_place, is_same_place
from ..silverfin_api import Misconfigured
from .books import SilverfinBooksCase
from .common import SilverfinCase

TYPE = "account_silverfin.mail_activity_type_connection"


def move_away(env, **values):
    """Make this a copy of the database that the grants were given to."""
    place = current_place(env) | (values or {"oid": "1"})
    env.flush_all()
    env.cr.execute(SQL("UPDATE silverfin_token SET place = %s", Json(place)))
    env.invalidate_all()


def activities(record):
    return record.sudo().activity_ids.filtered(
        lambda activity: activity.activity_type_id == record.env.ref(TYPE)
    )


@tagged("post_install", "-at_install")
class TestPlace(SilverfinCase):
    """One connection, seen before anything is asked of Silverfin."""

    def setUp(self):
        super().setUp()
        self.connect()

    def client_asks(self):
        with self.other_cursors(), self.connection._client() as client:
            return client.firm().name

    def assert_suspended(self):
        self.assertEqual(self.connection.state, "suspended")
        self.assertIn("This Is Production", self.connection.state_reason)
        self.assertFalse(self.sandbox.log, "nothing may be asked in a copy")

    def test_what_a_place_is(self):
        place = current_place(self.env)
        self.assertEqual(place["database"], self.env.cr.dbname)
        self.assertTrue(place["uuid"] and place["oid"].isdigit() and place["cluster"])
        self.assertTrue(is_same_place(place, dict(place)))
        self.assertTrue(is_same_place(place | {"cluster": None}, place))
        self.assertTrue(is_same_place(place, place | {"cluster": None}))
        for name in place:
            self.assertFalse(is_same_place(place | {name: "x"}, place), name)
        self.assertFalse(is_same_place(None, place))
        self.assertFalse(is_same_place({}, place))

    def test_the_same_place(self):
        self.assertEqual(self.client_asks(), "The Firm")
        self.connection._suspend_copies()
        self.assertEqual(self.connection.state, "connected")

    def test_elsewhere(self):
        for values in ({"oid": "1"}, {"database": "other"}, {"uuid": "other"}):
            with self.subTest(values=values):
                self.connect()
                move_away(self.env, **values)
                with self.raises(Misconfigured, "suspended"):
                    self.client_asks()
                self.assert_suspended()
        self.assertEqual(len(activities(self.connection)), 1)

    def test_not_even_a_renewal_is_asked(self):
        move_away(self.env)
        tokens = self.env["silverfin.token"]
        access = self.grant_of().access_token
        for ask in (
            lambda: tokens._access_token(self.connection),
            lambda: tokens._renewed_access_token(self.connection, access),
        ):
            with self.other_cursors(), self.raises(Misconfigured, "suspended"):
                ask()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            with self.raises(Misconfigured, "suspended"):
                self.client_asks()
        self.assert_suspended()
        self.assertEqual(self.grant_of().access_token, access)

    @patch.object(silverfin_connection, "TOKEN_SECONDS", 0)
    def test_the_copy_is_made_while_a_client_is_open(self):
        """Noticed within a second, which is here over at once."""
        with self.other_cursors(), self.connection._client() as client:
            client.firm()
            asked = len(self.sandbox.log)
            move_away(self.env)
            with self.raises(Misconfigured):
                client.firm()
        self.assertEqual(len(self.sandbox.log), asked)
        self.assertEqual(self.connection.state, "suspended")

    def test_the_cron_sends_nothing_and_tells_once(self):
        self.make_link()
        self.connection.action_push_references()
        self.connection.action_refresh_companies()
        move_away(self.env)
        for _turn in range(3):
            self.run_cron()
        self.assert_suspended()
        (activity,) = activities(self.connection)
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("copy", activity.note)
        told = self.connection.message_ids.filtered("subject")
        self.assertEqual(len(told), 1)
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        self.assertEqual(
            self.env["silverfin.run"].search([]).mapped("state"), ["queued"] * 2
        )

    def test_buttons_send_nobody_to_silverfin(self):
        move_away(self.env)
        for action in ("action_connect", "action_paste_code"):
            with self.other_cursors(), self.raises(UserError, "suspended"):
                getattr(self.connection, action)()
            self.assertEqual(self.connection.state, "suspended")
        with self.raises(UserError, "connected"):
            self.connection.action_push_references()

    def test_confirmed(self):
        link = self.make_link()
        link.sudo().position_id.write({"state": "ready", "client_file_number": "1"})
        waiting = self.make_link(self.env["res.company"].create({"name": "Waiting"}))
        queued = self.env["silverfin.run"]._ask("sync", link=link)
        move_away(self.env)
        self.run_cron()
        self.assertTrue(self.connection.action_confirm_place())
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.state_reason)
        self.assertFalse(activities(self.connection))
        self.assertEqual(queued.state, "cancelled", "it would go before the reset")
        open_runs = self.env["silverfin.run"].search([("state", "=", "queued")])
        self.assertEqual(
            sorted(open_runs.mapped("kind")), ["companies", "references", "reset"]
        )
        self.assertEqual(open_runs.link_id, link)
        self.assertNotIn(waiting, open_runs.link_id)
        self.assertEqual(self.client_asks(), "The Firm")

    def test_nothing_to_confirm(self):
        with self.raises(UserError, "not suspended"):
            self.connection.action_confirm_place()
        with self.other_cursors():
            self.connection._forget_grant("suspended", "neutralised")
        with self.raises(UserError, "Disconnect"):
            self.connection.action_confirm_place()
        self.assertEqual(self.connection.state, "suspended")

    def test_disconnected_in_a_copy(self):
        """A copy may be connected anew: its client files must be listed again."""
        link = self.make_link()
        link.sudo().position_id.write(
            {"state": "in_sync", "client_file_number": "1", "sync_point": "p"}
        )
        move_away(self.env)
        self.connection._suspend_copies()
        self.connection.action_disconnect()
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.grant_of().access_token)
        self.assertFalse(activities(self.connection))
        authorizations = self.env["silverfin.authorization"].sudo()
        tokens = self.sandbox.grant(self.application, self.firm)
        authorizations._keep(
            self.connection, tokens, str(self.firm.id), self.redirect_uri, None
        )
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(link.state, "pending")
        self.assertFalse(link.client_file_number)
        self.assertFalse(self.sandbox.log)
        self.assertEqual(self.client_asks(), "The Firm")

    def test_another_address_has_other_client_files(self):
        link = self.make_link()
        link.sudo().position_id.write({"state": "in_sync", "client_file_number": "1"})
        self.connection.action_disconnect()
        self.connection.base_url = "https://staging.test"
        self.assertEqual(link.state, "pending")
        self.assertFalse(link.client_file_number)

    def test_neutralised(self):
        link = self.make_link()
        link.sudo().position_id.write({"state": "in_sync", "client_file_number": "1"})
        told = (link, self.connection)
        for record in told:
            record.sudo().problem_email = "files@firm.test"
            self.env["silverfin.problem"].sudo()._begin(record, "failed")
        self.env.flush_all()
        with file_open("account_silverfin/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "suspended")
        self.assertFalse(self.connection.has_grant)
        self.assertEqual(link.state, "pending")
        self.assertFalse(any(record.problem_email for record in told))
        self.assertFalse(self.env["silverfin.problem"].sudo().search([]))
        self.run_cron()
        self.assertFalse(self.sandbox.log)


@tagged("post_install", "-at_install")
class TestMovedBooks(SilverfinBooksCase):
    """The whole way: suspended, confirmed, and Silverfin is made equal again."""

    def test_a_confirmed_move_starts_again(self):
        self.entry({"400000": 121, "700000": -121})
        self.sync()
        self.assert_equal_to_books()
        # what only the original had
        self.sandbox.tamper(
            self.client_file, "700000", fields.Date.to_date("2026-03-31"), 5
        )
        self.entry({"400000": 10, "700000": -10})
        move_away(self.env)
        asked = len(self.sandbox.log)
        run = self.sync()
        self.assertEqual(run.state, "queued")
        self.assertEqual(len(self.sandbox.log), asked)
        self.connection.action_confirm_place()
        self.work()
        reset = self.env["silverfin.run"].search([("kind", "=", "reset")])
        self.assertEqual(reset.state, "done", reset.message)
        self.assertTrue(
            any(entry.path.endswith("/reset") for entry in self.sandbox.log)
        )
        self.assert_equal_to_books()
