"""The button "Preview": what would be sent now, and nothing is sent."""

from odoo import models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    def action_preview(self):
        """Show what a synchronisation would send now, in figures.

        Nothing is sent, and Silverfin is not asked: what counts is what it acknowledged
        so far. Also before the client file is set up there.
        """
        self.ensure_one()
        self._check_may_sync()
        wizard = self.env["silverfin.preview"]._look(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "What would be sent now: %s", self.company_id.name or ""
            ),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
