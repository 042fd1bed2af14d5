"""On a journal entry: where it stands with Silverfin, in lists, filters and the action
menu, and what that costs in large books."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import account_move_silverfin
from .books import SilverfinBooksCase

MANY = 8_000


@tagged("post_install", "-at_install")
class TestEntryStatus(SilverfinBooksCase):
    looks = True

    def found(self, status):
        domain = [
            ("silverfin_status", "=", status),
            ("company_id", "=", self.company.id),
        ]
        return self.env["account.move"].search(domain)

    def assert_status(self, status, moves, words=None):
        """As the entry says it and as the filter finds it."""
        moves.invalidate_recordset()
        self.assertEqual(set(moves.mapped("silverfin_status")), {status})
        self.assertEqual(self.found(status), moves.sorted())
        if words:
            for move in moves:
                self.assertIn(words, move.silverfin_status_text)

    def test_from_draft_to_silverfin_and_back(self):
        draft = self.entry({"550000": 1, "100000": -1}, post=False)
        self.assertFalse(draft.silverfin_status)
        nothing = self.entry({"999000": 0, "999001": 0})
        sent = self.entry({"400000": 5, "700000": -5})
        other = self.entry({"400000": 7, "700000": -7})
        self.assert_status("waiting", sent + other, "next synchronisation")
        self.assert_status("not_sent", nothing, "nothing of it has a value")
        self.sync()
        self.assert_status("sent", sent + other, "In Silverfin since")

        # written since, and as it was: the filter knows
        for run in self.runs():
            run.started_at -= timedelta(days=1)
        self.assert_status("sent", sent + other)
        self.assertFalse(self.found("waiting"))
        sent.line_ids.filtered("credit").name = "Another text"
        self.assert_status("waiting", sent)
        self.assert_status("sent", other)
        other.button_draft()
        # it is to be removed
        self.assert_status("waiting", sent + other)
        self.assertIn("removes it there", other.silverfin_status_text)
        other.action_post()

        self.sandbox.reject(account_number="700000", message="Not this one.")
        self.sync()
        self.assert_status("aside", sent, "Not this one.")
        self.assert_status("sent", other)
        self.link.rejection_ids.sudo().kind = "held"
        self.assert_status("held", sent)

    def runs(self):
        return self.env["silverfin.run"].sudo().search([("link_id", "=", self.link.id)])

    def test_filters_where_more_is_in_doubt_than_is_compared(self):
        """What is dated before the start, or has no value, waits for nothing."""
        self.patch(account_move_silverfin, "MOST_COMPARED", 2)
        start = date(2026, 1, 1)
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference, start)
        self.refresh_companies()
        amounts = {"550000": 5, "700000": -5}
        older = self.env["account.move"].union(
            *(self.entry(amounts, f"2025-0{month}-01") for month in range(1, 5))
        )
        older += self.entry({"999000": 0, "999001": 0})
        new = self.entry(amounts) + self.entry(amounts)
        self.assert_status("waiting", new)
        self.assert_status("not_sent", older)
        self.sync()
        self.assert_status("sent", new)
        self.assert_status("not_sent", older)
        self.assertFalse(self.found("waiting"))

        # sent by a run that began after they were written: not compared again
        run = self.runs().filtered(lambda run: run.kind == "sync")
        self.env.cr.execute(
            "UPDATE account_move SET write_date = %s WHERE id = ANY(%s)",
            [run.started_at - timedelta(seconds=1), (new + older).ids],
        )
        first = run.copy({"state": "done", "started_at": run.started_at})
        first.started_at -= timedelta(hours=1)
        run.state = "failed"
        self.assert_status("sent", new)
        # an item alone was written while that run went on, after it was read
        run.state = "done"
        new[0].line_ids.filtered("credit").name = "Another text"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET write_date = %s WHERE move_id = %s",
            [run.started_at + timedelta(seconds=1), new[0].id],
        )
        self.position().last_sync_at = run.started_at + timedelta(hours=1)
        self.assert_status("waiting", new[0])
        self.assert_status("sent", new[1])

    def test_the_form_has_it(self):
        form = self.env.ref("account.view_move_form")
        arch = self.env["account.move"].get_view(form.id, "form")["arch"]
        self.assertIn('name="silverfin_status_text"', arch)

    def test_the_action_says_what_it_did_and_what_cannot_go(self):
        draft = self.entry({"550000": 1, "100000": -1}, post=False)
        with self.assertRaisesRegex(UserError, "not posted: Draft"):
            draft.action_silverfin_sync()
        entry = self.entry({"400000": 5, "700000": -5})
        rule = self.sandbox.reject(account_number="700000", message="Not this one.")
        self.sync()
        self.sandbox.rejections.remove(rule)
        self.assert_status("aside", entry)
        said = (entry + draft).action_silverfin_sync()["params"]
        self.assertIn("Started for Books Ltd", said["message"])
        self.assertIn("not posted: Draft", said["message"])
        self.assertEqual(said["type"], "warning")
        self.work()
        self.assert_status("sent", entry)

        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.link.connection_id.sudo().link_ids.filtered(
            lambda link: link.company_id == elsewhere
        ).unlink()
        entry.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE account_move SET company_id = %s WHERE id = %s",
            [elsewhere.id, entry.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no client file"):
            entry.with_user(self.env.ref("base.user_root")).with_context(
                allowed_company_ids=elsewhere.ids
            ).action_silverfin_sync()

    def test_without_the_group_nothing_is_shown(self):
        entry = self.entry({"400000": 5, "700000": -5})
        employee = new_test_user(
            self.env(su=True),
            "silverfin-status-none",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        entry = entry.with_user(employee)
        with self.assertRaises(AccessError):
            entry.read(["silverfin_status"])
        with self.assertRaises(AccessError):
            entry.search([("silverfin_status", "=", "sent")])
        with self.assertRaises(AccessError):
            entry.action_silverfin_sync()

    def test_large_books_cost_no_more_queries_and_are_read_by_index(self):
        """A page of entries among many: counted queries, and PostgreSQL's own plan."""
        entry = self.entry({"400000": 5, "700000": -5})
        self.sync()
        self.env.flush_all()
        self.copy_entry(entry, MANY)
        spec = {"name": {}, "silverfin_status": {}}
        domain = [("company_id", "=", self.company.id)]
        Move = self.env["account.move"]
        Move.web_search_read(domain, spec, limit=1)
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            page = Move.web_search_read(domain, spec, limit=80)["records"]
        self.assertEqual(len(page), 80)
        states = {row["silverfin_status"] for row in page}
        self.assertLessEqual(states, {"sent", "waiting"})
        for status, most in {
            "sent": 50,
            "waiting": 30,
            "aside": 10,
            "held": 10,
        }.items():
            asked = [*domain, ("silverfin_status", "=", status)]
            self.env.invalidate_all()
            with self.subTest(status), self.assertQueryCount(most):
                Move.web_search_read(asked, spec, limit=80, count_limit=10_001)
            self.env.invalidate_all()
            with self.subTest(status, grouped=True), self.assertQueryCount(most):
                Move.web_read_group(asked, ["journal_id"], ["__count"])
        self.env.invalidate_all()
        every = Move.search(domain)
        with self.assertQueryCount(40):
            every.action_silverfin_sync()
        statements = []
        cr = self.env.cr
        execute = type(cr).execute

        def watch(cr, query, *args, **kwargs):
            if "silverfin_transaction" in str(getattr(query, "code", query)):
                statements.append(query)
            return execute(cr, query, *args, **kwargs)

        self.env.invalidate_all()
        self.patch(type(cr), "execute", watch)
        Move.search(domain, limit=20).mapped("silverfin_status")
        self.patch(type(cr), "execute", execute)
        (statement,) = statements
        cr.execute(f"EXPLAIN {statement.code}", statement.params)
        plan = "\n".join(row for (row,) in cr.fetchall())
        for table in ("account_move_line", "silverfin_transaction"):
            self.assertNotIn(f"Seq Scan on {table}", plan)

    def copy_entry(self, entry, count):
        """Posted entries of the same items: by the ORM it would take many minutes."""
        first = self.copy_rows(
            "account_move", entry.ids, count, name="'COPY/' || n", sequence_number="n"
        )
        self.copy_rows(
            "account_move_line", entry.line_ids.ids, count, move_id=f"{first} + n - 1"
        )
        self.env.cr.execute(
            """INSERT INTO silverfin_transaction (link_id, line_id, part, move_id,
                digest, date, account_number, value, run_id)
            SELECT known.link_id, line.id, 0, line.move_id, known.digest, known.date,
                known.account_number, known.value, known.run_id
            FROM silverfin_transaction known
            JOIN account_move_line original ON original.id = known.line_id
            JOIN account_move_line line ON line.account_id = original.account_id
                AND line.move_id >= %s
            WHERE known.move_id = %s;
            ANALYZE account_move, account_move_line, silverfin_transaction""",
            [first, entry.id],
        )
        self.env.invalidate_all()

    def copy_rows(self, table, ids, count, **values):
        cr = self.env.cr
        cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND column_name <> ALL(%s)",
            [table, ["id", *values]],
        )
        names = [f'"{name}"' for (name,) in cr.fetchall()]
        original = [f"original.{name}" for name in names]
        cr.execute(
            f"""INSERT INTO {table} ({", ".join([*values, *names])})
            SELECT {", ".join([*values.values(), *original])}
            FROM generate_series(1, %s) n, {table} original
            WHERE original.id = ANY(%s) RETURNING id""",
            [count, ids],
        )
        return cr.fetchone()[0]
