"""What happens when an account of a client file gets another number in Odoo."""

from dataclasses import replace

from odoo import api, fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    recode_policy = fields.Selection(
        [("follow", "Follow at once"), ("ask", "Ask first")],
        "When an Account Is Recoded",
        required=True,
        default="follow",
        tracking=True,
        help="Follow at once: its items move to the new number with the next "
        "synchronisation; it is told before. Ask first: they stay on the old number, "
        "and what is new joins them there, until somebody agrees. Working papers in "
        "Silverfin stay on the old number either way.",
    )
    waiting_recoding_ids = fields.One2many(
        "silverfin.recoding",
        "link_id",
        "Recoded Accounts",
        domain=[("agreed", "=", False)],
    )
    waiting_recoding_count = fields.Integer(compute="_compute_waiting_recoding_count")

    @api.depends("waiting_recoding_ids")
    def _compute_waiting_recoding_count(self):
        for link in self:
            link.waiting_recoding_count = len(link.waiting_recoding_ids)

    def _waiting_recodings_sentence(self):
        """What waits, for the person who is told; empty where nothing does."""
        self.ensure_one()
        self.invalidate_recordset(["waiting_recoding_ids"])
        waiting = self.waiting_recoding_ids
        return waiting and self.env._(
            "Accounts were recoded in Odoo and stay on their old number in Silverfin "
            "until somebody agrees: %s. See the page Accounts of the client file.",
            ", ".join(f"{row.old_number} → {row.new_number}" for row in waiting),
        )

    def action_agree_recodings(self):
        """Let every recoding that waits go on."""
        self.check_access("read")
        return self.waiting_recoding_ids.action_agree()

    def _silverfin_books(self):
        recodings = self.env["silverfin.recoding"].sudo()
        waiting = recodings.search(
            [("link_id", "=", self._origin.id), ("agreed", "=", False)]
        )
        return replace(
            super()._silverfin_books(),
            held_numbers=tuple(
                (recoding.account_id.id, recoding.old_number) for recoding in waiting
            ),
        )
