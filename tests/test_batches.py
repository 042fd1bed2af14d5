"""What a synchronisation costs: statements, requests, and how full they are."""

from odoo.tests import tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestBatches(SilverfinBooksCase):
    def statements(self, entries):
        """Statements of a run that sends so many entries of three items."""
        for number in range(1, entries + 1):
            self.entry({"400000": number, "600000": number, "700000": -2 * number})
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
        for number in range(1, 135):
            self.entry({"400000": number, "600000": number, "700000": -2 * number})
        run = self.sync()
        self.assertEqual(run.upserted, 402)
        sizes = [
            entry.action_count
            for entry in self.sandbox.log
            if entry.path.endswith("/transactions")
        ]
        self.assertEqual(sizes, [99, 99, 99, 99, 6])
