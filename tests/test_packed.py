"""The keys of a batch as a text: the same keys again, and short."""

from odoo.tests import BaseCase, tagged

from ..sync.packed import pack, unpack


@tagged("post_install", "-at_install")
class TestPacked(BaseCase):
    def test_there_and_back(self):
        for keys, text in {
            (): "",
            ((17, 0),): "17",
            ((17, 0), (20, 0), (21, 0), (22, 0)): "17 20+2",
            # not in order, and one twice: nothing is lost or put in order
            ((5, 0), (4, 0), (4, 0), (5, 0)): "5 4 4+1",
            # shares of an item, of the next one, and openings
            ((31, 1), (31, 2), (32, 2), (32, 0)): "31/1 31+1/2 32",
            ((-7, -1), (-6, -1), (-4, -1), (8, -1)): "-7+1/-1 -4/-1 8/-1",
            ((-1, -1), (0, -1), (1, -1)): "-1+2/-1",
        }.items():
            self.assertEqual(pack(keys), text)
            self.assertEqual(unpack(text), list(keys))
        self.assertLess(len(pack((n, 0) for n in range(1000, 1500))), 10)
