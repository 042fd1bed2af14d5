"""The set-up assistant: what each step asks for, and that anybody may go on."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .books import SilverfinBooksCase
from .common import SilverfinCase


@tagged("post_install", "-at_install")
class TestSetup(SilverfinCase):
    def setUp(self):
        super().setUp()
        self.env["silverfin.setup"].search([]).unlink()
        self.env["silverfin.connection"].search(
            [("id", "!=", self.connection.id)]
        ).unlink()
        self.setups = self.env["silverfin.setup"].with_user(self.manager)

    def opened(self, user=None):
        """Press the menu; the set-up that is shown."""
        action = self.setups.with_user(user or self.manager)._open()
        return self.setups.browse(action["res_id"])

    def nothing(self):
        """No connection yet."""
        self.connection.unlink()
        return self.opened()

    def test_from_nothing_the_letter(self):
        setup = self.nothing()
        self.assertEqual((setup.step, setup.has_client_id), ("access", False))
        setup.action_have_no_client_id()
        for words in (
            self.redirect_uri,
            "urn:ietf:wg:oauth:2.0:oob",
            "/silverfin/webhook/",
            "financials:transactions:sync",
            "administration:read",
            self.manager.name,
        ):
            self.assertIn(words, setup.letter)
        href = urlsplit(str(setup.letter_button).split('href="')[1].split('"')[0])
        self.assertEqual((href.scheme, href.path), ("mailto", setup.letter_to))
        body = parse_qs(href.query.replace("&amp;", "&"))["body"][0]
        self.assertEqual(body.replace("\r\n", "\n"), setup.letter)
        self.assertFalse(self.env["silverfin.connection"].search([]), "none yet")
        self.assertEqual("http://" in setup.letter, bool(setup.letter_problem))
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "http://odoo.test"
        )
        setup.invalidate_recordset()
        self.assertIn("log in there as an administrator", setup.letter_problem)
        setup.letter_to = 'x"><script>@firm.test'
        self.assertNotIn("<script>", setup.letter_button)

    def test_access_is_typed_and_never_shown(self):
        setup = self.nothing()
        setup.action_have_client_id()
        self.assertFalse(setup.connection_name, "nobody gave it a name")
        setup.action_have_no_client_id()
        self.assertEqual(setup.has_client_id, "no", "back to the letter")
        setup.action_have_client_id()
        setup.connection_name = False
        self.assertTrue(setup.connection_id.name)
        with self.assertRaisesRegex(UserError, "Fill in the client ID"):
            setup.action_next()
        with Form(setup) as form:
            form.connection_name = "Fiduciaire"
            form.client_secret_input = self.application.client_secret
            form.webhook_token_1_input = "token-one"
            form.client_id = self.application.client_id
            form.base_url = self.server.url
        connection = setup.connection_id
        kept = connection.sudo()
        self.assertEqual(kept.client_secret, self.application.client_secret)
        self.assertEqual(kept.webhook_token_1, "token-one")
        self.assertEqual(connection.base_url, self.server.url)
        self.assertEqual(connection.name, "Fiduciaire")
        self.assertNotIn(self.application.client_secret, str(setup.read()))
        self.assertNotIn("token-one", str(setup.read()))
        # another address alone forgets the secret, as on the connection's form
        setup.write({"base_url": "https://live.getsilverfin.com"})
        self.assertFalse(setup.client_secret_set)
        setup.write(
            {
                "base_url": self.server.url,
                "client_secret_input": self.application.client_secret,
            }
        )
        setup.action_next()
        self.assertEqual(setup.step, "connect")
        with self.assertRaisesRegex(UserError, "press Connect"):
            setup.action_next()

    def test_a_colleague_goes_on_where_it_was_left(self):
        setup = self.opened()
        self.assertEqual(setup.step, "connect", "the firm's connection is there")
        colleague = new_test_user(
            self.env,
            "silverfin-colleague",
            groups="base.group_user,account_silverfin.group_manager",
        )
        self.assertEqual(self.opened(colleague), setup)
        self.connect()
        states = {step["step"]: step for step in setup.steps}
        self.assertTrue(states["connect"]["done"] and states["companies"]["open"])
        self.assertFalse(states["push"]["open"])
        setup.with_user(colleague).action_next()
        self.assertEqual(setup.step, "companies")
        self.assertFalse(setup.proposals, "who may not read the books")
        setup.company_ids = [Command.set(self.env.company.ids)]
        with self.assertRaisesRegex(UserError, "may not read journal items"):
            setup.action_next()
        setup.action_back()
        self.assertEqual(setup.step, "connect")
        setup.action_finish()
        again = self.opened()
        self.assertNotEqual(again, setup)
        self.assertEqual(again.step, "companies")
        both = again | self.setups.create({})
        self.assertEqual(len(both), 2)
        self.assertFalse(self.setups._open()["res_id"], "several: a list")

    def test_connecting_by_a_link_comes_back_here(self):
        setup = self.opened()
        self.assertFalse(setup.is_waiting)
        action = setup.action_invite()
        self.assertEqual(action["res_model"], "silverfin.invitation.show")
        self.env.invalidate_all()
        self.assertTrue(setup.invited_until and setup.is_waiting)
        setup.action_withdraw_invitation()
        self.env.invalidate_all()
        self.assertFalse(setup.is_waiting)
        asked = setup.action_connect()
        self.assertTrue(asked["url"].startswith(self.server.url), asked)
        self.assertEqual(setup._of_connection(self.connection), setup)
        setup.step = "companies"
        self.assertFalse(setup._of_connection(self.connection))

    def test_another_firm_begins_with_the_same_extra_fields(self):
        first = self.connection.extra_field_ids[0]
        first.label = "Our word"
        new = self.env["silverfin.connection"]._new_like_last()
        self.assertEqual(
            new.extra_field_ids.mapped("label"),
            self.connection.extra_field_ids.mapped("label"),
        )
        self.assertEqual(new.base_url, self.connection.base_url)
        self.assertFalse(new.client_id or new.client_secret_set)

    def test_only_administrators(self):
        setup = self.opened()
        names = [
            name
            for ours in type(setup)._model_classes__
            if ours.__module__.startswith("odoo.addons.account_silverfin.")
            for name, value in vars(ours).items()
            if name.startswith("action_") and callable(value)
        ]
        self.assertGreater(len(names), 10)
        for user in (self.user, self.employee):
            with self.assertRaises(AccessError):
                setup.with_user(user).read(["step"])
            for name in names:
                with self.subTest(user.login, name=name):
                    with self.assertRaises(AccessError):
                        getattr(setup.with_user(user), name)()
            menu = self.env.ref("account_silverfin.menu_silverfin_setup")
            shown = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertNotIn(menu.id, shown)


@tagged("post_install", "-at_install")
class TestSetupOfBooks(SilverfinBooksCase):
    """From a connection to proof; requests are the workers' alone."""

    def setUp(self):
        super().setUp()
        self.entry({"400000": 121, "700000": -121}, date="2025-03-31")
        self.entry({"400000": 10, "700000": -10})
        self.env["silverfin.setup"].search([]).unlink()
        self.setup = self.env["silverfin.setup"].create(
            {"connection_id": self.connection.id}
        )

    def second_company(self):
        company = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Second Ltd", "currency_id": self.company.currency_id.id})
        )
        self.user.sudo().company_ids += company
        both = self.company.ids + company.ids
        self.setup = self.setup.with_context(allowed_company_ids=both)
        return company.with_env(self.setup.env)

    def offered(self):
        """The references that can be chosen in Silverfin."""
        offered = self.sandbox.state.references_of(self.firm)
        return [line.reference for _application, line in offered]

    def test_what_is_proposed(self):
        self.assertEqual(self.setup.step, "companies")
        self.assertEqual(self.setup.company_ids, self.company)
        shown = self.setup.proposals
        for words in ("Books Ltd", "01/01/2025", "12/31/2026", "149000"):
            self.assertIn(words, shown)
        # the firm's choices, as its last client file has them
        self.link.write(
            {
                "no_partner_names": True,
                "non_trade_open_items": True,
                "problem_email": "somebody@client.test",
            }
        )
        company = self.second_company()
        self.assertNotIn(company, self.setup.company_ids, "it has no books")
        with Form(self.setup) as form:
            form.company_ids.add(company)
            self.assertIn("Second Ltd", form.proposals, "before it is saved")
        # a colleague who ticked one company only makes that one's, and loses none
        alone = self.setup.with_context(allowed_company_ids=self.company.ids)
        for one, count in ((alone, 1), (self.setup, 2), (alone, 1), (self.setup, 2)):
            self.env.invalidate_all()
            one.step = "companies"
            one.action_next()
            self.assertEqual(len(one.link_ids), count)
        made = self.setup.link_ids - self.link
        self.assertEqual(made.company_id, company)
        self.assertTrue(made.no_partner_names and made.non_trade_open_items)
        self.assertFalse(made.problem_email, "perhaps of another client")
        self.assertEqual(self.setup.step, "silverfin")
        self.work()
        self.assertIn(
            made.sync_reference,
            [
                line.reference
                for _app, line in self.sandbox.state.references_of(self.firm)
            ],
        )
        # chosen by mistake: taken back, also from Silverfin's list
        self.setup.action_back()
        self.setup.company_ids = [Command.set(self.company.ids)]
        reference = made.sync_reference
        self.setup.action_next()
        self.assertFalse(made.exists())
        self.work()
        self.assertNotIn(
            reference,
            [
                line.reference
                for _app, line in self.sandbox.state.references_of(self.firm)
            ],
        )

    def test_from_companies_to_proof(self):
        setup = self.setup
        self.sandbox.remove_sync(self.client_file)
        self.refresh_companies()
        setup.action_next()
        self.assertEqual((setup.step, setup.link_ids), ("silverfin", self.link))
        self.assertTrue(setup.is_waiting)
        with self.assertRaisesRegex(UserError, "notices by itself"):
            setup.action_next()
        # set up there: an open page asks for a look, at most every 45 seconds
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference)
        runs = self.env["silverfin.run"].sudo()
        self.work()
        companies = [("kind", "=", "companies")]
        before = runs.search_count(companies)
        setup.action_watch()
        self.assertEqual(runs.search_count(companies), before, "just looked")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE silverfin_run SET create_date = create_date - interval '1 minute'"
        )
        self.env.invalidate_all()
        asked = len(self.sandbox.log)
        setup.action_watch()
        setup.action_watch()
        self.assertEqual(runs.search_count(companies), before + 1)
        self.assertEqual(len(self.sandbox.log), asked, "no request from a page")
        self.work()
        self.assertTrue(setup.all_found)
        self.assertFalse(setup.is_waiting)

        setup.action_next()
        self.assertEqual(setup.step, "checkup")
        with self.assertRaisesRegex(UserError, "Check the Books"):
            setup.action_next()
        self.link.retained_earnings_account_id = False
        setup.action_check()
        self.assertEqual(setup.checkup_state, "red")
        with self.assertRaisesRegex(UserError, "put right first"):
            setup.action_next()
        self.link.retained_earnings_account_id = self.account("149000")
        setup.action_check()
        self.assertIn(setup.checkup_state, ("green", "orange"))

        setup.action_next()
        self.assertEqual(setup.step, "push")
        self.assertTrue(setup.can_send)
        self.assertFalse(setup.has_sent, "one button alone: Send Now")
        self.assertFalse(setup.all_sent)
        self.assertFalse(setup.all_equal)
        with self.assertRaisesRegex(UserError, "Send Now"):
            setup.action_next()
        setup.action_send()
        self.assertTrue(setup.is_waiting)
        self.assertFalse(setup.can_send)
        self.work()
        self.assert_equal_to_books()
        self.assertTrue(setup.has_sent and setup.all_sent)
        setup.action_next()
        self.assertEqual(setup.step, "proof")
        self.assertTrue(setup.all_equal, self.link.message)
        self.assertTrue(all(step["done"] for step in setup.steps))
        setup.action_finish()
        self.assertAlmostEqual(
            setup.done_at, fields.Datetime.now(), delta=timedelta(minutes=5)
        )
        # another client file, of which nothing went yet
        company = self.second_company()
        other = self.link.with_env(company.env).create(
            {"connection_id": self.connection.id, "company_id": company.id}
        )
        self.setup.link_ids += other
        self.assertTrue(self.setup.all_sent, "it waits for Silverfin")
        other.sudo().position_id.state = "ready"
        self.setup.invalidate_recordset()
        self.assertTrue(self.setup.has_sent and self.setup.can_send)
        self.assertFalse(self.setup.all_sent)

    def test_every_company_has_a_client_file(self):
        self.sync()
        self.setup.unlink()
        setup = self.env["silverfin.setup"].create(
            {"connection_id": self.connection.id}
        )
        self.assertEqual((setup.step, setup.all_served), ("companies", True))
        self.assertFalse(setup.company_ids)
        setup.action_next()
        self.assertEqual((setup.step, setup.link_ids), ("silverfin", self.link))
        self.assertTrue(setup.all_found)
        self.assertTrue(setup.access_text.endswith(f"to firm {self.firm.id}."))
        self.connection.sudo().firm_name = "Fiduciaire"
        self.assertTrue(
            setup.access_text.endswith(f"to the firm Fiduciaire ({self.firm.id}).")
        )

    def test_buttons_beside_messages(self):
        """From what is said on a client file to where it is solved."""
        self.sandbox.remove_sync(self.client_file)
        self.link.action_look()
        self.work()
        self.assertEqual(self.link.state, "removed")
        begun = self.env["silverfin.setup"].browse(
            self.link.action_open_setup()["res_id"]
        )
        self.assertEqual((begun.step, begun.link_ids), ("silverfin", self.link))
        self.sandbox.set_up_sync(self.client_file, self.link.sync_reference)
        self.link.action_look()
        self.work()
        self.link.retained_earnings_account_id = False
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertTrue(self.link.is_stopped)
        self.assertEqual(run.action_open_subject()["res_id"], self.link.id)
        again = self.link.action_open_setup()
        self.assertEqual(begun.step, "checkup")
        self.assertEqual(again["res_id"], begun.id)
        self.link.checkup_id.action_accept()
        self.assertFalse(self.link.is_stopped)
        self.assertEqual(begun.checkup_state, "orange", "accepted")
        # why client files cannot be looked up
        self.assertFalse(begun.run_message)
        begun.step = "silverfin"
        self.sandbox.faults.add(method="GET", path="/syncs/companies$", status=403)
        begun.action_look()
        self.work()
        self.assertIn("Missing right", begun.run_message)
