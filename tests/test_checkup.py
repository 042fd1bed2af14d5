"""The check-up of a company's books: each finding made on purpose, and none else."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .books import SilverfinBooksCase

TODAY = date(2026, 10, 20)


class Found:
    """Reads what a check-up found, for the tests of both classes."""

    def check(self, link=None):
        """``{code: finding}`` of a new check-up."""
        checkup = self.env["silverfin.checkup"]._check(self.company, link)
        codes = checkup.finding_ids.mapped("code")
        self.assertEqual(len(codes), len(set(codes)), "one finding of each kind")
        worst = checkup.finding_ids.sorted(lambda f: f.severity != "red")[:1]
        self.assertEqual(checkup.state, worst.severity or "green")
        return {finding.code: finding for finding in checkup.finding_ids}

    def listed(self, finding):
        """The records that the finding's button shows."""
        action = finding.action_open()
        model = self.env[action["res_model"]]
        if action.get("res_id"):
            return model.browse(action["res_id"])
        return model.with_context(active_test=False).search(action["domain"])

    def assert_found(self, expected, link=None):
        """These findings and no others: ``{code: (sum, records of its list)}``."""
        found = self.check(link)
        self.assertEqual(set(found), set(expected))
        for code, (amount, records) in expected.items():
            with self.subTest(code):
                finding = found[code]
                self.assertAlmostEqual(finding.amount, amount, 2)
                self.assertEqual(self.listed(finding), records)
                self.assertEqual(finding.item_count, len(records))
                for text in (finding.title, finding.what, finding.advice):
                    self.assertTrue(text and "%(" not in text, text)
        return found

    def line(self, move, number):
        """The item of an entry on an account."""
        return move.line_ids.filtered(lambda line: line.account_id.code == number)


