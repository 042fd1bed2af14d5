"""Settings > Silverfin: the length of a turn, and what needs attention."""

import time
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from ..sync import worker
from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestTurnLength(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.admin = self.env(user=self.env.ref("base.user_admin"), context={})
        self.limits(real=120, cron=-1)

    def limits(self, real, cron):
        """The server's own limits, as its administrator sets them."""
        for name, value in (("limit_time_real", real), ("limit_time_real_cron", cron)):
            limit = patch.dict(config.options, {name: value})
            limit.start()
            self.addCleanup(limit.stop)

    def settings(self, **values):
        settings = self.admin["res.config.settings"].create(values)
        settings.set_values()
        return settings

    def turn(self):
        return self.env["silverfin.setting"]._turn_seconds()

    def test_the_default_is_odoos_own(self):
        self.assertEqual(self.turn(), 10)
        self.assertEqual(
            self.admin["res.config.settings"].create({}).silverfin_turn_seconds, 10
        )

    def test_it_is_kept_and_shown(self):
        self.settings(silverfin_turn_seconds=25)
        self.assertEqual(self.turn(), 25)
        page = self.admin["res.config.settings"].create({})
        self.assertEqual(page.silverfin_turn_seconds, 25)
        self.assertEqual(page.silverfin_longest_turn, 30)
        self.settings(silverfin_turn_seconds=10)
        self.assertEqual(self.turn(), 10)

    def test_old_runs_go_but_the_last_ones_and_those_of_statements_stay(self):
        page = self.admin["res.config.settings"].create({})
        self.assertEqual(page.silverfin_run_months, 24)
        with self.assertRaisesRegex(UserError, "at least one month"):
            self.settings(silverfin_run_months=0)
        self.settings(silverfin_run_months=6)
        self.env["silverfin.run"].search([]).sudo().unlink()

        def run(kind, months, state="done"):
            ended = fields.Datetime.now() - relativedelta(months=months)
            values = {"link_id": self.link.id, "connection_id": self.connection.id}
            values |= {"kind": kind, "state": state, "ended_at": ended}
            return self.env["silverfin.run"].sudo().create(values)

        stated, old_proof, last_proof = (run("verify", months) for months in (9, 8, 7))
        old, failed = run("sync", 9), run("sync", 7, "failed")
        last, recent = run("sync", 7), run("sync", 5, "failed")
        waits = run("full", 9, "queued")
        self.env["silverfin.statement"].sudo().create(
            {
                "name": "S1",
                "link_id": self.link.id,
                "run_id": stated.id,
                "made_at": stated.ended_at,
                "verdict": "equal",
                "basis": "silverfin",
                "digest": "0",
            }
        )
        done, has_more = self.env["silverfin.run"].sudo()._gc_runs()
        self.assertEqual((done, has_more), (3, False))
        self.assertFalse((old_proof | old | failed).exists())
        kept = stated | last_proof | last | recent | waits
        self.assertEqual(kept.exists(), kept)

    def test_old_checkups_go_but_the_last_one_and_what_was_accepted_stay(self):
        self.settings(silverfin_run_months=6)
        Checkup = self.env["silverfin.checkup"].sudo()
        Checkup.search([]).unlink()

        def checkup(months, link=self.link, **values):
            made = Checkup.create(
                {
                    "company_id": self.link.company_id.id,
                    "link_id": link and link.id,
                    "finding_ids": [
                        Command.create({"code": "drafts", "severity": "orange"})
                    ],
                    **values,
                }
            )
            day = fields.Datetime.now() - relativedelta(months=months)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE silverfin_checkup SET create_date = %s WHERE id = %s",
                [day, made.id],
            )
            return made

        accepted = {"accepted_by_id": self.env.uid}
        of_company = [checkup(months, link=None) for months in (9, 8)]
        gone = [checkup(12, **accepted), of_company[0]]
        kept = [checkup(11, **accepted), of_company[1]]
        gone.append(checkup(9))
        recent = [checkup(5), checkup(1)]
        findings = [made.finding_ids for made in gone]
        self.env.invalidate_all()
        self.assertEqual(Checkup._gc_checkups(), (3, False))
        self.assertFalse(Checkup.union(*gone).exists())
        self.assertFalse(
            self.env["silverfin.checkup.finding"].union(*findings).exists()
        )
        self.assertEqual(len(Checkup.union(*kept, *recent).exists()), 4)
        Checkup.union(*recent).unlink()
        last = checkup(20)
        self.assertEqual(Checkup._gc_checkups(), (0, False), "the last one stays")
        self.assertTrue(last.exists())

    def test_what_the_server_would_end_by_force_is_refused(self):
        for seconds in (-1, 0, 9, 31, 2**31 - 1):
            with (
                self.subTest(seconds),
                self.assertRaisesRegex(UserError, "from 10 to 30 seconds"),
            ):
                self.settings(silverfin_turn_seconds=seconds)
        self.assertEqual(self.turn(), 10)

    def test_the_limit_follows_the_server(self):
        for real, cron, longest in (
            (120, -1, 30),
            (120, 900, 225),
            (20, -1, 10),
            (120, 0, 300),
            (0, -1, 300),
            (120, 7200, 300),
        ):
            self.limits(real, cron)
            with self.subTest(real=real, cron=cron):
                self.assertEqual(self.env["silverfin.setting"]._longest_turn(), longest)

    def test_a_server_that_became_stricter_is_obeyed(self):
        self.limits(120, 900)
        self.settings(silverfin_turn_seconds=200)
        self.limits(120, -1)
        self.assertEqual(self.turn(), 30)

    def test_the_worker_uses_it(self):
        """As a job of the scheduler: one turn, and what is left gets the next."""
        self.sandbox.max_actions = 4
        for number in range(1, 11):
            self.entry({"400000": number, "700000": -number})
        run = self.env["silverfin.run"]._ask("sync", link=self.link)
        self.settings(silverfin_turn_seconds=20)
        clock = patch.object(worker.time, "monotonic", self.jumping_clock(7))
        with clock:
            self.as_a_job()
        self.assertEqual(run.state, "running")
        # jumps of 7 seconds: one batch fits into 10 seconds, two or three into 20
        longer = run.batches
        self.settings(silverfin_turn_seconds=10)
        with clock:
            self.as_a_job()
        self.assertLess(run.batches - longer, longer)
        self.work()
        self.assertEqual(run.state, "done")
        self.assert_equal_to_books()

    def jumping_clock(self, seconds):
        """A clock on which each request that is sent takes this long."""
        real = time.monotonic

        def now():
            return real() + seconds * self.submits()

        return now

    def as_a_job(self):
        """Call the cron's entry as Odoo's scheduler does, once."""
        cron = self.env["silverfin.run"]._workers()[0]
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"cron_id": cron.id})
            job, _progress = env["ir.cron"].browse(cron.id)._add_progress()
            env = job.with_context(cron_end_time=time.monotonic() + 10).env
            env["silverfin.run"]._cron_run()
        self.env.invalidate_all()

    def test_nobody_reads_or_writes_it_over_rpc(self):
        self.settings(silverfin_turn_seconds=20)
        with self.assertRaises(AccessError):
            self.env["silverfin.setting"].search([])
        with self.assertRaises(AccessError):
            self.env["silverfin.setting"].create({})


