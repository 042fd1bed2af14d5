"""A refusal that names nothing: the line is found, and half an entry is never there."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..silverfin_api import wire
from ..sync import failures, worker
from .books import SilverfinBooksCase
from .sandbox import submit

SUBMIT = r"/transactions$"
REFUSED = "600000"


@tagged("post_install", "-at_install")
class TestRefusedLine(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.good = self.entry({"400000": 5, "700000": -5})

    def bad_entry(self, *, items=8, place=5):
        """An entry whose line at this place Silverfin refuses; also that line."""
        entry = self.entry_of_lines(items - 1)
        line = entry.line_ids[place]
        line.account_id = self.account(REFUSED)
        return entry, line

    def refuse(self, **conditions):
        conditions = conditions or {"account_number": REFUSED}
        self.sandbox.reject(index=False, message="No.", **conditions)

    def assert_aside(self, run, entry, line):
        self.assertEqual((run.state, run.rejected), ("partial", 1), run.message)
        aside = self.link.rejection_ids
        self.assertEqual((aside.move_id, aside.move_line_id), (entry, line))
        self.assertIn("No.", aside.reason)
        self.assertFalse(self.position().in_flight)

    def assert_there(self, *entries):
        ids = {str(line.id) for entry in entries for line in entry.line_ids}
        self.assertEqual(self.there().keys(), ids)

    def each_request_leaves_whole_entries(self):
        """After each request that was carried out: what is there, whenever we die."""
        apply, good = submit._apply, {str(id) for id in self.good.line_ids.ids}

        def check(file, lines):
            apply(file, lines)
            self.assertLessEqual({line.id for line in file.ledger}, good)

        return patch.object(submit, "_apply", check)

    def test_the_line_is_named(self):
        for place in (0, 5, 7):
            with self.subTest(place=place):
                entry, line = self.bad_entry(place=place)
                self.refuse()
                before = self.submits()
                with self.each_request_leaves_whole_entries():
                    run = self.sync()
                self.assert_aside(run, entry, line)
                self.assert_there(self.good)
                # the halves of the batch, at most five trials, one that clears up
                self.assertLessEqual(self.submits() - before, 9)
                self.sandbox.rejections.clear()
                entry.button_draft()
                entry.unlink()

    def test_it_goes_once_it_is_right(self):
        entry, line = self.bad_entry()
        self.refuse()
        self.sync()
        line.account_id = self.account("700000")
        self.assertEqual(self.sync().state, "done")
        self.assert_there(self.good, entry)
        self.assert_equal_to_books()

    def test_what_silverfin_has_of_the_entry_stays(self):
        entry = self.entry({"400000": 20, "601000": -10, "700000": -10})
        self.sync()
        before = self.there()
        entry.line_ids.name = "another label"
        entry.line_ids[1].account_id = self.account(REFUSED)
        self.refuse()
        self.assert_aside(self.sync(), entry, entry.line_ids[1])
        self.assertEqual(self.there(), before)

    def test_one_line_needs_no_trial(self):
        entry = self.entry({"400000": 20, "700000": -20})
        self.sync()
        entry.line_ids[1].account_id = self.account(REFUSED)
        self.refuse()
        before = self.submits()
        self.assert_aside(self.sync(), entry, entry.line_ids[1])
        self.assertEqual(self.submits() - before, 1)

    def test_a_further_part_of_a_long_entry(self):
        self.sandbox.max_actions = 10
        entry, line = self.bad_entry(items=25, place=13)
        self.refuse()
        self.assert_aside(self.sync(), entry, line)
        self.assert_there(self.good)

    def test_no_line_alone_is_the_reason(self):
        """Both are refused in one request, neither alone."""
        entry, _line = self.bad_entry()
        pair = {str(entry.line_ids[2].id), str(entry.line_ids[6].id)}
        reject = submit._reject

        def refuse_both(rules, file, lines):
            ids = {getattr(line, "id", "").rpartition("/")[2] for line in lines}
            reject(rules if pair <= ids else [], file, lines)

        self.refuse()
        with patch.object(submit, "_reject", refuse_both):
            run = self.sync()
        self.assert_aside(run, entry, self.env["account.move.line"])
        self.assert_there(self.good)

    def test_where_trials_are_refused_the_entry_is_named(self):
        """By a server that wants each id once in a request. It is asked once."""
        entries = [self.bad_entry()[0] for _number in range(3)]
        check = submit._checked

        def each_once(call, actions, *values):
            ids = [next(iter(action.values()))["id"] for action in actions]
            if len(ids) != len(set(ids)):
                raise submit.Refusal(422, "No. An id may stand once in a request.")
            return check(call, actions, *values)

        self.refuse()
        before = self.submits()
        with patch.object(submit, "_checked", each_once):
            run = self.sync()
        self.assertEqual((run.state, run.rejected), ("partial", 3), run.message)
        aside = self.link.rejection_ids
        self.assertEqual(set(aside.move_id), set(entries))
        self.assertFalse(aside.move_line_id)
        self.assertIn("No.", aside[0].reason)
        self.assert_there(self.good)
        self.assertLessEqual(self.submits() - before, 12)

    def test_switched_off(self):
        entry, _line = self.bad_entry()
        self.refuse()
        before = self.submits()
        with patch.object(wire, "TRIALS", False):
            run = self.sync()
        self.assert_aside(run, entry, self.env["account.move.line"])
        self.assertEqual(self.submits() - before, 3)

    # === A server that takes out first, and what ends a worker in between === #

    def takes_out_first(self):
        apply = submit._apply

        def in_its_order(file, lines):
            apply(file, sorted(lines, key=lambda line: not isinstance(line, str)))

        return patch.object(submit, "_apply", in_its_order)

    def tried(self):
        return [id for id in self.there() if id.startswith("trial/")]

    def let_time_pass(self):
        position = self.position()
        record = position.in_flight
        position.in_flight = {**record, "at": record["at"] - failures.DEADLINE - 1}
        runs = self.env["silverfin.run"].sudo().search([("state", "=", "running")])
        runs.due_at = fields.Datetime.now()
        self.env.flush_all()

    def test_a_server_that_takes_out_first(self):
        entry, line = self.bad_entry()
        self.refuse()
        with self.takes_out_first():
            run = self.sync()
        self.assert_aside(run, entry, line)
        self.assert_there(self.good)

    def test_a_lost_answer_in_between(self):
        """As after a crash: the record alone tells the next worker."""
        for drop in ("before", "after"):
            with self.subTest(drop=drop), self.takes_out_first():
                entry, line = self.bad_entry()
                self.refuse()
                # a batch of both entries, each entry, one trial that leaves something
                fault = self.sandbox.faults.add(path=SUBMIT, nth=5, drop=drop)
                run = self.sync()
                self.assertEqual(fault.fired, 1)
                self.assertEqual(run.state, "running", run.message)
                self.assertEqual(self.position().in_flight["kind"], "trial")
                self.assertTrue(self.tried(), "there is something to clear up")
                self.let_time_pass()
                self.work()
                self.assert_aside(run, entry, line)
                self.assert_there(self.good)
                self.sandbox.faults.clear()
                self.sandbox.rejections.clear()
                entry.button_draft()
                entry.unlink()
                self.good.line_ids.name = f"another label, {drop}"

    def test_cleared_up_though_the_entry_was_deleted(self):
        entry, _line = self.bad_entry()
        self.refuse()
        self.sandbox.faults.add(path=SUBMIT, nth=5, drop="after")
        with self.takes_out_first():
            run = self.sync()
            self.assertTrue(self.tried())
            entry.button_draft()
            entry.unlink()
            self.let_time_pass()
            self.work()
        self.assertEqual(run.state, "done", run.message)
        self.assert_there(self.good)

    def before_the_second_trial(self, do):
        request = worker.Turn.request
        done = []

        def first(turn):
            record = turn.position("in_flight")[0] or {}
            if record.get("kind") == "trial" and not done:
                done.append(do(turn))
            request(turn)

        return patch.object(worker.Turn, "request", first)

    def test_the_turn_ends_in_between(self):
        """The next one goes on at once: nothing is on its way."""
        entry, line = self.bad_entry()
        self.refuse()
        with self.takes_out_first():
            with self.before_the_second_trial(lambda turn: setattr(turn, "ends_at", 0)):
                run = self.sync()
        self.assert_aside(run, entry, line)
        self.assert_there(self.good)

    def test_cancelled_in_between(self):
        entry, _line = self.bad_entry()
        self.refuse()
        with self.takes_out_first():
            with self.before_the_second_trial(lambda turn: turn.set(state="cancelled")):
                run = self.sync()
            self.assertEqual(run.state, "cancelled")
            self.assertTrue(self.tried())
            entry.button_draft()
            entry.unlink()
            self.assertEqual(self.sync().state, "done")
        self.assert_there(self.good)

    def test_someone_else_moved_in_between(self):
        """What was tried is known, so the new sync point is not ours."""
        entry, line = self.bad_entry()
        self.refuse()
        self.sandbox.faults.add(path=SUBMIT, nth=5, status=429)
        run = self.sync()
        self.assertTrue(self.position().in_flight["is_over"])
        self.sandbox.wipe(self.client_file)
        self.let_time_pass()
        self.work()
        self.assert_aside(run, entry, line)
        self.assert_there(self.good)
