"""E-mail on problems: who, when, once, in whose language, and nothing secret."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .books import SilverfinBooksCase


@tagged("post_install", "-at_install")
class TestProblemEmail(SilverfinBooksCase):
    def setUp(self):
        super().setUp()
        self.env["mail.mail"].sudo().search([]).unlink()
        self.env["silverfin.problem"].sudo().search([]).unlink()
        self.move = self.entry({"400000": 121, "700000": -121})
        self.connection.problem_email = "files@firm.test"

    def mails(self, minutes=6):
        """What the scheduled action sends so much later; new ones only."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        with (
            freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)),
            self.enter_registry_test_mode(),
        ):
            self.env["silverfin.problem"].sudo()._cron_mail()
        # what Odoo sends of itself is no e-mail to an address
        return (mails.search([]) - before).filtered("email_to")

    def refuse(self):
        self.sandbox.reject(id=str(self.move.line_ids[0].id), message="Locked 4711")
        self.assertEqual(self.sync().state, "partial")

    def test_once_for_each_problem(self):
        self.refuse()
        self.assertFalse(self.mails(minutes=1), "perhaps it comes right by itself")
        mail = self.mails()
        self.assertEqual(mail.email_to, "files@firm.test")
        self.assertIn("could not be sent", mail.subject)
        for words in ("Books Ltd", "put right in Odoo", self.user.name):
            self.assertIn(words, mail.body_html)
        # nothing of the books, of Silverfin's answer, of addresses in Odoo
        for words in ("4711", "121", self.move.name, "400000", "/odoo", "http"):
            self.assertNotIn(words, mail.body_html)
        # as long as it lasts, also when somebody marks the activity as done
        self.sync()
        self.link.sudo().activity_ids.with_user(self.user).action_feedback()
        self.env["silverfin.run"]._ask("full", link=self.link)
        self.work()
        self.assertFalse(self.mails())
        # solved: no e-mail; when it comes back: one
        self.move.button_draft()
        self.assertEqual(self.sync().state, "done")
        self.assertFalse(self.mails())
        self.move.action_post()
        self.refuse()
        self.assertEqual(len(self.mails()), 1)

    def test_the_client_file_has_its_own_address_and_language(self):
        self.env["res.lang"].sudo()._activate_lang("nl_BE")
        self.company.partner_id.sudo().lang = "nl_BE"
        self.link.problem_email = "manager@firm.test"
        self.env["silverfin.problem"].sudo()._begin(self.link, "proof")
        self.env["silverfin.problem"].sudo()._begin(self.link, "failed")
        mail = self.mails()
        self.assertEqual(mail.email_to, "manager@firm.test", "one e-mail for both")
        translated = self.env["silverfin.problem"].with_context(lang="nl_BE")
        for kind in ("proof", "failed"):
            self.assertIn(translated._told_by_mail()[kind][0], mail.body_html)
        for record, text in (
            (self.link, "the file manager"),
            (self.connection, "a@firm.test, b@firm.test"),
        ):
            with self.assertRaisesRegex(ValidationError, "not one e-mail address"):
                record.problem_email = text

    def test_the_access_is_gone(self):
        """One e-mail to each address, though there are many client files."""
        # what is solved before it is told is not told at all
        self.sandbox.faults.add(path="/transactions$", status=403)
        self.assertEqual(self.sync().state, "failed")
        self.sandbox.faults.clear()
        self.assertEqual(self.sync().state, "done")
        self.assertFalse(self.mails())
        self.link.problem_email = "manager@firm.test"
        (application,) = self.sandbox.state.applications.values()
        self.sandbox.revoke(application, self.firm)
        self.sync()
        self.assertEqual(self.connection.state, "reconnect")
        mails = self.mails()
        self.assertEqual(
            sorted(mails.mapped("email_to")), ["files@firm.test", "manager@firm.test"]
        )
        for mail in mails:
            self.assertIn("access must be given again", mail.subject)
            is_own = mail.email_to == "manager@firm.test"
            self.assertEqual("Books Ltd" in mail.body_html, is_own)
        self.assertFalse(self.mails())

    def test_nobody_to_tell(self):
        self.connection.problem_email = False
        self.refuse()
        self.assertFalse(self.mails())
        # a copy of the database tells nobody outside
        self.connection.problem_email = "files@firm.test"
        for state in ("suspended", "draft"):
            self.connection.sudo().state = state
            self.assertFalse(self.mails())
        self.connection.sudo().state = "connected"
        # noticed just now, in a transaction of its own: this one reads "connected"
        name = "odoo.addons.account_silverfin.models.silverfin_connection_place"
        with patch(f"{name}.SilverfinConnection._suspend_elsewhere", lambda self: self):
            self.assertFalse(self.mails())
        # told once somebody is there to be told
        self.assertEqual(len(self.mails()), 1)
        # not the access is gone, but the secret is another one
        self.env["silverfin.problem"].sudo()._begin(self.connection, "connection")
        mail = self.mails()
        self.assertIn("client secret must be typed", mail.subject)
        self.assertNotIn("press", mail.body_html)
