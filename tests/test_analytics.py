"""Analytics: Odoo's analytic lines become shares with dimensions, to the cent."""

import random
from collections import Counter, defaultdict
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .books import SilverfinBooksCase


class AnalyticBooksCase(SilverfinBooksCase):
    """Books with two analytic plans, mapped to the dimensions 1 and 2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.sudo().group_ids += cls.env.ref("analytic.group_analytic_accounting")
        plans = cls.env["account.analytic.plan"]
        cls.projects, cls.regions = plans.create(
            [{"name": "Projects"}, {"name": "Regions"}]
        )
        cls.analytic = {}
        for plan, codes in (
            (cls.projects, ("P1", "P2", "P3")),
            (cls.regions, ("R1", "R2", "R3")),
        ):
            for code in codes:
                cls.analytic[code] = cls.env["account.analytic.account"].create(
                    {"name": f"Name of {code}", "code": code, "plan_id": plan.id}
                )

    def setUp(self):
        super().setUp()
        self.link.write(
            {
                "analytics": True,
                "analytic_plan_1_id": self.projects.id,
                "analytic_plan_2_id": self.regions.id,
            }
        )

    def distribution(self, **percent):
        """``{"P1_R2": 40}`` as Odoo keeps it."""
        return {
            ",".join(str(self.analytic[code].id) for code in codes.split("_")): share
            for codes, share in percent.items()
        }

    def cost(self, amount, **percent):
        """A cost that is split so; its journal item."""
        item, other = self.lines({"600000": amount, "550000": -amount})
        item[2]["analytic_distribution"] = self.distribution(**percent)
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": "2026-03-31",
                "line_ids": [item, other],
            }
        )
        move.action_post()
        return move.line_ids[0]

    def shares(self, item):
        """What Silverfin has of an item: ``{"P1 R2": value}``, in its order."""
        parts = [
            there
            for key, there in sorted(self.there().items())
            if key.split("/")[0] == str(item.id)
        ]
        return {
            " ".join(code for _type, code, _name in there.dimensions): there.value
            for there in parts
        }

    def in_odoo(self, items):
        """Odoo's analytic lines, debit positive: ``{(item, code): amount}``."""
        totals = Counter()
        for line in items.analytic_line_ids:
            for plan in (self.projects, self.regions):
                if account := line[plan._column_name()]:
                    amount = Decimal(f"{-line.amount:.3f}")
                    totals[line.move_line_id.id, account.code] += amount
        return {key: amount for key, amount in totals.items() if amount}

    def in_silverfin(self, items):
        totals = Counter()
        for key, there in self.there().items():
            item_id = int(key.split("/")[0])
            for _type, code, _name in there.dimensions if item_id in items.ids else ():
                totals[item_id, code] += there.value
        return {key: amount for key, amount in totals.items() if amount}


