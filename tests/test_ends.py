"""What ends in the middle: each state is one that the next sync understands."""

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..silverfin_api import client
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestEnds(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.entry({"400000": 10, "700000": -10})

    def test_an_archived_company(self):
        """Its books are still there, and the annual accounts to be made: it goes on."""
        self.sync()
        self.entry({"400000": 5, "700000": -5})
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.user.sudo().company_ids += other
        self.user.sudo().company_id = other
        self.company.sudo().active = False
        run = self.sync()
        self.assertEqual((run.state, run.upserted, run.deleted), ("done", 2, 0))
        self.assertEqual(len(self.there()), 4)

    def test_a_client_file_deleted_before_its_run(self):
        self.link.action_sync()
        self.link.unlink()
        with self.assertNoLogs("odoo.addons.account_silverfin", "ERROR"):
            self.work()
        self.assertFalse(self.there())
        self.assertFalse(self.env["silverfin.transaction"].search([]))

    def test_a_client_file_is_not_deleted_during_its_run(self):
        self.link.action_sync()
        self.link.run_ids[0].sudo().state = "running"
        with self.assertRaisesRegex(UserError, "Books Ltd is being synchronised"):
            self.link.unlink()
        self.link.action_cancel()
        self.link.unlink()

    def deleted_while_silverfin_answers(self, *, status=None):
        """By a person's transaction that the worker's does not see before."""
        exchange = client.exchange

        def delete(session, method, url, **content):
            if url.endswith("/info"):
                with self.registry.cursor() as cr:
                    cr.execute("DELETE FROM silverfin_run WHERE link_id IS NOT NULL")
            return exchange(session, method, url, **content)

        if status:
            self.sandbox.faults.add(path="/info$", status=status)
        run = self.env["silverfin.run"]._ask("sync", link=self.link)
        with (
            patch.object(client, "exchange", delete),
            self.assertNoLogs("odoo.addons.account_silverfin", "WARNING"),
        ):
            self.work()
        self.assertFalse(run.exists(), status)

    def test_a_run_deleted_meanwhile(self):
        """Whatever Silverfin answers, the worker goes on with the others."""
        for status in (403, 409, 500, 503, None):
            with self.subTest(status=status):
                self.sandbox.faults.clear()
                self.deleted_while_silverfin_answers(status=status)

    def linked_again(self):
        self.sync()
        self.link.unlink()
        self.link = self.env["silverfin.link"].create(
            {"connection_id": self.connection.id, "company_id": self.company.id}
        )
        self.work()
        self.refresh_companies()
        self.assertEqual(self.link.state, "ready")

    def test_linked_again_after_it_was_deleted(self):
        """What stands there nobody here knows any more: a person decides."""
        self.linked_again()
        self.entry({"400000": 1, "700000": -1})
        run = self.sync()
        self.assertEqual((run.state, self.link.state), ("failed", "attention"))
        self.assertIn("Silverfin already has balances", run.message)
        self.assertEqual(len(self.there()), 2, "nothing was sent")
        self.link.action_reset()
        self.assertEqual(self.run_open().state, "done")
        self.assert_equal_to_books()
        self.assertEqual(self.sync().state, "done")

    def test_linked_again_and_added_to(self):
        self.linked_again()
        self.sync()
        self.link.action_send_all()
        self.assertEqual(self.run_open().state, "done")
        self.assert_equal_to_books()
        self.assertEqual(self.sync().state, "done", "asked once")

    def test_linked_again_without_the_right_to_read(self):
        """Nobody can know: the same items take the place of themselves."""
        self.connection.read_back = False
        self.linked_again()
        self.assertEqual(self.sync().state, "done")
        self.assert_equal_to_books()

    def test_a_connection_with_client_files_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Press Disconnect first"):
            self.connection.unlink()
        self.connection.sudo().state = "draft"
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.connection.unlink()

    def test_another_currency(self):
        """Odoo refuses it once there are entries; by SQL the amounts stay exact."""
        self.sync()
        currency = self.env.ref("base.JPY").sudo()
        currency.active = True
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s",
            [currency.id, self.company.id],
        )
        self.env.invalidate_all()
        run = self.sync()
        self.assertEqual(run.state, "done")
        self.assertEqual({item.value for item in self.there().values()}, {10, -10})
