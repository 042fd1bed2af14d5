"""From a run's message to where a person acts."""

from odoo import models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinRun(models.Model):
    _inherit = "silverfin.run"

    def action_open_subject(self):
        """What is set aside, where the run left something, else its client file."""
        self.ensure_one()
        self.check_access("read")
        link = self.link_id
        if self.state == "partial":
            return link.action_open_rejections()
        return link.action_open()
