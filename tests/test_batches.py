"""What a synchronisation costs: statements, requests, and how full they are."""

from unittest.mock import patch
from weakref import ref

from psycopg2 import OperationalError

from odoo.tests import tagged

from ..sync import ahead, push
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestBatches(SilverfinBooksCase):
    def entries(self, count):
        """So many entries of three items, in one go."""
        amounts = [
            {"400000": number, "600000": number, "700000": -2 * number}
            for number in range(1, count + 1)
        ]
        self.env["account.move"].create(
            [
                {
                    "journal_id": self.journal.id,
                    "date": "2026-03-31",
                    "line_ids": self.lines(of_entry),
                }
                for of_entry in amounts
            ]
        ).action_post()

    def statements(self, entries):
        """Statements of a run that sends so many entries of three items."""
        self.entries(entries)
        self.env["silverfin.run"]._ask("sync", link=self.link)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        run = self.run_open()
        self.assertEqual((run.state, run.upserted), ("done", 3 * entries))
        return self.env.cr.sql_log_count - before, run.batches

    def test_statements_grow_with_requests_not_with_items(self):
        self.statements(1)
        self.sandbox.max_actions = 12
        few, requests = self.statements(4)
        self.assertEqual(requests, 1)
        self.sandbox.max_actions = 60
        same, requests = self.statements(20)
        self.assertEqual(requests, 1)
        self.assertLessEqual(abs(same - few), 2, "five times as many items")
        self.sandbox.max_actions = 12
        more, requests = self.statements(20)
        self.assertEqual(requests, 5)
        self.assertLessEqual((more - same) / 4, 10, "statements per further request")

    def test_a_first_load_fills_its_requests(self):
        self.sandbox.max_actions = 100
        self.entries(134)
        run = self.sync()
        self.assertEqual(run.upserted, 402)
        sizes = [
            entry.action_count
            for entry in self.sandbox.log
            if entry.path.endswith("/transactions")
        ]
        self.assertEqual(sizes, [99, 99, 99, 99, 6])

    def test_very_many_items_are_removed(self):
        """As after a clean-up by SQL: more than a list in a condition may hold."""
        self.entries(1)
        self.sync()
        self.env.cr.execute(
            """INSERT INTO silverfin_transaction (link_id, run_id, line_id, part,
                move_id, digest, date, account_number, value)
            SELECT link_id, run_id, line_id + number, part, move_id + number, digest,
                date, account_number, value
            FROM (SELECT * FROM silverfin_transaction WHERE link_id = %s
                ORDER BY line_id DESC LIMIT 1) one, generate_series(1, 15000) number""",
            [self.link.id],
        )
        run = self.sync()
        self.assertEqual((run.state, run.deleted), ("done", 15_000))
        self.assertEqual(self.link.transaction_count, 3)
        self.assert_equal_to_books()

    def test_a_worker_holds_few_windows_however_large_the_books(self):
        self.sandbox.max_actions = 3
        self.entries(100)
        original, windows, held = ahead.changed, [], []

        class Items(list):
            """A list that can be watched."""

        def changed(*arguments, **options):
            items = Items(original(*arguments, **options))
            held.append(sum(window() is not None for window in windows))
            windows.append(ref(items))
            return items

        with patch.object(ahead, "changed", changed):
            run = self.sync()
        self.assertEqual((run.state, run.upserted, run.batches), ("done", 300, 100))
        self.assertGreater(len(windows), 8)
        self.assertLessEqual(max(held), 2)
        self.assert_equal_to_books()

    def test_an_item_that_silverfin_has_of_another_entry(self):
        self.entries(3)
        self.sync()
        # as one that somebody moved: where nothing of an entry is known, nothing is
        # looked up for its items
        self.env.cr.execute(
            """UPDATE silverfin_transaction SET move_id = 0
            WHERE move_id = (SELECT max(move_id) FROM silverfin_transaction)"""
        )
        self.patch(push, "WINDOW", 1)
        run = self.env["silverfin.run"]._ask("full", link=self.link)
        self.work()
        self.assertEqual((run.state, run.upserted), ("done", 9))
        self.assert_equal_to_books()
        known = self.env["silverfin.transaction"].sudo().search([])
        self.assertEqual(len(known), 9)
        self.assertEqual(len(set(known.mapped("move_id")) - {0}), 3)

    def test_an_item_that_moves_to_a_later_entry_while_both_are_read(self):
        self.entries(2)
        first, last = self.env["account.move"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        self.patch(push, "WINDOW", 1)
        original, line_id = ahead.changed, first.line_ids[0].id

        def changed(cr, *arguments, **options):
            items = original(cr, *arguments, **options)
            cr.execute(
                "UPDATE account_move_line SET move_id = %s WHERE id = %s",
                [last.id, line_id],
            )
            return items

        with patch.object(ahead, "changed", changed):
            run = self.sync()
        self.assertEqual((run.state, run.batches), ("done", 1), run.message)
        known = self.env["silverfin.transaction"].sudo().search([])
        self.assertEqual(len(known), 6)
        self.assertEqual(
            known.filtered(lambda item: item.line_id == line_id).move_id, last.id
        )

    def test_a_window_is_read_again_where_the_other_session_was_ended(self):
        self.sandbox.max_actions = 3
        self.entries(40)
        original, readers = ahead.changed, []

        def changed(cr, *arguments, **options):
            readers.append(cr)
            if len(readers) == 3:
                raise OperationalError("the session was ended")
            return original(cr, *arguments, **options)

        with patch.object(ahead, "changed", changed):
            run = self.sync()
        self.assertEqual((run.state, run.upserted, run.batches), ("done", 120, 40))
        self.assert_equal_to_books()
        own, apart = readers[0], readers[1]
        self.assertIsNot(own, apart)
        self.assertEqual(readers[:5], [own, apart, apart, own, apart])
