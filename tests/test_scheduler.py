"""The workers: how many, and what a dead scheduler looks like."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL


@tagged("post_install", "-at_install")
class TestScheduler(TransactionCase):
    def setUp(self):
        super().setUp()
        self.runs = self.env["silverfin.run"]
        self.workers = self.runs._workers()

    def called(self, ago):
        self.env.flush_all()
        moment = fields.Datetime.now() - ago
        self.env.cr.execute(
            SQL(
                "UPDATE ir_cron SET lastcall = %s, create_date = %s WHERE id = ANY(%s)",
                moment,
                moment,
                self.workers.ids,
            )
        )
        self.env.invalidate_all()
        return moment

    def test_one_of_three_is_active(self):
        self.assertEqual(self.workers.mapped("active"), [True, False, False])

    def test_silence(self):
        self.called(timedelta(minutes=20))
        self.assertFalse(self.runs._scheduler_silent_since())
        moment = self.called(timedelta(hours=3))
        self.assertEqual(self.runs._scheduler_silent_since(), moment)

    def test_just_installed_is_not_silent(self):
        self.called(timedelta(0))
        self.workers.lastcall = False
        self.assertFalse(self.runs._scheduler_silent_since())

    def test_number_of_workers_is_a_setting(self):
        settings = self.env["res.config.settings"]
        self.assertEqual(settings.get_values()["silverfin_worker_count"], 1)
        for count, active in ((3, 3), (2, 2), (0, 1), (9, 3), (1, 1)):
            settings.create({"silverfin_worker_count": count}).set_values()
            self.assertEqual(len(self.workers.filtered("active")), active, count)

    def test_only_active_workers_are_woken(self):
        trigger = self.env["ir.cron.trigger"]
        before = trigger.search([])
        self.runs._wake()
        self.assertEqual((trigger.search([]) - before).cron_id, self.workers[0])
