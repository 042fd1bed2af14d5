"""Who is told what, once, and that it closes by itself; the access kept for years."""

from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..silverfin_api import PUSH_SCOPES
from ..sync import failures
from .books import SilverfinBooksCase
from .common import SilverfinCase


def told(record, kind):
    """The open activities of a kind on a record."""
    record.env.invalidate_all()
    kind = record.env.ref(f"account_silverfin.mail_activity_type_{kind}")
    return record.sudo().activity_ids.filtered(
        lambda activity: activity.activity_type_id == kind
    )


@tagged("post_install", "-at_install")
class TestActivities(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.move = self.entry({"400000": 121, "700000": -121})

    def assert_told_once(self, kind, words, record=None):
        record = record or self.link
        activity = told(record, kind)
        self.assertEqual(len(activity), 1, activity.mapped("note"))
        self.assertEqual(activity.user_id, self.user)
        self.assertIn(words, activity.note)
        self.assertEqual(len(record.sudo().activity_ids), 1)
        return activity

    def assigned_mails(self):
        return (
            self.env["mail.message"]
            .sudo()
            .search_count([("body", "ilike", "assigned you the following activity")])
        )

    # === A client file === #

    def test_nothing_to_tell(self):
        self.sync()
        self.verify()
        self.assertFalse(self.link.sudo().activity_ids)

    def test_entries_set_aside(self):
        self.sync()
        self.move = self.entry({"400000": 7, "700000": -7})
        self.sandbox.reject(id=str(self.move.line_ids[0].id), message="Locked")
        self.assertEqual(self.sync().state, "partial")
        activity = self.assert_told_once("aside", "Entries set aside: 1.")
        mails = self.assigned_mails()
        self.sync()
        self.assertEqual(
            self.assert_told_once("aside", "Entries set aside: 1."), activity
        )
        other = self.entry({"400000": 5, "700000": -5})
        self.sandbox.reject(id=str(other.line_ids[0].id), message="Locked")
        self.sync()
        self.assertEqual(
            self.assert_told_once("aside", "Entries set aside: 2."), activity
        )
        self.assertEqual(self.assigned_mails(), mails, "told once")
        (self.move + other).button_draft()
        self.assertEqual(self.sync().state, "done")
        self.assertFalse(told(self.link, "aside"))
        self.assertIn("closed by itself", str(self.link.message_ids.mapped("body")))

    def test_failed_at_once(self):
        self.sandbox.faults.add(path="/transactions$", status=403)
        self.assertEqual(self.sync().state, "failed")
        activity = self.assert_told_once("failed", "Missing right")
        self.assertEqual(self.sync().state, "failed")
        self.assertEqual(self.assert_told_once("failed", "Missing right"), activity)
        self.sandbox.faults.clear()
        self.assertEqual(self.sync().state, "done")
        self.assertFalse(told(self.link, "failed"))

    def test_failed_after_the_last_try(self):
        self.sandbox.faults.add(path="/transactions$", status=503)
        run = self.sync()
        for attempt in range(1, failures.MOST_ATTEMPTS):
            self.assertEqual((run.attempts, run.state), (attempt, "running"))
            self.assertFalse(told(self.link, "failed"), "it is tried again by itself")
            run.sudo().due_at = fields.Datetime.now()
            self.env.flush_all()
            self.work()
        self.assertEqual(run.state, "failed")
        self.assert_told_once("failed", "without success")

    def test_a_difference(self):
        self.sync()
        march = fields.Date.to_date("2026-03-31")
        self.sandbox.tamper(self.client_file, "700000", march, 5)
        self.verify()
        activity = self.assert_told_once("proof", "700000")
        self.verify()
        self.assertEqual(self.assert_told_once("proof", "700000"), activity)
        self.sandbox.tamper(self.client_file, "700000", march, -5)
        self.verify()
        self.assertEqual(self.link.verify_state, "equal")
        self.assertFalse(told(self.link, "proof"))

    def test_a_difference_that_is_set_aside(self):
        """Known already; anything else that differs is told all the same."""
        self.sync()
        move = self.entry({"400000": 7, "700000": -7})
        self.sandbox.reject(id=str(move.line_ids[0].id), message="Locked")
        self.assertEqual(self.sync().state, "partial")
        run = self.verify()
        self.assertEqual(self.link.verify_state, "differs")
        self.assertIn("set aside here", run.message)
        self.assert_told_once("aside", "Entries set aside: 1.")
        march = fields.Date.to_date("2026-03-31")
        self.sandbox.tamper(self.client_file, "700000", march, 5)
        run = self.verify()
        self.assertIn("cause unknown", run.message)
        self.assertEqual(len(told(self.link, "proof")), 1)
        self.sandbox.tamper(self.client_file, "700000", march, -5)
        self.verify()
        self.assertFalse(told(self.link, "proof"))
        self.assert_told_once("aside", "Entries set aside: 1.")

    def test_a_first_load_with_an_entry_set_aside(self):
        """It is compared by itself at the end."""
        self.sandbox.reject(id=str(self.move.line_ids[0].id), message="Locked")
        self.entry({"400000": 7, "700000": -7})
        self.sync()
        self.assertEqual(self.link.verify_state, "differs")
        self.assert_told_once("aside", "Entries set aside: 1.")

    def test_a_proof_that_fails(self):
        self.sync()
        self.sandbox.faults.add(path="/periods", status=403)
        self.assertEqual(self.verify().state, "failed")
        self.assert_told_once("proof", "Missing right")
        self.sync()
        self.assert_told_once("proof", "Missing right")
        self.sandbox.faults.clear()
        self.verify()
        self.assertFalse(told(self.link, "proof"))

    def test_each_its_own(self):
        self.sandbox.reject(id=str(self.move.line_ids[0].id), message="Locked")
        self.sync()
        self.sandbox.faults.add(path="/info$", status=403)
        self.sync()
        self.assertTrue(told(self.link, "aside"))
        self.assertTrue(told(self.link, "failed"))

    def test_marked_as_done_while_it_lasts(self):
        self.sandbox.faults.add(path="/transactions$", status=403)
        self.sync()
        told(self.link, "failed").with_user(self.user).action_feedback()
        self.sync()
        self.assert_told_once("failed", "Missing right")

    def test_a_responsible_who_may_not_see_it(self):
        self.sandbox.faults.add(path="/transactions$", status=403)
        admin = self.env(user=self.env.ref("base.user_admin"), context={})
        elsewhere = new_test_user(
            admin,
            "silverfin-elsewhere",
            groups="account_silverfin.group_user",
            company_id=self.env.ref("base.main_company").id,
            company_ids=[Command.set(self.env.ref("base.main_company").ids)],
        )
        gone = new_test_user(
            admin,
            "silverfin-gone",
            groups="account_silverfin.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        gone.active = False
        for user in (elsewhere, gone, self.env["res.users"]):
            self.link.user_id = user
            self.env.flush_all()
            self.sync()
            activity = told(self.link, "failed")
            self.assertEqual(len(activity), 1)
            self.assertTrue(
                activity.user_id.has_group("account_silverfin.group_manager")
            )
            self.assertIn(self.company, activity.user_id.company_ids)
            activity.unlink()

    def test_who_cannot_be_told_undoes_nothing(self):
        self.sandbox.faults.add(path="/transactions$", status=403)
        link = type(self.link)
        with (
            patch.object(link, "_notify_trouble", side_effect=ValueError),
            self.assertLogs("odoo.addons.account_silverfin.sync.trouble", "ERROR"),
        ):
            run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertEqual(self.link.state, "attention")

    # === The connection === #

    def revoke(self):
        (application,) = self.sandbox.state.applications.values()
        self.sandbox.revoke(application, self.firm)
        return application

    def test_the_access_is_gone(self):
        """One activity for all client files; then quiet; then everything goes on."""
        application = self.revoke()
        run = self.sync()
        self.assertEqual(self.connection.state, "reconnect")
        activity = self.assert_told_once("connection", "Connect", self.connection)
        self.assertEqual(run.state, "queued", "it waits")
        self.assertEqual(self.link.state, "attention")
        self.assertIn("Connect", self.link.message)
        self.assertFalse(self.link.sudo().activity_ids)
        mails, asked = self.assigned_mails(), len(self.sandbox.log)
        for hours in (1, 24, 48):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
                self.work()
        self.assertEqual(len(self.sandbox.log), asked, "quiet until connected again")
        self.assertEqual(told(self.connection, "connection"), activity)
        self.assertEqual(self.assigned_mails(), mails)

        tokens = self.sandbox.grant(application, self.firm, PUSH_SCOPES)
        self.env["silverfin.authorization"].sudo()._keep(
            self.connection, tokens, str(self.firm.id), "http://127.0.0.1/none", None
        )
        self.assertFalse(told(self.connection, "connection"))
        self.work()
        self.assertEqual(run.state, "done", run.message)
        self.assert_equal_to_books()

    def test_the_client_secret_is_refused(self):
        """Somebody made another one in Silverfin; told once, then quiet until typed."""
        (application,) = self.sandbox.state.applications.values()
        application.client_secret = "made-anew"
        self.sandbox.advance(3 * 3600)
        run = self.sync()
        self.assertEqual(self.connection.state, "reconnect")
        activity = self.assert_told_once(
            "connection", "refused the client ID or the client secret", self.connection
        )
        self.assertEqual(run.state, "queued", "it waits")
        self.assertIn("client secret", self.link.message)
        self.assertFalse(self.link.sudo().activity_ids)
        mails, asked = self.assigned_mails(), len(self.sandbox.log)
        for hours in (1, 24, 48):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
                self.work()
        self.assertEqual(len(self.sandbox.log), asked, "quiet until it is mended")
        self.assertEqual(self.assigned_mails(), mails)

        # a wrong one is said again, on the same activity or a new one: one at a time
        self.connection.client_secret_input = "mistyped"
        self.work()
        self.assertEqual(self.connection.state, "reconnect")
        self.assert_told_once("connection", "client secret", self.connection)
        self.assertFalse(activity.exists() and activity.active)
        self.connection.client_secret_input = "made-anew"
        self.assertFalse(told(self.connection, "connection"))
        self.work()
        self.assertEqual(run.state, "done", run.message)
        self.assert_equal_to_books()

    def test_a_run_of_the_connection_fails(self):
        """Nobody has it open: the hourly look at Silverfin's list is told too."""
        faults = self.sandbox.faults
        faults.add(method="GET", path="/syncs/companies$", status=403)
        self.refresh_companies()
        activity = self.assert_told_once("run", "Missing right", self.connection)
        self.refresh_companies()
        self.assertEqual(
            self.assert_told_once("run", "Missing right", self.connection), activity
        )
        faults.add(method="POST", path="/sync_references$", status=404)
        self.connection.action_push_references()
        self.work()
        self.assert_told_once("run", "does not know the firm", self.connection)
        faults.clear()
        self.refresh_companies()
        # what else failed is still to be solved
        self.assert_told_once("run", "does not know the firm", self.connection)
        self.connection.action_push_references()
        self.work()
        self.assertFalse(told(self.connection, "run"))

    def test_disconnecting_closes_it(self):
        self.revoke()
        self.sync()
        self.connection.action_disconnect()
        self.assertFalse(told(self.connection, "connection"))


@tagged("post_install", "-at_install")
class TestQuietYear(SilverfinCase):
    """A refresh token lives 60 days: the hourly look at Silverfin's list renews it."""

    def setUp(self):
        super().setUp()
        self.start = datetime(2026, 1, 1, tzinfo=timezone.utc)
        self.clock = freeze_time(self.start)
        self.time = self.clock.start()
        self.addCleanup(self.clock.stop)
        # Silverfin's clock and ours are one
        self.sandbox._now = lambda: datetime.now(timezone.utc)
        self.connect()

    def pass_days(self, days):
        self.time.tick(timedelta(days=days))
        self.run_cron()
        self.env.invalidate_all()

    def test_the_access_lives_on(self):
        # as rarely as it may be: a server that is off most of the time
        for _time in range(8):
            self.pass_days(50)
            self.assertEqual(self.connection.state, "connected")
        self.assertGreater(datetime.now(timezone.utc), self.start + timedelta(days=365))
        self.assertEqual(self.token_requests(), 8)
        runs = self.env["silverfin.run"].search([])
        self.assertEqual(set(runs.mapped("kind")), {"companies"}, "nothing was sent")
        self.assertEqual(set(runs.mapped("state")), {"done"})

    def test_each_hour_is_enough(self):
        for _hour in range(7):
            self.time.tick(timedelta(minutes=61))
            self.run_cron()
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.token_requests(), 3, "one renewal in two hours")

    def test_switched_off_for_too_long(self):
        self.pass_days(61)
        self.assertEqual(self.connection.state, "reconnect")
        self.assertEqual(len(told(self.connection, "connection")), 1)
        self.assertIn("Connect", self.connection.state_reason)
