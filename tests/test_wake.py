"""A run whose client file is locked: who gives the lock back looks at it again."""

from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import SQL

from ..sync import lock, overview
from ..sync.rows import set_columns
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestWake(SilverfinBooksCase):
    looks = True

    def setUp(self):
        super().setUp()
        self.entry({"400000": 10, "700000": -10})
        self.sync()
        set_columns(
            self.env.cr,
            "silverfin_position",
            self.link.sudo().position_id.id,
            {"overview_at": None},
        )
        self.env.invalidate_all()
        # the test's own session, which is each worker's here, keeps what it locked
        self.patch(lock, "LINK", lock.LINK + 1000)
        self.run_due = self.env["silverfin.run"]._ask("verify", link=self.link)
        self.other = sql_db.db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(self.other.close)
        self.other.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", lock.LINK, self.link.id)
        )
        self.woken = []
        self.patch(
            type(self.run_due), "_wake", lambda _runs, at=None: self.woken.append(at)
        )
        # as the scheduler calls it: with an end
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 10
        )

    def test_found_locked_by_another(self):
        """The other one looks again: to call each other meanwhile would never rest."""
        self.work()
        self.assertEqual(self.run_due.state, "queued")
        self.assertFalse(self.position().overview_at)
        self.assertEqual(self.woken, [])

    def test_found_locked_and_then_looked_at_for_the_dashboard(self):
        """A second worker may have found it taken by this look, and have ended."""
        next_link = overview._next_link

        def given_back(env, tried):
            self.other.rollback()
            return next_link(env, tried)

        with patch.object(overview, "_next_link", given_back):
            self.work()
        self.assertTrue(self.position().overview_at)
        self.assertEqual(self.run_due.state, "queued")
        self.assertEqual(self.woken, [None])
        self.work()
        self.assertEqual((self.run_due.state, self.woken), ("done", [None]))

    def test_found_locked_before_a_turn_of_another_run(self):
        last = self.env["silverfin.run"]._ask("companies", connection=self.connection)
        client = type(self.connection)._client

        def given_back(connection):
            self.other.rollback()
            return client(connection)

        with patch.object(type(self.connection), "_client", given_back):
            self.work()
        self.assertEqual((last.state, self.run_due.state), ("done", "done"))

    def test_what_is_due_is_asked_by_one_worker(self):
        """Two at once would be in each other's way."""
        self.other.rollback()
        looks = [("kind", "=", "companies"), ("connection_id", "=", self.connection.id)]
        runs = self.env["silverfin.run"].sudo()
        runs.search(looks).unlink()
        self.patch(lock, "DUE", lock.DUE + 1000)
        self.other.execute(SQL("SELECT pg_advisory_xact_lock(%s)", lock.DUE))
        self.work()
        self.assertFalse(runs.search(looks))
        self.other.rollback()
        self.work()
        self.assertEqual(runs.search(looks).state, "done")
