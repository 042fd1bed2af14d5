"""Changes in closed years: listed before they go, held where that is wanted."""

import base64
import io
import re
from decimal import Decimal
from unittest.mock import patch

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..sync import push, worker
from .books import SilverfinBooksCase

CLOSED = "2025-12-31"


class ClosedCase(SilverfinBooksCase):
    """A sale of 2025 and one of 2026, sent; 2025 is then closed."""

    def setUp(self):
        super().setUp()
        self.old = self.entry({"400000": 100, "700000": -100}, date="2025-06-30")
        self.now = self.entry({"400000": 10, "700000": -10}, date="2026-02-28")
        self.sync()
        self.link.write({"closed_until": CLOSED, "closed_policy": "hold"})

    def change(self, move, amounts=None, **values):
        """Draft, change, post; amounts by account, on the items that it has."""
        move.button_draft()
        if amounts:
            by_account = {line.account_id.code: line for line in move.line_ids}
            values["line_ids"] = [
                Command.update(by_account[number].id, {"balance": balance})
                for number, balance in amounts.items()
            ]
        if "date" in values:
            values["name"] = False
        move.write(values)
        move.action_post()

    def changes(self, *states):
        domain = [("link_id", "=", self.link.id)]
        if states:
            domain.append(("state", "in", states))
        self.env.invalidate_all()
        return self.env["silverfin.closed.change"].search(domain)

    def amounts(self, *states):
        return {
            (c.entry_name, c.account_number, str(c.date)): (c.old_value, c.new_value)
            for c in self.changes(*states)
        }

    def balance_of(self, year, number="700000"):
        return self.balance_there(number, f"{year}-12-31")

    def release(self, changes=None, reason="The client is right"):
        (changes or self.changes("held"))._release(reason)


