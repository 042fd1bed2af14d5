"""In a browser: what was booked into a closed year is held, read and released."""

from contextlib import contextmanager

from odoo.tests import HttpCase, tagged

from .test_closed_years import ClosedCase


@tagged("post_install", "-at_install")
class TestClosedYearsTour(ClosedCase, HttpCase):
    @contextmanager
    def enter_registry_test_mode(self):
        """A test with a web server is in it from the beginning."""
        if type(self)._registry_patched:
            yield
        else:
            with super().enter_registry_test_mode():
                yield

    def test_held_read_and_released(self):
        self.change(self.old, {"400000": 130, "700000": -130})
        self.assertEqual(self.sync().held, 1)
        self.start_tour(
            "/odoo", "account_silverfin_closed_years", login=self.user.login
        )
        self.env.invalidate_all()
        self.assertFalse(self.link.rejection_ids)
        self.work()
        self.assert_equal_to_books()
        sent = self.changes("sent")
        self.assertEqual(len(sent), 2)
        self.assertEqual(set(sent.mapped("reason")), {"The client forgot an invoice"})
        self.assertEqual(sent.released_by_id, self.user)