@tagged("post_install", "-at_install")
class TestAnalytics(AnalyticBooksCase):
    def test_one_plan_and_a_rest(self):
        """121.00: 60 % to P1 = 72.60, 25 % to P2 = 30.25, the rest of 18.15."""
        item = self.cost(121, P1=60, P2=25)
        self.sync()
        there = self.there()
        self.assertEqual(
            self.shares(item),
            {"P1": Decimal("72.60"), "P2": Decimal("30.25"), "": Decimal("18.15")},
        )
        self.assertEqual(
            there[str(item.id)].dimensions, ((1, "P1", "Name of P1"),), "its own id"
        )
        self.assertEqual(
            {key for key in there if key.startswith(f"{item.id}/")},
            {f"{item.id}/2", f"{item.id}/3"},
        )
        self.assertEqual(self.balance_there("600000"), 121)
        self.assertEqual(self.verify().state, "done")
        self.assertEqual(self.link.verify_state, "equal")

    def test_plans_are_crossed_in_proportion(self):
        """P1 60, P2 40 and R1 30, R2 70 of 100: 18, 42, 12 and 28."""
        item = self.cost(-100, P1=60, P2=40, R1=30, R2=70)
        self.sync()
        self.assertEqual(
            self.shares(item), {"P1 R1": -18, "P1 R2": -42, "P2 R1": -12, "P2 R2": -28}
        )

    def test_what_belongs_together_stays_together(self):
        """P1 in R1 for 40, the other 60 half P2, of which Odoo names no region.

        R2 has 30 of the same 60: half of it falls on P2.
        """
        item = self.cost(100, P1_R1=40, P2=30, R2=30)
        self.sync()
        self.assertEqual(
            self.shares(item), {"P1 R1": 40, "P2 R2": 15, "P2": 15, "R2": 15, "": 15}
        )

    def test_a_plan_that_is_not_chosen_leaves_items_alone(self):
        self.link.analytic_plan_2_id = False
        item = self.cost(100, P1_R1=40, R2=60)
        whole = self.cost(50, R1=100)
        self.sync()
        self.assertEqual(self.shares(item), {"P1": 40, "": 60})
        self.assertEqual(self.shares(whole), {"": 50})

    def test_a_whole_item_has_its_dimensions_and_no_shares(self):
        item = self.cost(100, P1_R2=100)
        self.sync()
        self.assertEqual(self.shares(item), {"P1 R2": 100})
        self.assertEqual(len(self.there()), 2)

    def test_more_than_the_item_goes_whole(self):
        """150 % of 100, and 120 against -20 of 100: whole; a split beside it goes."""
        over = self.cost(100, P1=150)
        other_sign = self.cost(100, P1=100)
        self.env["account.analytic.line"].create(
            {
                "name": "To P2",
                "amount": 20,
                "move_line_id": other_sign.id,
                self.projects._column_name(): self.analytic["P2"].id,
            }
        )
        fine = self.cost(100, P1=50)
        run = self.sync()
        self.assertEqual(self.shares(over), {"": 100})
        self.assertEqual(self.shares(other_sign), {"": 100})
        self.assertEqual(self.shares(fine), {"P1": 50, "": 50})
        self.assertEqual(
            self.link._items_without_dimension(),
            {over.id: "over", other_sign.id: "sign"},
        )
        action = self.link.action_open_without_dimension()
        self.assertEqual(
            self.env["account.move.line"].search(action["domain"]), other_sign + over
        )
        for item in over, other_sign:
            self.assertIn(item.move_id.name, run.message)
        self.assertNotIn(fine.move_id.name, run.message)

    def test_an_odd_cent_of_odoo_is_evened_out(self):
        """0.03 half and half in two plans: Odoo gives Regions 0.02 twice, 0.01 over.

        Each region keeps what Odoo says, and a share of -0.01 keeps the item right.
        """
        item = self.cost(0.03, P1=50, P2=50, R1=50, R2=50)
        odoo = self.in_odoo(item)
        self.assertEqual(
            [odoo[item.id, code] for code in ("R1", "R2")], [Decimal("0.02")] * 2
        )
        self.sync()
        self.assertEqual(self.in_silverfin(item), odoo)
        self.assertEqual(sum(self.shares(item).values()), Decimal("0.03"))

    def test_another_split_ends_equal_whatever_it_was(self):
        """Three shares, four, two, one, and none: nothing is left over there."""
        item = self.cost(100, P1=50, P2=30, P3=20)
        self.sync()
        for percent in (
            {"P1": 40, "P2": 30, "P3": 20},
            {"P1": 10, "P3": 90},
            {"P2": 100},
            {"P1": 10, "R1": 20},
            {},
        ):
            item.analytic_distribution = self.distribution(**percent)
            self.sync()
            self.assertEqual(sum(self.shares(item).values()), 100, percent)
            self.assertEqual(self.in_silverfin(item), self.in_odoo(item), percent)
        self.assertEqual(self.shares(item), {"": 100})
        self.assertEqual(len(self.there()), 2)
        self.assertEqual(self.sync().upserted, 0, "nothing differs any more")

    def test_a_deleted_item_goes_with_all_its_shares(self):
        item = self.cost(100, P1=50, P2=30)
        self.sync()
        self.assertEqual(len(self.there()), 4)
        item.move_id.button_draft()
        self.assertEqual(self.sync().deleted, 4)
        self.assertFalse(self.there())

    def test_a_renamed_analytic_account_sends_its_items_again(self):
        item, other = self.cost(100, P1=50), self.cost(100, P2=50)
        self.sync()
        self.analytic["P1"].name = "Another name"
        self.assertEqual(self.sync().upserted, 1)
        self.assertEqual(
            self.there()[str(item.id)].dimensions, ((1, "P1", "Another name"),)
        )
        self.assertEqual(
            self.there()[str(other.id)].dimensions, ((1, "P2", "Name of P2"),)
        )

    def test_accounts_that_share_a_code_stay_apart(self):
        self.analytic["P2"].code = "P1"
        self.analytic["P3"].code = False
        item = self.cost(100, P1=50, P2=30, P3=20)
        self.sync()
        p1, p2, p3 = (self.analytic[code].id for code in ("P1", "P2", "P3"))
        self.assertEqual(
            self.shares(item), {f"P1 ({p1})": 50, f"P1 ({p2})": 30, f"{p3}": 20}
        )

    def test_what_is_open_is_shared_out(self):
        """An invoice of 121 of which 40.33 is open, split 50/50 into 60.50 twice.

        Half of 40.33 is 20.165: 20.17 and 20.16. Paid, no share is open any more.
        """
        item, other = self.lines({"400000": 121, "700000": -121})
        item[2]["analytic_distribution"] = self.distribution(P1=50, P2=50)
        move = self.env["account.move"].create(
            {"journal_id": self.journal.id, "date": "2026-03-31"}
            | {"line_ids": [item, other]}
        )
        move.action_post()
        invoice = move.line_ids[0]
        payment = self.entry({"550000": 80.67, "400000": -80.67}).line_ids[1]
        (invoice + payment).reconcile()
        self.sync()

        def shares():
            return sorted(
                (there.value, there.open_value, there.open_category)
                for key, there in self.there().items()
                if key.split("/")[0] == str(invoice.id)
            )

        half = Decimal("60.50")
        self.assertEqual(
            shares(),
            [
                (half, Decimal("20.16"), "receivable"),
                (half, Decimal("20.17"), "receivable"),
            ],
        )
        rest = self.entry({"550000": 40.33, "400000": -40.33}).line_ids[1]
        (invoice + rest).reconcile()
        self.sync()
        self.assertEqual(shares(), [(half, None, None)] * 2)

    def test_the_amount_in_another_currency_is_shared_out(self):
        """100.00 EUR, 333.33 USD, in thirds of 33.33, 33.33 and 33.34: in dollars
        111.10, 111.10 and 111.13, together 333.33. Texts are the whole item's.

        33.33 of 100.00 is 111.0989 twice and 33.34 is 111.1322: cut they are 111.09,
        111.09 and 111.13, and the two cents left go to the largest remainders."""
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        lines = self.lines({"600000": 100, "550000": -100})
        for line, amount in zip(lines, (333.33, -333.33), strict=True):
            line[2].update(currency_id=dollar.id, amount_currency=amount)
        lines[0][2]["analytic_distribution"] = self.distribution(
            P1=33.33, P2=33.33, P3=33.34
        )
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": "2026-03-31",
                "line_ids": lines,
                "ref": "PO 7",
            }
        )
        move.action_post()
        self.sync()
        item, other = move.line_ids
        labels = self.client_file.extra_field_labels
        found = [
            (
                there.value,
                *(texts[label] for label in ("Amount in currency", "Currency")),
            )
            for key, there in sorted(self.there().items())
            if key.split("/")[0] == str(item.id)
            for texts in [dict(zip(labels, there.extra_fields, strict=True))]
        ]
        self.assertEqual(
            found,
            [
                (Decimal("33.33"), "111.10", "USD"),
                (Decimal("33.33"), "111.10", "USD"),
                (Decimal("33.34"), "111.13", "USD"),
            ],
        )
        whole = dict(zip(labels, self.there()[str(other.id)].extra_fields, strict=True))
        self.assertEqual(whole["Amount in currency"], "-333.33")
        self.assertEqual(self.sync().upserted, 0)
        # an item in euros has none
        cost = self.cost(10, P1=50)
        self.sync()
        texts = dict(zip(labels, self.there()[str(cost.id)].extra_fields, strict=True))
        self.assertEqual(texts["Amount in currency"], "")

    def test_only_what_is_split_goes_again_when_switched(self):
        self.link.analytics = False
        item = self.cost(100, P1=50, P2=50)
        self.cost(70)
        self.sync()
        self.assertEqual(self.shares(item), {"": 100})
        form = Form(self.link)
        form.analytics = True
        self.assertTrue(form.analytic_effect.startswith("1 journal items"))
        form.save()
        self.assertFalse(self.link.analytic_effect, "saved")
        self.assertEqual(self.sync().upserted, 2, "two shares of one item")
        self.assertEqual(self.shares(item), {"P1": 50, "P2": 50})
        self.link.analytics = False
        run = self.sync()
        self.assertEqual((run.upserted, run.deleted), (1, 1))
        self.assertEqual(self.shares(item), {"": 100})

    def test_a_choice_that_makes_no_sense_is_refused(self):
        child = self.env["account.analytic.plan"].create(
            {"name": "Part", "parent_id": self.projects.id}
        )
        for values in (
            {"analytic_plan_2_id": self.projects.id},
            {"analytic_plan_1_id": child.id, "analytic_plan_2_id": False},
            {"analytic_plan_1_id": False, "analytic_plan_2_id": False},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.link.write(values)

    def test_more_plans_than_silverfin_takes(self):
        self.sandbox.max_dimensions = 1
        self.cost(100, P1=50, R1=50)
        run = self.sync()
        self.assertEqual(run.state, "failed")
        self.assertIn("at most 1", run.message)
        self.assertFalse(self.there())
        self.link.analytic_plan_2_id = False
        self.assertEqual(self.sync().state, "done")

    def test_large_amounts(self):
        """5,000,000,000,000 dong, 60 % to P1: 3,000,000,000,000, and the rest.

        In Chilean UF, with four decimals, 200,000,000,000,000 is more than the smallest
        units that PostgreSQL counts: it goes whole and is named."""
        for name, amount, expected in (
            ("VND", 5 * 10**12, {"P1": 3 * 10**12, "": 2 * 10**12}),
            ("CLF", 2 * 10**14, {"": 2 * 10**14}),
        ):
            currency = self.env.ref(f"base.{name}").sudo()
            currency.active = True
            company = self.company.sudo()
            company.currency_id = currency
            item = self.cost(amount, P1=60)
            beside = self.cost(1000, P1=100)
            run = self.sync()
            self.assertEqual(run.state, "done", run.message)
            # Odoo's floats have no fourth decimal there: what it made of it is sent
            shares = {codes: int(value) for codes, value in self.shares(item).items()}
            self.assertEqual(shares, expected)
            self.assertEqual(self.shares(beside), {"P1": 1000})
            whole = self.link._items_without_dimension()
            self.assertEqual(whole, {} if "P1" in expected else {item.id: "large"})
            named = f"too large to be shared out): {item.move_id.name}."
            self.assertEqual(named in run.message, bool(whole), run.message)
            (item + beside).move_id.button_draft()
            (item + beside).move_id.unlink()

    def test_random_splits_by_odoo_are_exact(self):
        """100 items that Odoo split itself, in one plan or two, by odd percentages."""
        chance = random.Random(19)
        commands = []
        for _number in range(100):
            amount = chance.choice((1, -1)) * chance.randint(1, 10**6) / 100
            item, other = self.lines({"600000": amount, "550000": -amount})
            percent = defaultdict(float)
            for codes in (("P1", "P2", "P3"), ("R1", "R2", "R3")):
                left = 100
                for code in chance.sample(codes, chance.randint(0, 3)):
                    part = min(left, round(chance.uniform(0, 60), 2))
                    key = code if chance.random() < 0.8 else "P1_R1"
                    percent[key] += part
                    left -= part
            item[2]["analytic_distribution"] = self.distribution(**percent)
            commands += [item, other]
        move = self.env["account.move"].create(
            {"journal_id": self.journal.id, "date": "2026-03-31", "line_ids": commands}
        )
        move.action_post()
        self.sync()
        items = move.line_ids
        whole = self.link._items_without_dimension()
        fine = items.filtered(lambda item: item.id not in whole)
        self.assertGreater(len(fine), 150)
        self.assertEqual(self.in_silverfin(items), self.in_odoo(fine))
        values = Counter()
        for key, there in self.there().items():
            values[int(key.split("/")[0])] += there.value
        self.assertEqual(
            values, {item.id: Decimal(f"{item.balance:.2f}") for item in items}
        )
