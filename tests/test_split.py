"""Amounts split over analytic accounts: ten thousand at random, each sum exact."""

import random
from collections import Counter

from odoo.tests import BaseCase, tagged

from ..ledger.split import MOST_SHARES, NotSplit, cross, in_proportion, split

PLANS = 4


@tagged("post_install", "-at_install")
class TestSplit(BaseCase):
    def random_rows(self, chance, total):
        """Rows of up to four plans that never exceed the amount by much."""
        rows = []
        for plan in range(chance.randint(1, PLANS)):
            left = total + chance.choice((0, 0, 0, 1))
            for account in range(chance.randint(0, 4)):
                amount = chance.randint(0, left)
                left -= amount
                key = [0] * PLANS
                key[plan] = 10 * (plan + 1) + account
                if chance.random() < 0.2:
                    other = chance.randrange(PLANS)
                    key[other] = 10 * (other + 1) + chance.randint(0, 3)
                rows.append((tuple(key), amount))
        return rows

    def test_every_sum_is_exact(self):
        """The value, what is open, and the amount of each account of each plan."""
        chance = random.Random(13)
        seen = Counter()
        for _number in range(10000):
            total = chance.choice((1, 3, 7, 100, chance.randint(1, 10**9)))
            rows = self.random_rows(chance, total)
            sign = chance.choice((1, -1))
            value, open_value = sign * total, sign * chance.randint(0, total)
            rows = [(key, sign * amount) for key, amount in rows]
            try:
                shares = split(value, open_value, rows, slack=2)
            except NotSplit as error:
                seen[error.reason] += 1
                continue
            wanted, found = Counter(), Counter()
            for key, amount in rows:
                wanted.update(dict.fromkeys(filter(None, key), amount))
            for share in shares:
                found.update(dict.fromkeys(filter(None, share.key), share.value))
                # but for the share that evens out a unit of Odoo's
                if share.value * sign > 0:
                    self.assertLessEqual(abs(share.open_value), abs(share.value))
            if not shares:
                self.assertFalse(any(wanted.values()))
                seen["whole"] += 1
                continue
            self.assertEqual(sum(share.value for share in shares), value, rows)
            self.assertEqual(sum(share.open_value for share in shares), open_value)
            self.assertEqual(+found if sign > 0 else -found, +wanted or -wanted, rows)
            self.assertEqual(len({share.key for share in shares}), len(shares))
            self.assertEqual(
                shares, split(value, open_value, rows[::-1], slack=2), "any order"
            )
            seen["split"] += 1
        self.assertGreater(seen["split"], 7000)
        self.assertGreater(seen["over"], 100)

    def test_in_proportion(self):
        """A cell is at most two units away from its exact proportion."""
        chance = random.Random(14)
        for _number in range(2000):
            total = chance.randint(1, 10**6)
            rows, columns = self.parts(chance, total), self.parts(chance, total)
            cells = cross(rows, columns)
            self.assertEqual([sum(row) for row in cells], rows)
            self.assertEqual(
                [sum(column) for column in zip(*cells, strict=True)], columns
            )
            for row, line in zip(rows, cells, strict=True):
                for column, cell in zip(columns, line, strict=True):
                    self.assertGreaterEqual(cell, 0)
                    self.assertLessEqual(abs(cell * total - row * column), 2 * total)

    def test_amounts_in_another_currency(self):
        """Ten thousand conversions: the parts make the amount, none is a unit off."""
        chance = random.Random(15)
        for _number in range(10000):
            sign = chance.choice((1, -1))
            values = [
                sign * chance.randint(1, 10**6) for _part in range(chance.randint(1, 6))
            ]
            if chance.random() < 0.1:
                # the share that evens out a cent of Odoo's
                values.append(-sign)
            whole = sum(values)
            if not whole:
                continue
            amount = chance.choice((0, 1, -1, chance.randint(-(10**9), 10**9)))
            parts = in_proportion(amount, values)
            self.assertEqual(sum(parts), amount, values)
            for part, value in zip(parts, values, strict=True):
                self.assertLess(abs(part * whole - amount * value), abs(whole))
        self.assertEqual(in_proportion(100, [1, 1, 1]), [34, 33, 33])
        self.assertEqual(in_proportion(-100, [60, 40]), [-60, -40])

    def parts(self, chance, total):
        cuts = sorted(
            chance.randint(0, total) for _number in range(chance.randint(0, 4))
        )
        ends = [*cuts, total]
        return [end - start for start, end in zip([0, *cuts], ends, strict=True)]

    def test_rows_that_contradict_each_other(self):
        """Half in plans 1 and 2, half in 2 and 3, half in 1 and 3: each plan is full,
        but no two of the halves fit beside the third. Each plan goes for itself.
        """
        rows = [((1, 2, 0), 50), ((0, 2, 3), 50), ((1, 0, 3), 50)]
        self.assertEqual(
            [tuple(share) for share in split(100, 0, rows, 3)], [((1, 2, 3), 100, 0)]
        )

    def test_what_goes_whole(self):
        four_plans = [
            (tuple(account if place == plan else 0 for place in range(PLANS)), 9000)
            for plan in range(PLANS)
            for account in range(1, 12)
        ]
        many = [((account,), 1) for account in range(1, MOST_SHARES + 2)]
        for reason, value, rows in (
            ("over", 100, [((1,), 60), ((2,), 60)]),
            ("sign", 100, [((1,), 120), ((2,), -20)]),
            ("many", len(many), many),
            ("many", 10**5, four_plans),
        ):
            with self.assertRaises(NotSplit) as caught:
                split(value, 0, rows, slack=3)
            self.assertEqual(caught.exception.reason, reason)
        self.assertEqual(split(100, 0, [((1,), 20), ((1,), -20)], 3), [])
