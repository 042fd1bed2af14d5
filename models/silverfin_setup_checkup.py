"""The check-up of the books, before anything of them is sent."""

from odoo import fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinSetup(models.Model):
    _inherit = "silverfin.setup"

    checkup_state = fields.Selection(
        [
            ("none", "Not checked"),
            ("green", "Nothing found"),
            ("orange", "To look at"),
            ("red", "To put right first"),
        ],
        "Check-up",
        compute="_compute_checkup_state",
    )

    def _compute_checkup_state(self):
        """The worst of the client files that Silverfin has."""
        for setup in self:
            states = {
                "orange" if link.checkup_id.accepted_by_id else link.checkup_state
                for link in setup.link_ids - setup._unfound()
            }
            setup.checkup_state = next(
                (state for state in ("red", "none", "orange") if state in states),
                "green" if states else "none",
            )

    def _missing_checkup(self):
        match self.checkup_state:
            case "none":
                return self.env._("Press “Check the Books” first.")
            case "red":
                return self.env._(
                    "The check-up found something that must be put right first: press "
                    "“See what was found”, then check again."
                )
        return False

    def action_check(self):
        """Look at the books of every client file that Silverfin has."""
        self.ensure_one()
        self._check_manager()
        for link in self.link_ids - self._unfound():
            self.env["silverfin.checkup"]._check(link.company_id, link)
        self.link_ids.invalidate_recordset(["checkup_id", "checkup_state"])
        self.invalidate_recordset(["checkup_state", "steps"])
        return True