@tagged("post_install", "-at_install")
class TestHold(ClosedCase):
    def test_the_first_load_is_no_change(self):
        self.assertFalse(self.changes())
        self.assert_equal_to_books()

    def test_another_run_that_ends_while_all_is_loaded_again(self):
        self.sandbox.max_actions = 2
        ask = self.env["silverfin.run"]._ask
        full, again = ask("full", link=self.link), ask("reset", link=self.link)
        order, original = [full.id, again.id, *[full.id] * 9], worker._next_run

        def next_run(env, busy):
            while order:
                run = env["silverfin.run"].browse(order.pop(0))
                if run.state in ("queued", "running"):
                    return run.id
            return original(env, busy)

        with (
            patch.object(worker, "TURN_SECONDS", 0),
            patch.object(worker, "_next_run", next_run),
        ):
            self.work()
        self.assertEqual((full.state, again.state), ("done", "done"), again.message)
        self.assertEqual((full.held, again.held), (0, 0))
        self.assert_equal_to_books()
        self.assertFalse(self.position().loading_from)

    def test_a_changed_entry_is_held_whole_and_goes_once_released(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        run = self.sync()
        self.assertEqual((run.state, run.held, run.rejected), ("done", 1, 0))
        self.assertIn("Entries held, as they were changed", run.message)
        self.assertEqual(self.balance_of(2025), -100)
        self.assertEqual(
            self.amounts("held"),
            {
                (self.old.name, "400000", "2025-06-30"): (100, 130),
                (self.old.name, "700000", "2025-06-30"): (-100, -130),
            },
        )
        self.assertEqual(self.changes().mapped("kind"), ["changed", "changed"])
        self.assertEqual(self.changes()[0].changed_by, self.user.name)
        aside = self.link.rejection_ids
        self.assertEqual((aside.kind, aside.move_id), ("held", self.old))
        self.assertIn(self.old.name, aside.reason)
        self.assertEqual(self.link.held_count, 1)
        # again: nothing new, nothing goes
        submits, found = self.submits(), self.changes().ids
        run = self.sync()
        self.assertEqual((run.state, run.held, run.upserted), ("done", 1, 0))
        self.assertEqual(self.submits(), submits)
        self.assertEqual(self.changes().ids, found)
        self.release()
        self.assertFalse(self.link.rejection_ids)
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (0, 2))
        self.assertIn("Entries changed in closed years, and sent: 1.", run.message)
        self.assert_equal_to_books()
        sent = self.changes("sent")
        self.assertEqual(sent.ids, found)
        self.assertEqual(sent.run_id, run)
        self.assertEqual(set(sent.mapped("reason")), {"The client is right"})
        self.assertEqual(sent.released_by_id, self.user)
        self.assertIn(
            "The client is right",
            " ".join(self.link.sudo().message_ids.mapped("body")),
        )

    def test_deleted_while_nobody_knew_whether_a_text_arrived(self):
        """What was on its way is taken back where it was new; what Silverfin had of the
        closed year stays, and is held."""
        self.old.line_ids.name = "Another text"
        new = self.entry({"400000": 3, "700000": -3}, date="2026-03-03")
        ids = {str(line.id) for line in new.line_ids}
        kept = {str(line.id) for line in self.old.line_ids}
        self.sandbox.faults.add(path="transactions$", drop="after", times=1)
        run = self.sync()
        self.assertEqual(run.state, "running", "nobody knows yet")
        self.assertLessEqual(ids | kept, self.there().keys())
        for move in (self.old, new):
            move.button_draft()
            move.unlink()
        position = self.position()
        position.in_flight = dict(position.in_flight, at=0)
        run.sudo().due_at = fields.Datetime.now()
        self.work()
        self.assertEqual((run.state, run.held), ("done", 1), run.message)
        self.assertLessEqual(kept, self.there().keys())
        self.assertFalse(ids & self.there().keys())
        self.assertEqual(set(self.changes("held").mapped("kind")), {"removed"})
        self.release()
        self.assertEqual(self.sync().deleted, 2)
        self.assert_equal_to_books()

    def test_what_is_no_figure_goes(self):
        """Texts, payments later, and an entry booked anew with the same amounts."""
        invoice = self.now.line_ids.filtered(lambda line: line.balance > 0)
        self.old.line_ids.write({"name": "Another text"})
        payment = self.entry({"400000": -100, "550000": 100}, date="2026-03-01")
        (self.old + payment).line_ids.filtered(
            lambda line: line.account_id.code == "400000"
        ).reconcile()
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (0, 4))
        self.assertTrue(invoice)
        self.old.line_ids.remove_move_reconcile()
        self.old.button_draft()
        self.old.line_ids.unlink()
        self.old.line_ids = self.lines({"400000": 100, "700000": -100})
        self.old.action_post()
        run = self.sync()
        self.assertEqual((run.held, run.deleted), (0, 2))
        self.assertFalse(self.changes())
        self.assert_equal_to_books()

    def test_a_new_entry(self):
        new = self.entry({"600000": 7, "440000": -7}, date=CLOSED)
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (1, 0))
        self.assertEqual(self.changes().mapped("kind"), ["new", "new"])
        self.assertEqual(self.link.rejection_ids.move_id, new)
        # put back: nothing happened
        new.button_draft()
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (0, 0))
        self.assertFalse(self.changes())
        self.assertFalse(self.link.rejection_ids)

    def test_a_removed_entry_stays_in_silverfin(self):
        name, key = self.old.name, self.old.id
        self.old.button_draft()
        run = self.sync()
        self.assertEqual((run.held, run.deleted), (1, 0))
        self.assertEqual(set(self.changes().mapped("entry_name")), {name})
        self.assertEqual(self.changes().mapped("kind"), ["removed", "removed"])
        self.old.unlink()
        run = self.sync()
        self.assertEqual((run.held, run.deleted), (1, 0))
        self.assertEqual(self.balance_of(2025), -100)
        aside = self.link.rejection_ids
        self.assertEqual((aside.entry_key, aside.move_id.id), (key, False))
        self.assertIn(str(key), aside.display_name)
        self.assertEqual(len(self.changes("held")), 2)
        self.release()
        run = self.sync()
        self.assertEqual((run.held, run.deleted), (0, 2))
        self.assertEqual(self.balance_of(2025), 0)
        self.assertFalse(self.link.rejection_ids)

    def test_moved_out_of_the_closed_year_and_into_it(self):
        self.change(self.old, date="2026-01-31")
        self.change(self.now, date="2025-01-31")
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (2, 0))
        self.assertEqual(set(self.changes().mapped("kind")), {"moved"})
        self.assertEqual(self.balance_of(2025), -100)
        self.release(self.changes().filtered(lambda c: c.move_id == self.old))
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (1, 2))
        self.assertEqual(self.balance_of(2025), 0)
        self.assertEqual(self.balance_of(2026), -110)

    def test_never_half_an_entry(self):
        """Booked anew with other items on a later day: old and new belong together."""
        self.old.button_draft()
        self.old.line_ids.unlink()
        self.old.write({"name": False, "date": "2026-01-31"})
        self.old.line_ids = self.lines({"400000": 50, "700000": -50})
        self.old.action_post()
        run = self.sync()
        self.assertEqual((run.held, run.upserted, run.deleted), (1, 0, 0))
        self.assertEqual(self.balance_of(2026), -10)
        self.release()
        run = self.sync()
        self.assertEqual((run.held, run.upserted, run.deleted), (0, 2, 2))
        self.assert_equal_to_books()

    def test_what_changes_after_the_release_is_held_again(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.sync()
        self.release()
        self.change(self.old, {"400000": 140, "700000": -140})
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (1, 0))
        self.assertEqual(self.balance_of(2025), -100)
        self.assertIn((100, 140), self.amounts("held").values())

    def test_a_first_load_that_was_cut_goes_on(self):
        """Half of it is there: the rest is no change."""
        self.link.closed_until = False
        self.env["silverfin.run"]._ask("reset", link=self.link)
        self.work()
        self.position().loading_from = "0001-01-01"
        self.link.closed_until = CLOSED
        self.entry({"600000": 7, "440000": -7}, date="2025-03-01")
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (0, 2))
        self.entry({"600000": 8, "440000": -8}, date="2025-03-01")
        self.assertEqual(self.sync().held, 1)

    def test_started_again_all_goes_and_is_told(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.assertEqual(self.sync().held, 1)
        self.env["silverfin.run"]._ask("reset", link=self.link)
        run = self.run_open()
        self.assertEqual((run.state, run.held), ("done", 0))
        self.assert_equal_to_books()
        self.assertEqual(len(self.changes("sent")), 2)
        self.assertIn("started again", self.changes("sent")[0].reason)
        self.assertFalse(self.link.rejection_ids)

    def test_opened_again(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.sync()
        self.link.closed_until = "2024-12-31"
        self.assertFalse(self.link.rejection_ids)
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (0, 2))
        self.assertEqual(len(self.changes("sent")), 2)

    def test_send_everything_again_leaves_what_is_held(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.sync()
        self.link.action_send_all()
        run = self.run_open()
        self.assertEqual((run.kind, run.held, run.upserted), ("full", 1, 2))
        self.assertEqual(self.balance_of(2025), -100)

    def test_many_that_are_gone(self):
        """More than one statement brings: what is held is not looked at for ever."""
        more = [
            self.entry({"600000": 1, "440000": -1}, date="2025-02-01")
            for _number in range(3)
        ]
        self.link.closed_policy = "send"
        self.sync()
        self.link.closed_policy = "hold"
        for move in more:
            move.button_draft()
        with patch.object(push, "MOST_DIFFERENCES", 2):
            run = self.sync()
        self.assertEqual((run.state, run.held, run.deleted), ("done", 3, 0))
        self.release()
        with patch.object(push, "MOST_DIFFERENCES", 2):
            run = self.sync()
        self.assertEqual((run.state, run.held, run.deleted), ("done", 0, 6))
        self.assert_equal_to_books()

    def test_the_opening_of_a_start_date(self):
        self.link.closed_until = False
        self.position().sync_start_at = "2026-01-01"
        self.sync()
        self.assertEqual(self.balance_there("400000", "2026-01-01"), 100)
        self.link.closed_until = CLOSED
        self.entry({"400000": 5, "700000": -5}, date="2025-07-31")
        self.entry({"400000": 6, "700000": -6}, date="2026-07-31")
        run = self.sync()
        self.assertEqual((run.held, run.upserted), (2, 2))
        self.assertEqual(self.balance_there("400000", "2026-01-01"), 100)
        self.assertEqual(
            self.amounts("held"),
            {
                ("Opening", "149000", "2026-01-01"): (-100, -105),
                ("Opening", "400000", "2026-01-01"): (100, 105),
            },
        )
        self.release()
        run = self.sync()
        self.assertEqual(run.held, 0)
        self.assertEqual(self.balance_there("400000", "2026-01-01"), 105)
        self.assertEqual(len(self.changes("sent")), 2)

    def test_the_proof_names_it(self):
        """A changed entry, and one that was deleted."""
        gone = self.entry({"600000": 7, "440000": -7}, date="2025-03-01")
        self.sync()
        self.release()
        self.sync()
        self.change(self.old, {"400000": 130, "700000": -130})
        gone.button_draft()
        gone.unlink()
        self.assertEqual(self.sync().held, 2)
        run = self.verify()
        self.assertEqual(run.state, "done")
        self.assertIn("held here", run.message)
        self.assertNotIn("not yet sent", run.message)
        kind = self.env.ref("account_silverfin.mail_activity_type_held")
        self.assertEqual(self.link.sudo().activity_ids.activity_type_id, kind)

    def test_the_preview_says_what_would_be_held(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.now.button_draft()
        gone = self.entry({"600000": 7, "440000": -7}, date="2025-03-01")

        def look():
            action = self.link.action_preview()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            return wizard.sudo().result

        result = look()
        total = result["total"]
        self.assertEqual((result["held"], result["aside"]), (4, 0))
        self.assertEqual((total["new"], total["changed"], total["removed"]), (0, 0, 2))
        run = self.sync()
        self.assertEqual((run.held, run.upserted, run.deleted), (2, 0, 2))
        self.release(self.changes().filtered(lambda c: c.move_id == gone))
        self.assertEqual((look()["held"], look()["total"]["new"]), (2, 2))

    def test_what_proof_asks(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.sync()
        self.assertEqual(
            self.link._held_amounts(), {"400000": Decimal(30), "700000": Decimal(-30)}
        )
        self.assertFalse(self.link._held_amounts("2025-01-31"))
        self.assertEqual(self.link._closed_changes(), self.changes())
        told = self.link._silverfin_closed_changes(None)
        self.assertEqual(len(told), 2)
        self.assertEqual(
            {(row["account"], row["before"], row["after"]) for row in told},
            {("400000", "100.00", "130.00"), ("700000", "-100.00", "-130.00")},
        )
        self.assertEqual({row["reason"] for row in told}, {"Held"})
        self.release()
        self.sync()
        sent = self.changes("sent")[0].sent_at
        told = self.link._silverfin_closed_changes(None)
        self.assertEqual({row["reason"] for row in told}, {"Sent: The client is right"})
        self.assertFalse(self.link._silverfin_closed_changes(sent))
        self.link.closed_until = False
        self.changes().sudo().unlink()
        self.assertIsNone(self.link._silverfin_closed_changes(None))


@tagged("post_install", "-at_install")
class TestSendAndTell(ClosedCase):
    def setUp(self):
        super().setUp()
        self.link.closed_policy = "send"

    def test_it_goes_and_is_listed(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        gone = self.entry({"600000": 7, "440000": -7}, date="2025-03-01")
        run = self.sync()
        self.assertEqual((run.state, run.held, run.upserted), ("done", 0, 4))
        self.assert_equal_to_books()
        self.assertIn("Entries changed in closed years, and sent: 2.", run.message)
        self.assertEqual(len(self.changes("sent")), 4)
        gone.button_draft()
        gone.unlink()
        run = self.sync()
        self.assertEqual(run.deleted, 2)
        removed = self.changes().filtered(lambda c: c.kind == "removed")
        self.assertEqual(removed.mapped("state"), ["sent", "sent"])
        self.assertFalse(any(removed.mapped("changed_by")))
        self.assertEqual(
            self.link._closed_changes(since=removed[0].sent_at), removed.browse()
        )

    def test_refused_it_is_not_told_as_sent(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        rule = self.sandbox.reject(id=str(self.old.line_ids[0].id), message="Locked")
        run = self.sync()
        self.assertEqual(run.state, "partial")
        self.assertEqual(set(self.changes().mapped("state")), {"pending"})
        self.sandbox.rejections.remove(rule)
        self.link.rejection_ids.action_retry()
        self.work()
        self.assertEqual(set(self.changes().mapped("state")), {"sent"})
        self.assertEqual(len(self.changes()), 2)


@tagged("post_install", "-at_install")
class TestScreensOfClosedYears(ClosedCase):
    def sheet(self, action):
        """{sheet: rows} of the file that an action gives."""
        number = re.search(r"&id=(\d+)", action["url"])[1]
        file = self.env["silverfin.file"].browse(int(number))
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(file.data)))
        return {sheet.title: list(sheet.values) for sheet in book}

    def test_proposed_from_the_lock_dates_and_never_changed_by_itself(self):
        self.link.closed_until = False
        company = self.company.sudo()
        self.assertFalse(self.link.locked_until)
        company.fiscalyear_lock_date = "2024-12-31"
        self.link.invalidate_recordset()
        self.assertEqual(str(self.link.locked_until), "2024-12-31")
        self.assertFalse(self.link.closed_until)
        self.link.action_close_as_locked()
        self.assertEqual(str(self.link.closed_until), "2024-12-31")
        company.hard_lock_date = "2025-06-29"
        self.link.invalidate_recordset()
        self.assertEqual(str(self.link.locked_until), "2025-06-29")
        self.assertEqual(str(self.link.closed_until), "2024-12-31")

    def test_release_page_and_file(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        gone = self.now
        self.sync()
        action = self.link.action_open_held()
        changes = self.env["silverfin.closed.change"].search(action["domain"])
        action = changes[:1].action_release()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.change_ids, changes, "the whole entry")
        page = " ".join(str(wizard.page).split())
        for words in (self.old.name, "Trade debtors", self.user.name, "130.00"):
            self.assertIn(words, page)
        self.assertEqual(
            changes._effect(),
            {
                "results": [
                    (
                        "Change of the result from 01/01/2025 to 12/31/2025, profit "
                        "positive",
                        Decimal(30),
                    )
                ],
                "openings": [
                    (
                        "Change of the opening on 01/01/2026, debit positive",
                        [("149000", Decimal(-30)), ("400000", Decimal(30))],
                    )
                ],
            },
        )
        sheets = self.sheet(changes.action_export())
        head, *rows = sheets["Changes"]
        rows = [dict(zip(head, row, strict=True)) for row in rows]
        self.assertEqual(len(rows), 2)
        self.assertEqual({row["Entry"] for row in rows}, {self.old.name})
        self.assertEqual(
            {(row["Account"], row["In Silverfin"], row["In Odoo"]) for row in rows},
            {("400000", 100, 130), ("700000", -100, -130)},
        )
        self.assertEqual(rows[0]["Changed by"], self.user.name)
        self.assertEqual(len(sheets["Effect"]), 4)
        with self.assertRaises(UserError):
            wizard.action_release()
        wizard.reason = "A forgotten invoice"
        wizard.action_release()
        self.work()
        self.assert_equal_to_books()
        self.assertEqual(
            set(self.changes("sent").mapped("reason")), {"A forgotten invoice"}
        )
        with self.assertRaises(UserError):
            changes.action_release()
        # what nobody knows any more is called so
        gone.button_draft()
        gone.unlink()
        self.link.closed_until = "2026-12-31"
        self.sync()
        removed = self.changes("held")
        rows = self.sheet(removed.action_export())["Changes"]
        self.assertIn("unknown", rows[1])
        wizard = self.env["silverfin.release"].create({"change_ids": removed.ids})
        self.assertIn("is unknown", str(wizard.page))

    def test_on_the_entry_and_to_whom_it_is_told(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.sync()
        self.assertIn("closed until 12/31/2025", self.old.silverfin_aside)
        Move = self.env["account.move"]
        self.assertIn(self.old, Move.search([("silverfin_aside", "!=", False)]))
        self.assertIn(self.now, Move.search([("silverfin_aside", "=", False)]))
        kind = self.env.ref("account_silverfin.mail_activity_type_held")
        told = self.link.sudo().activity_ids
        self.assertEqual(told.activity_type_id, kind)
        self.assertEqual(told.user_id, self.user)
        self.assertEqual(self.link.state, "in_sync")
        self.assertTrue(self.link.needs_attention)
        self.assertIn("Entries held", self.link.message)
        self.release()
        self.sync()
        self.link.invalidate_recordset()
        self.assertFalse(self.link.sudo().activity_ids)
        self.assertFalse(self.link.message)
        self.assertFalse(self.old.silverfin_aside)

    def test_who_may(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.sync()
        user = new_test_user(
            self.env(su=True),
            "closed-user",
            groups="base.group_user,account_silverfin.group_user,"
            "account.group_account_readonly",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        changes = self.changes().with_user(user)
        self.assertEqual(len(changes.read(["entry_name"])), 2)
        self.assertTrue(changes.action_export())
        for refused in (
            changes.action_release,
            self.link.with_user(user).action_release_held,
            self.link.with_user(user).action_close_as_locked,
            lambda: changes.write({"state": "sent"}),
            lambda: self.link.with_user(user).write({"closed_policy": "send"}),
        ):
            with self.assertRaises(AccessError):
                refused()
        stranger = new_test_user(
            self.env(su=True),
            "closed-stranger",
            groups="base.group_user,account_silverfin.group_manager",
            company_id=self.env.ref("base.main_company").id,
            company_ids=self.env.ref("base.main_company").ids,
        )
        with self.assertRaises(AccessError):
            changes.with_user(stranger).read(["entry_name"])
