"""A recoded account waits on its old number where somebody is to agree first."""

from datetime import date

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .books import SilverfinBooksCase
from .test_activities import told


@tagged("post_install", "-at_install")
class TestRecoding(SilverfinBooksCase):
    """600000 has 10.00 in each of 2024, 2025 and 2026; 2024 is closed."""

    def setUp(self):
        super().setUp()
        self.link.recode_policy = "ask"
        for day in ("2024-12-31", "2025-02-02", "2026-03-03"):
            self.entry({"600000": 10, "550000": -10}, date=day)
        self.sync()
        self.company.sudo().fiscalyear_lock_date = "2024-12-31"

    def recode(self, number="600010"):
        self.account("600000").code = number

    def numbers(self):
        """How many items stand on each number in Silverfin."""
        found = [item.account_number for item in self.there().values()]
        return {number: found.count(number) for number in sorted(set(found))}

    def waiting(self):
        return [
            (row.old_number, row.new_number, row.items, row.closed_items)
            for row in self.link.waiting_recoding_ids
        ]

    def assert_proven(self):
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal", self.link.message)

    def test_waits_and_the_books_go_on(self):
        """Three items stay; a fourth of 5.00 joins them: 35.00, and all is equal."""
        self.recode()
        run = self.sync()
        self.assertEqual((run.state, run.upserted, run.deleted), ("done", 0, 0))
        self.assertIn("600000 → 600010: 3 items, 1 in closed years; they", run.message)
        self.assertEqual(self.waiting(), [("600000", "600010", 3, 1)])
        self.assertTrue(self.link.needs_attention)
        found = self.env["silverfin.link"].search([("needs_attention", "=", True)])
        self.assertIn(self.link, found)
        self.assertIn("600000 → 600010", told(self.link, "recoded").note)
        messages = len(self.link.message_ids)

        self.entry({"600000": 5, "601000": 1, "550000": -6}, date="2026-04-04")
        self.assertNotIn("→", self.sync().message)
        self.assertEqual(len(self.link.message_ids), messages, "told once")
        self.assertEqual(self.numbers(), {"550000": 4, "600000": 4, "601000": 1})
        self.assert_proven()
        self.assertEqual(self.waiting(), [("600000", "600010", 4, 1)])
        years = [self.balance_there("600000", f"{y}-12-31") for y in (2024, 2025, 2026)]
        self.assertEqual(years, [10, 10, 15])
        self.assertEqual(len(told(self.link, "recoded")), 1)

    def test_followed_at_once_but_for_what_is_held(self):
        """The item of 2024 stays on the old number until it is released, and the
        comparison says why."""
        self.link.write(
            {
                "recode_policy": "follow",
                "closed_until": "2024-12-31",
                "closed_policy": "hold",
            }
        )
        self.recode()
        run = self.sync()
        self.assertEqual((run.state, run.held, run.upserted), ("done", 1, 2))
        self.assertIn("600000 → 600010: 3 items, 1 in closed years", run.message)
        self.assertEqual(self.numbers(), {"550000": 3, "600000": 1, "600010": 2})
        changes = self.env["silverfin.closed.change"].search([])
        self.assertEqual(
            {(c.account_number, c.old_value, c.new_value) for c in changes},
            {("600000", 10, 0), ("600010", 0, 10)},
        )
        self.assertNotIn("→", self.sync().message, "told once")
        run = self.verify()
        self.assertIn("held here", run.message)
        causes = {
            (row["account"], cause)
            for row in self.position().verify_result["differences"]
            for cause, _amount in row["causes"]
        }
        self.assertEqual(causes, {("600000", "held"), ("600010", "held")})
        changes._release("The chart was renumbered")
        self.assertEqual(self.sync().upserted, 1)
        self.assertEqual(self.numbers(), {"550000": 3, "600010": 3})
        self.assert_equal_to_books()
        self.assert_proven()
        self.assertFalse(self.env["silverfin.recoding"].search([]))

    def test_agreed(self):
        self.recode()
        self.sync()
        self.link.waiting_recoding_ids.action_agree()
        self.assertIn(" agreed: 600000 → 600010", self.link.message_ids[0].body)
        run = self.run_open()
        self.assertEqual((run.upserted, run.deleted), (3, 0))
        self.assertEqual(self.numbers(), {"550000": 3, "600010": 3})
        self.assertFalse(self.waiting())
        self.assertFalse(told(self.link, "recoded"))
        self.assertFalse(self.link.needs_attention)
        self.assert_equal_to_books()
        self.assert_proven()
        self.assertFalse(self.env["silverfin.recoding"].search([]))

    def test_agreed_and_half_of_it_arrives(self):
        """Two of three items arrive before Silverfin fails: the rest follows untold."""
        self.recode()
        self.sync()
        self.sandbox.max_actions = 2
        self.link.action_agree_recodings()
        self.sandbox.faults.add(path="transactions$", status=503, nth=2)
        self.work()
        self.assertEqual(self.numbers(), {"550000": 3, "600000": 1, "600010": 2})
        self.link.run_ids.sudo().filtered(
            lambda run: run.state == "running"
        ).due_at = fields.Datetime.now()
        self.assertNotIn("→", self.sync().message)
        self.assertEqual(self.numbers(), {"550000": 3, "600010": 3})
        self.assert_equal_to_books()

    def test_put_back(self):
        self.recode()
        self.sync()
        self.recode("600000")
        run = self.sync()
        self.assertEqual((run.upserted, run.message.count("→")), (0, 0))
        self.assertFalse(self.waiting())
        self.assertFalse(told(self.link, "recoded"))
        self.assert_equal_to_books()

    def test_recoded_once_more(self):
        self.recode()
        self.sync()
        self.recode("600020")
        self.assertIn("600000 → 600020", self.sync().message)
        self.assertEqual(self.waiting(), [("600000", "600020", 3, 1)])
        self.link.action_agree_recodings()
        self.work()
        self.assert_equal_to_books()

    def test_the_old_number_is_given_to_another_account(self):
        """Two accounts cannot go under one number: followed, and told."""
        self.recode()
        self.sync()
        self.account("601000").code = "600000"
        self.entry({"601000": 1, "550000": -1})
        run = self.sync()
        self.assertIn("600000 → 600010: 3 items", run.message)
        self.assertFalse(self.waiting())
        self.assertEqual(self.numbers(), {"550000": 4, "600000": 1, "600010": 3})
        self.assert_equal_to_books()

    def test_what_cannot_wait_is_followed(self):
        """Items of the old number on an account that has others: told, not held."""
        self.entry({"601000": 1, "550000": -1})
        self.sync()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE account_id = %s",
            [self.account("601000").id, self.account("600000").id],
        )
        self.env.invalidate_all()
        self.account("600000").code = "609999"
        run = self.sync()
        self.assertIn("600000 → 601000: 3 items, 1 in closed years; w", run.message)
        self.assertFalse(self.waiting())
        self.assertEqual(self.numbers(), {"550000": 4, "601000": 4})
        self.assert_equal_to_books()

    def test_without_code(self):
        """As ever: its entries are set aside, what Silverfin has stays."""
        self.account("600000").code_store = False
        run = self.sync()
        self.assertEqual(run.state, "partial")
        self.assertIn("600000 → no number", run.message)
        self.assertFalse(self.waiting())
        self.assertEqual(self.numbers(), {"550000": 3, "600000": 3})

    def test_the_retained_earnings_account(self):
        """It waits with all that hangs on it: settings, openings, and the proof."""
        self.entry({"149000": 7, "550000": -7}, date="2025-03-03")
        self.sync()
        self.account("149000").code = "149100"
        self.assert_proven()
        self.assertEqual(self.client_file.retained_earnings_account, "149000")
        self.assertEqual(self.balance_there("149000", "2026-01-01"), 27)
        self.link.action_agree_recodings()
        self.work()
        self.assert_proven()
        self.assertEqual(self.client_file.retained_earnings_account, "149100")
        self.assertEqual(self.balance_there("149100", "2026-01-01"), 27)

    def test_with_a_start_date(self):
        start = date(2026, 1, 1)
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference, start)
        self.refresh_companies()
        self.entry({"451000": 3, "550000": -3}, date="2025-02-02")
        self.sync()
        self.account("451000").code = "451900"
        self.recode()
        self.assert_proven()
        self.assertEqual(self.balance_there("451000"), 3)
        self.link.action_agree_recodings()
        self.work()
        self.assert_proven()
        self.assertEqual(self.balance_there("451900"), 3)

    def test_start_again_keeps_what_waits(self):
        self.recode()
        self.sync()
        self.link.action_reset()
        self.work()
        self.assertEqual(self.numbers(), {"550000": 3, "600000": 3})
        self.assertEqual(self.waiting(), [("600000", "600010", 3, 1)])
        self.assert_proven()

    def test_following_at_once_again(self):
        self.recode()
        self.sync()
        self.link.recode_policy = "follow"
        self.assertIn("600000 → 600010: 3 items", self.sync().message)
        self.assert_equal_to_books()
        self.assertFalse(told(self.link, "recoded"))

    def test_recoded_while_a_run_is_under_way(self):
        """Told in the turn that sends it, though the run began before."""
        self.link.recode_policy = "follow"
        self.entry({"600000": 1, "550000": -1})
        self.sandbox.faults.add(method="POST", path="transactions$", status=503)
        run = self.sync()
        self.assertEqual(run.state, "running")
        self.recode()
        self.sandbox.faults.clear()
        run.sudo().due_at = fields.Datetime.now()
        self.sync()
        self.assertIn("600000 → ", self.link.message_ids[0].body)
        self.assert_equal_to_books()

    def test_who_agrees(self):
        self.recode()
        self.sync()
        recoding = self.link.waiting_recoding_ids
        group = "account_silverfin.group_user"
        for name, groups, may in (
            ("books", f"{group},account.group_account_readonly", True),
            ("no-books", group, False),
        ):
            user = new_test_user(
                self.env(su=True),
                f"silverfin-recoding-{name}",
                groups=groups,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            own = recoding.with_user(user)
            if may:
                with self.assertRaises(AccessError):
                    own.agreed = True
                own.action_agree()
                self.assertTrue(recoding.agreed)
            else:
                with self.assertRaises(AccessError):
                    own.action_agree()
