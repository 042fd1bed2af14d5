"""Which client files a person should look at: one answer for every screen."""

from odoo import api, fields, models
from odoo.fields import Domain


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    needs_attention = fields.Boolean(
        compute="_compute_needs_attention", search="_search_needs_attention"
    )

    @api.depends("state", "verify_state", "rejection_ids", "waiting_recoding_ids")
    def _compute_needs_attention(self):
        for link in self:
            link.needs_attention = (
                link.state in ("attention", "removed")
                or link.verify_state == "differs"
                or bool(link.rejection_ids)
                or bool(link.waiting_recoding_ids)
            )

    def _search_needs_attention(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = (
            Domain("state", "in", ("attention", "removed"))
            | Domain("verify_state", "=", "differs")
            | Domain("rejection_ids", "!=", False)
            | Domain("waiting_recoding_ids", "any", [("agreed", "=", False)])
        )
        # in sudo: nobody may read the position, where two of these are kept
        found = self.sudo()._search(domain)
        return Domain("id", "in" if True in value else "not in", found)
