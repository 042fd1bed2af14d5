"""Bad input and bad days: a clear sentence, nothing lost, nothing done twice."""

from unittest.mock import patch

from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..silverfin_api import Reference
from ..sync import failures
from .books import SilverfinBooksCase


class BadInputCase(SilverfinBooksCase):
    def another_company(self, name):
        company = self.env["res.company"].sudo().create({"name": name})
        self.user.sudo().company_ids += company
        return company

    def offer(self, *references):
        """Another database under the same client id offers its companies."""
        with self.enter_registry_test_mode(), self.connection._client() as client:
            client.replace_references(
                [Reference(reference, "Another") for reference in references]
            )


@tagged("post_install", "-at_install")
class TestBadInput(BadInputCase):
    def setUp(self):
        super().setUp()
        self.entry({"400000": 7, "700000": -7})

    def test_a_second_click_returns_the_first_run(self):
        self.link.action_sync()
        self.link.action_sync()
        runs = self.env["silverfin.run"].search(
            [("link_id", "=", self.link.id), ("kind", "=", "sync")]
        )
        self.assertEqual(len(runs), 1)
        self.assertEqual(
            self.env["silverfin.run"]._ask("sync", link=self.link).id, runs.id
        )

    def test_sync_while_one_is_running(self):
        first = self.env["silverfin.run"]._ask("sync", link=self.link)
        first.state = "running"
        self.assertEqual(self.env["silverfin.run"]._ask("sync", link=self.link), first)

    def test_no_request_is_made_when_a_person_asks(self):
        before = len(self.sandbox.log)
        self.link.action_sync()
        self.link.action_verify()
        self.connection.action_push_references()
        self.assertEqual(len(self.sandbox.log), before)

    def test_a_company_that_waits_for_silverfin(self):
        self.position().state = "pending"
        with self.assertRaisesRegex(UserError, "Set up sync"):
            self.link.action_sync()

    def test_a_connection_that_is_not_connected(self):
        self.connection.action_disconnect()
        with self.assertRaisesRegex(UserError, "Connect"):
            self.link.action_sync()

    def test_company_without_chart_of_accounts(self):
        company = self.another_company("Empty Ltd")
        env = self.env(context=dict(self.env.context, allowed_company_ids=company.ids))
        link = env["silverfin.link"].create(
            {"connection_id": self.connection.id, "company_id": company.id}
        )
        file = self.sandbox.add_client_file(self.firm, "Empty Ltd")
        self.sandbox.set_up_sync(file, link.sync_reference)
        self.refresh_companies()
        link.action_sync()
        self.work()
        run = link.run_ids[0]
        self.assertEqual(run.state, "failed")
        self.assertIn("chart of accounts", run.message)
        self.assertEqual(link.state, "attention")

    def test_client_files_of_others_are_never_stored(self):
        other = self.sandbox.add_client_file(self.firm, "Somebody Else's Secret Name")
        self.offer("another-database:1")
        self.sandbox.set_up_sync(other, "another-database:1")
        with self.assertLogs("odoo", "DEBUG") as logs:
            self.refresh_companies()
        run = self.env["silverfin.run"].search([("kind", "=", "companies")], limit=1)
        self.assertEqual(run.state, "done")
        self.assertNotIn("Secret Name", "\n".join(logs.output) + (run.message or ""))
        self.env.cr.execute(
            """SELECT count(*) FROM silverfin_position
            WHERE client_file_name LIKE '%Secret%'"""
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_html_answer(self):
        self.sandbox.faults.add(method="GET", path="/info$", html=True, status=200)
        run = self.sync()
        self.assertEqual(run.state, "running", "tried again later")
        self.assertIn("not what Silverfin", run.message)
        self.assertGreater(run.due_at, run.turn_at)

    def test_unreachable(self):
        self.connection.sudo().base_url = "http://127.0.0.1:9"
        run = self.sync()
        self.assertEqual((run.state, run.attempts), ("running", 1))
        self.assertIn("cannot be reached", run.message)

    def test_gives_up_after_so_many_tries_and_says_so(self):
        self.connection.sudo().base_url = "http://127.0.0.1:9"
        run = self.sync()
        run.attempts = failures.MOST_ATTEMPTS - 1
        run.due_at = run.turn_at
        self.work()
        self.assertEqual(run.state, "failed")
        self.assertIn(str(failures.MOST_ATTEMPTS), run.message)
        self.assertEqual(self.link.state, "attention")

    def test_retry_after_is_honoured(self):
        self.sandbox.faults.add(
            method="GET", path="/info$", status=503, headers={"Retry-After": "600"}
        )
        run = self.sync()
        self.assertAlmostEqual(
            (run.due_at - run.turn_at).total_seconds(), 600, delta=30
        )

    def test_missing_right_is_named(self):
        self.sandbox.faults.add(
            method="GET", path="/info$", status=403, body={"error": "missing scope"}
        )
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("Missing right", run.message)

    def test_client_file_gone(self):
        self.sandbox.faults.add(
            method="GET", path="/info$", status=404, body={"error": "not found"}
        )
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertEqual(self.link.state, "removed")

    def test_not_ready_in_silverfin(self):
        self.sandbox.faults.add(
            method="GET", path="/info$", status=409, body={"error": "misconfigured"}
        )
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("not ready", run.message)

    def test_something_unexpected_has_no_traceback_for_the_person(self):
        with (
            patch(
                "odoo.addons.account_silverfin.sync.worker.push",
                side_effect=ZeroDivisionError("boom"),
            ),
            self.assertLogs("odoo.addons.account_silverfin", "ERROR"),
        ):
            run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertNotIn("boom", run.message)
        self.assertIn("unexpected", run.message)
        # and nothing hinders the next one
        self.assertEqual(self.sync().state, "done")

    def test_the_cron_never_raises(self):
        with (
            patch(
                "odoo.addons.account_silverfin.sync.schedule.queue_due",
                side_effect=ZeroDivisionError("boom"),
            ),
            self.assertLogs("odoo.addons.account_silverfin", "ERROR"),
        ):
            self.work()


@tagged("post_install", "-at_install")
class TestOthers(BadInputCase):
    """Who may what; the screens' tests go through RPC, these through the methods."""

    def other_user(self, groups):
        return new_test_user(
            self.env(user=api.SUPERUSER_ID),
            "silverfin-other",
            groups=groups,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_a_user_without_rights(self):
        user = self.other_user("account.group_account_user")
        link = self.link.with_user(user)
        for name in ("action_sync", "action_verify", "action_reset", "action_send_all"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(link, name)()

    def test_a_silverfin_user_without_accounting(self):
        user = self.other_user("account_silverfin.group_user")
        with self.assertRaises(AccessError):
            self.link.with_user(user).action_sync()

    def test_a_silverfin_user_may_sync_but_not_start_again(self):
        user = self.other_user(
            "account_silverfin.group_user,account.group_account_readonly"
        )
        link = self.link.with_user(user)
        link.action_sync()
        link.action_verify()
        for name in ("action_reset", "action_send_all"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(link, name)()
        with self.assertRaises(AccessError):
            link.retained_earnings_account_id = False
        with self.assertRaises(AccessError):
            self.connection.with_user(user).action_refresh_companies()

    def test_a_second_company_of_another_user(self):
        user = self.other_user(
            "account_silverfin.group_manager,account.group_account_manager"
        )
        other = self.env["res.company"].sudo().create({"name": "Another Ltd"})
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        link = self.link.with_user(user).with_context(allowed_company_ids=other.ids)
        self.assertFalse(link.search([]))
        with self.assertRaises(AccessError):
            link.action_sync()
        self.entry({"400000": 1, "700000": -1})
        self.sync()
        for model in ("run", "transaction", "account", "rejection"):
            records = self.env[f"silverfin.{model}"].with_user(user)
            records = records.with_context(allowed_company_ids=other.ids)
            domain = [("link_id", "!=", False)]
            self.assertFalse(records.search(domain), model)
            if model in ("run", "transaction", "account"):
                self.assertTrue(self.env[f"silverfin.{model}"].search(domain), model)

    def test_two_databases_under_one_client_id(self):
        """The other's references push ours off the list; set-up files stay ours."""
        company = self.another_company("Waiting Ltd")
        env = self.env(context=dict(self.env.context, allowed_company_ids=company.ids))
        waiting = env["silverfin.link"].create(
            {"connection_id": self.connection.id, "company_id": company.id}
        )
        self.work()
        self.assertIn(waiting.sync_reference, self.offered())
        theirs = f"another-database:{self.company.id}"
        self.assertNotEqual(self.link.sync_reference, theirs)
        self.offer(theirs)
        self.assertNotIn(waiting.sync_reference, self.offered())
        self.refresh_companies()
        self.assertEqual(self.link.state, "ready")
        self.entry({"400000": 1, "700000": -1})
        self.assertEqual(self.sync().state, "done")
        # and a button puts ours back
        self.connection.action_push_references()
        self.work()
        self.assertIn(waiting.sync_reference, self.offered())

    def offered(self):
        return {
            reference.reference
            for _application, reference in self.sandbox.state.references_of(self.firm)
        }

    def test_references_name_company_and_vat_number(self):
        self.company.sudo().vat = "BE0477472701"
        self.connection.action_push_references()
        self.work()
        names = {
            reference.reference: reference.name
            for _application, reference in self.sandbox.state.references_of(self.firm)
        }
        self.assertEqual(names[self.link.sync_reference], "Books Ltd (BE0477472701)")
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        self.assertEqual(self.link.sync_reference, f"{uuid}:{self.company.id}")
