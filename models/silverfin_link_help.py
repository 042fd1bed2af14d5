"""The way to where a trouble is solved: what the buttons beside messages open."""

from odoo import Command, api, fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    # a check-up that stops the first push
    is_stopped = fields.Boolean(compute="_compute_is_stopped")

    @api.depends("state", "checkup_ids.state", "checkup_ids.accepted_by_id")
    def _compute_is_stopped(self):
        for link in self:
            link.is_stopped = (
                link.state == "attention"
                and not link.last_sync_at
                and link.checkup_state == "red"
                and not link.checkup_id.accepted_by_id
            )

    def action_look(self):
        """Look at once whether these were set up in Silverfin."""
        self._check_administrator()
        return self.connection_id.action_refresh_companies()

    def action_open_setup(self):
        """The assistant, at the step where this client file is."""
        self.ensure_one()
        self._check_administrator()
        Setup = self.env["silverfin.setup"]
        begun = Setup.search(
            [("link_ids", "in", self.ids), ("done_at", "=", False)], limit=1
        )
        if not begun:
            begun = Setup.create({"connection_id": self.connection_id.id})
            begun.write(
                {
                    "company_ids": [Command.set(self.company_id.ids)],
                    "link_ids": [Command.set(self.ids)],
                }
            )
        begun.step = begun._first_undone()
        return begun._shown()

    def action_open_scheduled_actions(self):
        """Odoo's own list of them, for who runs this database."""
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id("base.ir_cron_act")
