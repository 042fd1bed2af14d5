"""Drafts are not sent: how many there are is shown, and where."""

from odoo import fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    draft_count = fields.Integer("Drafts, Not Sent", compute="_compute_draft_count")

    def _compute_draft_count(self):
        may_read = self.env["account.move"].has_access("read")
        for link in self:
            link.draft_count = may_read and self.env["account.move"].search_count(
                link._draft_moves_domain()
            )

    def _draft_moves_domain(self):
        self.ensure_one()
        companies = self._silverfin_companies() if self.company_id else []
        return [("company_id", "in", companies.ids), ("state", "=", "draft")]

    def action_open_drafts(self):
        """The draft entries, which go once they are posted."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        return action | {"domain": self._draft_moves_domain(), "context": {}}
