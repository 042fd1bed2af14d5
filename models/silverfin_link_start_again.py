"""The button "Start again": what Silverfin has from us goes, and goes again."""

from odoo import models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    def action_reset(self):
        """Remove what Silverfin holds from us, then send everything again."""
        self._check_administrator()
        return self._start_again()

    def action_start_again(self):
        """Ask how far back to start again, and say what that does in Silverfin."""
        self._check_administrator()
        wizard = self.env["silverfin.start.again"].create(
            {"link_ids": self._checked_ready().ids}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start Again"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _start_again(self, reset_from=None):
        """Queue what the person decided; in sudo also for who may not decide.

        :param reset_from: the first day that goes again; None: everything
        """
        return self._ask_run("reset", reset_from=reset_from)
