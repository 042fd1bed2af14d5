"""The check-up of a client file: the button, and what the last one said."""

from odoo import api, fields, models

from .silverfin_checkup import CHECKUP_STATES


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    checkup_ids = fields.One2many("silverfin.checkup", "link_id", "Check-ups")
    checkup_id = fields.Many2one(
        "silverfin.checkup", "Last Check-up", compute="_compute_checkup"
    )
    checkup_state = fields.Selection(
        [("none", "Not checked"), *CHECKUP_STATES],
        "Check-up",
        compute="_compute_checkup",
    )

    @api.depends("checkup_ids.state")
    def _compute_checkup(self):
        newest = self.env["silverfin.checkup"]._read_group(
            [("link_id", "in", self.ids)], ["link_id"], ["id:max"]
        )
        checkups = self.env["silverfin.checkup"].browse(last for _link, last in newest)
        by_link = {checkup.link_id: checkup for checkup in checkups}
        for link in self:
            checkup = by_link.get(link, checkups.browse())
            link.checkup_id = checkup
            link.checkup_state = checkup.state or "none"

    def action_checkup(self):
        """Check the books of this client file, and open what was found."""
        self.ensure_one()
        self.check_access("read")
        return self.env["silverfin.checkup"]._check(self.company_id, self)._open()

    def action_open_checkup(self):
        """What the last check-up found; a new one where there is none."""
        self.ensure_one()
        self.check_access("read")
        return self.checkup_id._open() if self.checkup_id else self.action_checkup()