@tagged("post_install", "-at_install")
class TestAttention(SilverfinBooksCase):
    def test_the_count_is_the_list_that_opens(self):
        admin = new_test_user(
            self.env(su=True),
            "silverfin-settings",
            groups="base.group_system,account_silverfin.group_user",
        )
        search = self.env.ref("account_silverfin.silverfin_link_view_search").sudo()
        self.assertIn("needs_attention", search.arch)
        companies = self.company
        states = [
            {"state": "attention"},
            {"state": "removed"},
            {"state": "in_sync", "verify_state": "differs"},
            {"state": "in_sync"},
            {"state": "in_sync"},
        ]
        links = self.link.sudo()
        for number in range(len(states)):
            company = companies.sudo().create({"name": f"Attention {number}"})
            links |= (
                self.env["silverfin.link"]
                .sudo()
                .create({"connection_id": self.connection.id, "company_id": company.id})
            )
            links[-1].sudo().position_id.write(states[number])
        aside = links[-1]
        self.env["silverfin.rejection"].sudo().create(
            {
                "link_id": aside.id,
                "move_id": self.entry({"400000": 1, "700000": -1}).id,
                "kind": "rejected",
                "reason": "No.",
            }
        )
        ticked = links.company_id - links[2].company_id
        admin.company_ids = [Command.set(links.company_id.ids)]
        env = self.env(
            user=admin, su=False, context={"allowed_company_ids": ticked.ids}
        )
        action = env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_link_action"
        )
        domain = [("needs_attention", "=", True)]
        listed = env[action["res_model"]].search(domain)
        self.assertEqual(listed, (links[1] | links[3] | aside).with_env(env))
        self.assertEqual(listed.mapped("needs_attention"), [True] * 3)
        settings = env["res.config.settings"].create({})
        self.assertEqual(settings.silverfin_attention_count, len(listed))
        others = env[action["res_model"]].search([("needs_attention", "=", False)])
        self.assertEqual(listed | others, env[action["res_model"]].search([]))
        self.assertFalse(listed & others)