@tagged("post_install", "-at_install")
class TestCheckup(Found, SilverfinBooksCase):
    """Small books in 2026, with the numbers of Belgian ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure Interior"})
        cls.supplier = cls.env["res.partner"].create({"name": "Wood Corner"})

    def setUp(self):
        # no sandbox: nothing is asked of Silverfin
        super(SilverfinBooksCase, self).setUp()
        frozen = freeze_time(f"{TODAY} 10:00:00")
        frozen.start()
        self.addCleanup(frozen.stop)
        self.entry({"100000": -1000, "550000": 1000}, "2024-01-02")
        self.entry({"600000": 400, "550000": -400}, "2026-10-01")

    def make_account(self, code, kind, **values):
        values = {"name": f"Account {code}", **values}
        return self.env["account.account"].create(
            {"code": code, "account_type": kind, **values}
        )

    def make_bank(self):
        """A bank journal on 550000, with a suspense account."""
        self.accounts["499000"] = self.make_account("499000", "asset_current")
        self.bank = self.env["account.journal"].create(
            {
                "name": "Bank",
                "code": "BNK",
                "type": "bank",
                "default_account_id": self.account("550000").id,
                "suspense_account_id": self.accounts["499000"].id,
            }
        )

    def bank_line(self, amount, day, counterpart=None):
        return (
            self.env["account.bank.statement.line"]
            .sudo()
            .create(
                {
                    "journal_id": self.bank.id,
                    "date": day,
                    "payment_ref": "From the bank",
                    "amount": amount,
                    **(
                        {"counterpart_account_id": self.account(counterpart).id}
                        if counterpart
                        else {}
                    ),
                }
            )
        )

    def make_link(self):
        """A client file that was never synchronised, on a connection that is down."""
        connection = self.env["silverfin.connection"].create(
            {"name": "The firm", "client_id": "x", "firm_number": "1"}
        )
        return self.env["silverfin.link"].create(
            {"connection_id": connection.id, "company_id": self.company.id}
        )

    def belgian(self):
        self.company.sudo().write(
            {
                "account_fiscal_country_id": self.env.ref("base.be").id,
                "chart_template": "be_comp",
            }
        )

    # === Who, and when === #

    def test_clean_books_are_green(self):
        checkup = self.env["silverfin.checkup"].action_check_now()
        checkup = self.env[checkup["res_model"]].browse(checkup["res_id"])
        self.assertEqual(checkup.company_id, self.company)
        self.assertEqual(checkup.state, "green")
        self.assertFalse(checkup.finding_ids)
        self.assertEqual(checkup.user_id, self.user)
        self.assertFalse(checkup.link_id)
        self.assertIn("Drafts, Entries dated after today", checkup.passed)
        self.assertNotIn("Balances in Silverfin", checkup.passed, "nobody knows")
        link = self.make_link()
        self.assertEqual(link.checkup_state, "none")
        again = link.action_checkup()
        self.assertEqual(link.checkup_id.id, again["res_id"])
        self.assertEqual(link.checkup_state, "green")
        self.assertEqual(link.action_open_checkup()["res_id"], again["res_id"])
        self.assertGreater(again["res_id"], checkup.id)

    def test_rights(self):
        def person(name, groups, company=self.company):
            return new_test_user(
                self.env(su=True),
                name,
                groups=groups,
                company_ids=[Command.set(company.ids)],
                company_id=company.id,
            )

        self.entry({"600000": 1, "550000": -1}, "2026-10-02", post=False)
        kept = self.check()["drafts"]
        checkups = self.env["silverfin.checkup"]
        nobody = person("silverfin-nobody", "account_silverfin.group_user")
        with self.assertRaises(AccessError):
            checkups.with_user(nobody)._check(self.company)
        other = self.env["res.company"].sudo().create({"name": "Another Ltd"})
        groups = "account_silverfin.group_user,account.group_account_readonly"
        stranger = person("silverfin-stranger", groups, other)
        theirs = kept.with_user(stranger).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            checkups.with_user(stranger)._check(self.company.with_user(stranger))
        self.assertFalse(theirs.search([]))
        self.assertFalse(checkups.with_env(theirs.env).search([]))
        with self.assertRaises(AccessError):
            theirs.read(["what"])
        reader = person("silverfin-reading", groups)
        own = kept.with_user(reader).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(own.checkup_id._check(self.company).state, "orange")
        self.assertEqual(len(self.listed(own)), 1)
        link = self.make_link()
        checkup = checkups._check(self.company, link).with_user(reader)
        with self.assertRaises(AccessError):
            checkup.action_accept()

    def test_a_branch_counts_and_a_branch_apart_does_not(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Shop", "parent_id": self.company.id})
        )
        self.user.sudo().company_ids += branch
        both = self.env.company | branch
        env = self.env(context=dict(self.env.context, allowed_company_ids=both.ids))
        journal = env["account.journal"].create(
            {
                "name": "Shop",
                "code": "SHOP",
                "type": "general",
                "company_id": branch.id,
            }
        )
        draft = env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": "2026-10-03",
                "line_ids": self.lines({"600000": 9, "550000": -9}),
            }
        )
        self.assertEqual(draft.company_id, branch)
        self.env = env
        self.assert_found({"drafts": (9, draft)})
        alone = env["silverfin.checkup"]._check(branch)
        self.assertEqual(set(alone.finding_ids.mapped("code")), {"drafts", "nothing"})
        link = self.make_link()
        apart = link.copy({"company_id": branch.id})
        self.assertEqual(link._silverfin_companies(), self.company)
        self.assert_found({}, link)
        self.assertEqual(env["silverfin.checkup"]._check(branch).link_id, apart)

    # === What is found === #

    def test_bank(self):
        self.make_bank()
        given = self.bank_line(250.5, "2026-07-01")
        matched = self.bank_line(-50, "2026-07-02", "600000")
        statement = (
            self.env["account.bank.statement"]
            .sudo()
            .create(
                {
                    "line_ids": [Command.set((given + matched).ids)],
                    "balance_start": 1000,
                    "balance_end_real": 1200,
                }
            )
        )
        # the bank gave it after the statement, on the same day
        self.bank_line(7, "2026-07-02", "600000")
        outstanding = self.make_account("580001", "asset_current", reconcile=True)
        self.accounts["580001"] = outstanding
        self.bank.inbound_payment_method_line_ids[:1].payment_account_id = outstanding
        paid = self.entry({"580001": 30, "700000": -30}, "2026-10-05")
        done = self.entry({"580001": 8, "700000": -8}, "2026-10-05")
        back = self.entry({"580001": -8, "550000": 8}, "2026-10-06")
        (self.line(done, "580001") + self.line(back, "580001")).reconcile()
        found = self.assert_found(
            {
                "bank_suspense": (-250.5, self.line(given.move_id, "499000")),
                "bank_outstanding": (30, self.line(paid, "580001")),
                # 1,000.00 + 250.50 - 50.00 in the ledger
                "bank_statement": (-0.5, statement),
                "bank_day": (1000 - 400 + 250.5 - 50 + 7 + 8, self.bank),
            }
        )
        self.assertIn("07/02/2026", found["bank_statement"].what)
        self.assertIn("1,200.50", found["bank_statement"].what)
        self.assertIn("499000", found["bank_suspense"].what)
        self.assertIn("10/06/2026", found["bank_day"].what)
        # put right
        statement.balance_end_real = 1200.5
        self.bank_line(-0.5, "2026-10-10", "600000")
        self.assertEqual(set(self.check()), {"bank_suspense", "bank_outstanding"})

    def test_a_bank_account_in_dollars(self):
        self.make_bank()
        dollars = self.env.ref("base.USD").sudo()
        dollars.active = True
        self.env["res.currency.rate"].sudo().create(
            {
                "currency_id": dollars.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 2,
            }
        )
        self.accounts["551000"] = self.make_account(
            "551000", "asset_cash", currency_id=dollars.id
        )
        self.bank = self.env["account.journal"].create(
            {
                "name": "Dollars",
                "code": "USD",
                "type": "bank",
                "default_account_id": self.accounts["551000"].id,
                "suspense_account_id": self.accounts["499000"].id,
                "currency_id": dollars.id,
            }
        )
        line = self.bank_line(100, "2026-10-02", "600000")
        statement = self.env["account.bank.statement"].sudo()
        statement = statement.create(
            {"line_ids": [Command.set(line.ids)], "balance_end_real": 100}
        )
        self.assert_found({})
        statement.balance_end_real = 120
        found = self.assert_found({"bank_statement": (20, statement)})
        self.assertEqual(found["bank_statement"].currency_id, dollars)
        self.assertIn("$", found["bank_statement"].what)

    def test_customers_and_suppliers(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.partner.id}
        )

        def trade(number, value, partner, day="2026-10-07"):
            other = "700000" if number == "400000" else "600000"
            move = self.entry({number: value, other: -value}, day, post=False)
            self.line(move, number).partner_id = partner
            move.action_post()
            return self.line(move, number)

        nobodys = trade("400000", 121, False) + trade("400000", -1, False)
        trade("440000", -20, False)
        credit = trade("400000", -50, self.partner) + trade("400000", 20, contact)
        # the same partner may well get money as a supplier
        trade("440000", -5, self.partner)
        debit = trade("440000", 12.34, self.supplier)
        # what is settled is nobody's any more
        settled = trade("400000", 3, self.supplier) + trade("400000", -3, self.supplier)
        settled.reconcile()
        self.assertTrue(all(settled.mapped("reconciled")))
        found = self.assert_found(
            {
                "customers_no_partner": (120, nobodys.sorted()),
                "suppliers_no_partner": (
                    -20,
                    self.env["account.move.line"].search(
                        [("account_id.code", "=", "440000"), ("balance", "=", -20)]
                    ),
                ),
                "customers_sign": (-30, credit.sorted()),
                "suppliers_sign": (12.34, debit),
            }
        )
        self.assertIn("Azure Interior", found["customers_sign"].what)
        self.assertIn("Wood Corner", found["suppliers_sign"].what)
        (nobodys + credit + debit).partner_id = self.partner
        self.env["account.move.line"].search(
            [("account_id.code", "=", "440000"), ("balance", "=", -20)]
        ).partner_id = self.partner
        self.assert_found({})

    def test_open_items_against_balance(self):
        move = self.entry({"400000": 60, "700000": -60}, "2026-10-07", post=False)
        line = self.line(move, "400000")
        line.partner_id = self.partner
        move.action_post()
        self.assert_found({})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 57.5 WHERE id = %s",
            [line.id],
        )
        found = self.assert_found({"open_items": (2.5, self.account("400000"))})
        self.assertIn("400000", found["open_items"].what)

    def test_results_not_allocated(self):
        self.entry({"550000": 300, "700000": -300}, "2024-06-30")
        self.entry({"550000": 50, "700000": -50}, "2025-06-30")
        self.assert_found({})
        self.belgian()
        found = self.check()
        self.assertEqual(set(found), {"results"})
        self.assertAlmostEqual(found["results"].amount, 350, 2)
        self.assertIn("12/31/2025", found["results"].what)
        self.assertEqual(
            set(self.listed(found["results"]).mapped("account_id.code")), {"700000"}
        )
        self.assertEqual(found["results"].item_count, 2)
        # what somebody closed is what counts
        self.company.sudo().fiscalyear_lock_date = "2024-12-31"
        found = self.check()["results"]
        self.assertAlmostEqual(found.amount, 300, 2)
        self.company.sudo().fiscalyear_lock_date = False
        self.accounts["693000"] = self.make_account("693000", "equity_unaffected")
        self.accounts["140000"] = self.make_account("140000", "equity")
        self.entry({"693000": 300, "140000": -300}, "2024-12-31")
        self.assertAlmostEqual(self.check()["results"].amount, 50, 2)
        self.entry({"693000": 50, "140000": -50}, "2025-12-31")
        self.assert_found({})
        # the meeting's entry for the open year
        self.entry({"693000": 10, "140000": -10}, "2026-09-30")
        self.assert_found({})

    def test_entries(self):
        draft = self.entry({"600000": 75.5, "550000": -75.5}, TODAY, post=False)
        tomorrow = TODAY + timedelta(days=1)
        # waits for its day, and an entry of nothing
        self.entry({"600000": 5, "550000": -5}, tomorrow, post=False)
        self.entry({"600000": 0, "550000": 0}, TODAY, post=False)
        later = self.entry({"600000": 6, "550000": -6}, tomorrow)
        wrong = self.entry({"600000": 7, "550000": -7}, "2035-01-15")
        wrong += self.entry({"600000": 8, "550000": -8}, "1996-01-15")
        found = self.assert_found(
            {
                "drafts": (75.5, draft),
                "dated_after": (6, later),
                "impossible_date": (15, wrong.sorted()),
            }
        )
        self.assertEqual(
            set(found), {f.code for f in found.values() if f.severity == "orange"}
        )

    def test_opening_entry_in_draft(self):
        self.company.sudo().account_opening_date = "2024-01-01"
        self.assert_found({})
        opening = self.entry({"550000": 10, "100000": -10}, "2023-12-31", post=False)
        self.company.sudo().account_opening_move_id = opening
        found = self.assert_found(
            {"opening_draft": (10, opening), "drafts": (10, opening)}
        )
        self.assertEqual(found["opening_draft"].severity, "orange")
        opening.action_post()
        self.assert_found({})

    def test_accounts(self):
        self.belgian()
        self.accounts["600500"] = self.make_account("600500", "asset_current")
        self.accounts["490000"] = self.make_account("490000", "asset_current")
        self.accounts["493000"] = self.make_account("493000", "liability_current")
        for number in ("000100", "000200"):
            self.accounts[number] = self.make_account(number, "off_balance")
        self.entry({"600500": 33, "550000": -33}, "2026-02-02")
        # 100.00 were deferred in 2024; 70.00 came back since
        deferred = self.entry({"490000": 100, "550000": -100}, "2024-05-05")
        deferred += self.entry({"490000": -70, "600000": 70}, "2025-05-05")
        self.entry({"490000": -30, "600000": 30}, "2025-06-05")
        deferred += self.entry({"490000": 30, "550000": -30}, "2024-07-05")
        # of last year, on both sides
        self.entry({"493000": -20, "550000": 20}, "2025-12-31")
        off = self.entry({"000100": 500, "000200": -500}, "2026-03-03")
        found = self.check()
        self.assertEqual(
            set(found), {"type_at_odds", "deferral", "off_balance", "results"}
        )
        self.assertEqual(self.listed(found["type_at_odds"]), self.account("600500"))
        self.assertAlmostEqual(found["type_at_odds"].amount, 33, 2)
        self.assertIn("600500", found["type_at_odds"].what)
        # 130.00 at the end of 2024, 100.00 back since
        self.assertAlmostEqual(found["deferral"].amount, 30, 2)
        self.assertEqual(
            set(self.listed(found["deferral"]).mapped("account_id.code")), {"490000"}
        )
        self.assertIn("01/01/2025", found["deferral"].what)
        self.assertEqual(self.listed(found["off_balance"]), off.line_ids.sorted())
        self.assertAlmostEqual(found["off_balance"].amount, 0, 2)
        link = self.make_link()
        link.off_balance = True
        self.assertNotIn("off_balance", self.check(link))

    def test_german_balances_brought_forward(self):
        self.company.sudo().account_fiscal_country_id = self.env.ref("base.de")
        self.accounts["9000"] = self.make_account("9000", "income_other")
        move = self.entry({"9000": -12, "550000": 12}, "2026-01-01")
        self.assert_found({"carried": (-12, self.line(move, "9000"))})
        link = self.make_link()
        link.carried_account_ids = self.account("9000")
        self.assert_found({}, link)

    def test_red(self):
        """What stops a first push, and the way it is said."""
        link = self.make_link()
        self.account("600000").code_store = False
        self.env.flush_all()
        found = self.assert_found({"no_code": (400, self.account("600000"))}, link)
        self.assertEqual(found["no_code"].severity, "red")
        self.assertEqual(link.checkup_state, "red")
        self.assertIn("Accounts without a code: ", self.stop(link))
        self.account("600000").code_store = "600000"
        none = self.env["account.account"]
        for account, code, listed in (
            # the client file, on which one is chosen
            (none, "retained_none", link),
            (self.account("451000"), "retained_type", self.account("451000")),
        ):
            link.retained_earnings_account_id = account
            found = self.assert_found({code: (0, listed)}, link)
            self.assertEqual(found[code].severity, "red")
        link.retained_earnings_account_id = self.account("149000")
        self.assertEqual(self.stop(link), "")
        link.year_ids = [
            Command.create({"start_date": "2024-01-01", "end_date": "2024-12-31"}),
            Command.create({"start_date": "2025-01-01", "end_date": "2026-12-31"}),
        ]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE silverfin_year SET start_date = '2025-02-01' "
            "WHERE start_date = '2025-01-01'"
        )
        self.env.invalidate_all()
        found = self.check(link)
        self.assertEqual(set(found), {"years"})
        self.assertEqual(found["years"].severity, "red")
        self.assertIn("gap", found["years"].what)
        self.assertEqual(self.listed(found["years"]), link)

    def stop(self, link):
        return self.env["silverfin.checkup"]._stop(link)

    def test_what_silverfin_holds(self):
        """As the worker of a first push kept it."""
        self.entry({"550000": 300, "700000": -300}, "2024-06-30")
        link = self.make_link()
        position = link.sudo().position_id
        there = {
            "first": "2024-12-31",
            "last": "2025-12-31",
            # its result of 2024 stands on another account of the same family
            "balances": {"550000": "1300.00", "100000": "-1000.00", "141000": "-300.0"},
            "at": "2026-10-19T10:00:00",
        }
        position.held_there = there
        found = self.check(link)
        self.assertEqual(set(found), {"silverfin_holds"})
        self.assertEqual(found["silverfin_holds"].severity, "red")
        self.assertEqual(found["silverfin_holds"].item_count, 3)
        self.assertIn("12/31/2024", found["silverfin_holds"].what)
        position.sync_start_at = "2026-01-01"
        self.assertEqual(self.check(link), {})
        there["balances"] |= {"550000": "1290.00", "440000": "10"}
        position.held_there = there
        found = self.assert_found_there(link, 10, {"440000", "550000"})
        self.assertIn("550000: 1,300.00", found.what.replace("€ ", ""))
        self.assertEqual(found.severity, "red")
        position.last_sync_at = fields.Datetime.now()
        found = self.assert_found_there(link, 10, {"440000", "550000"})
        self.assertEqual(found.severity, "orange")

    def assert_found_there(self, link, amount, numbers):
        found = self.check(link)
        self.assertEqual(set(found), {"opening_differs"})
        finding = found["opening_differs"]
        self.assertAlmostEqual(finding.amount, amount, 2)
        self.assertEqual(set(self.listed(finding).mapped("code")), numbers)
        self.assertEqual(finding.item_count, len(numbers))
        return finding

    def test_nothing_to_send(self):
        self.env["account.move"].search([]).button_draft()
        found = self.check()
        self.assertEqual(set(found), {"nothing", "drafts"})
        self.assertEqual(found["drafts"].item_count, 2)

    def test_statements_do_not_grow_with_the_books(self):
        self.env["silverfin.checkup"]._check(self.company)
        counts = []
        for _round in range(2):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["silverfin.checkup"]._check(self.company)
            counts.append(self.cr.sql_log_count - before)
            for number in range(5):
                self.entry({"400000": 1, "700000": -1}, f"202{number}-05-05")
        self.assertLessEqual(counts[1], counts[0] + 12, "one for the finding's words")
        self.assertLess(max(counts), 90)


@tagged("post_install", "-at_install")
class TestFirstPush(Found, SilverfinBooksCase):
    """What is red stops the first synchronisation, until put right or accepted."""

    def test_red_stops_and_an_administrator_may_accept(self):
        self.entry({"400000": 20, "600000": -20})
        self.account("600000").code_store = False
        run = self.sync()
        self.assertEqual((run.state, self.link.state), ("failed", "attention"))
        self.assertIn(
            "stops the first synchronisation. Accounts without a code: ", run.message
        )
        self.assertFalse(self.there())
        checkup = self.link.checkup_id
        self.assertEqual((checkup.state, self.link.checkup_state), ("red", "red"))
        checkup.action_accept()
        self.assertIn("Accounts without a code", self.link.message_ids[0].body)
        run = self.run_open()
        self.assertEqual((run.state, run.rejected), ("partial", 1), run.message)
        self.assertEqual(checkup.accepted_by_id, self.user)

    def test_something_else_is_red_after_it_was_accepted(self):
        self.entry({"400000": 20, "600000": -20})
        self.account("600000").code_store = False
        self.sync()
        self.link.checkup_id.sudo().accepted_by_id = self.user
        self.account("400000").code_store = False
        self.assertEqual(self.sync().state, "failed")
        self.assertFalse(self.link.checkup_id.accepted_by_id)
        # orange stops nothing, and later red does not either
        self.account("600000").code_store = "600000"
        self.account("400000").code_store = "400000"
        self.entry({"400000": 1, "600000": -1}, date="2025-05-05", post=False)
        self.assertEqual(self.sync().state, "done")
        self.account("600000").code_store = False
        self.entry({"400000": 20, "600000": -20})
        self.assertEqual(self.sync().state, "partial")

    def test_another_closing_in_silverfin(self):
        self.sandbox.upload(
            self.client_file,
            fields.Date.to_date("2025-12-31"),
            {"550000": 90, "100000": -90},
        )
        self.sandbox.set_up_sync(
            self.client_file,
            self.link.sync_reference,
            fields.Date.to_date("2026-01-01"),
        )
        self.refresh_companies()
        opening = self.entry({"550000": 100, "100000": -100}, date="2025-05-05")
        self.entry({"550000": 1, "700000": -1}, date="2026-05-05")
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("550000: ", run.message)
        self.assertFalse(self.there())
        # nothing is asked of Silverfin here
        asked = len(self.sandbox.log)
        found = self.check(self.link)["opening_differs"]
        self.assertEqual(found.item_count, 2)
        self.assertAlmostEqual(found.amount, 10, 2)
        opening.button_draft()
        opening.line_ids = [
            Command.update(line.id, {"balance": 90 if line.balance > 0 else -90})
            for line in opening.line_ids
        ]
        opening.action_post()
        self.assertEqual(self.check(self.link), {})
        self.assertEqual(len(self.sandbox.log), asked)
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
