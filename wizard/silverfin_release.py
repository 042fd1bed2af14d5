"""Release what is held: what it is, what it does, and why it may go."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

MOST_SHOWN = 200
"""Amounts that the page lists; all are released."""


class SilverfinRelease(models.TransientModel):
    _name = "silverfin.release"
    _description = "Release Changes in Closed Years"

    change_ids = fields.Many2many("silverfin.closed.change", required=True)
    # asked by the form and by the button: the page opens without one
    reason = fields.Text()
    page = fields.Html(compute="_compute_page", sanitize=False)

    @api.model
    def _ask(self, changes):
        """Open the page for the entries of these, whole.

        :raise UserError: nothing of it is held
        """
        changes.link_id._check_administrator()
        # an entry goes whole
        held = changes.search(
            [
                ("state", "=", "held"),
                ("link_id", "in", changes.link_id.ids),
                ("entry_key", "in", changes.mapped("entry_key")),
            ]
        )
        keys = {(c.link_id, c.entry_key) for c in changes}
        held = held.filtered(lambda c: (c.link_id, c.entry_key) in keys)
        if not held:
            raise UserError(
                self.env._(
                    "Nothing of this is held: it was released, or put back as it was. "
                    "Look at the list again."
                )
            )
        wizard = self.create({"change_ids": held.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    @api.depends("change_ids")
    def _compute_page(self):
        for wizard in self:
            by_entry = defaultdict(self.env["silverfin.closed.change"].browse)
            for change in wizard.change_ids[:MOST_SHOWN]:
                by_entry[change.link_id, change.entry_key] += change
            links = wizard.change_ids.link_id
            wizard.page = self.env["ir.qweb"]._render(
                "account_silverfin.release_page",
                {
                    "entries": list(by_entry.values()),
                    "kinds": dict(
                        wizard.change_ids._fields["kind"]._description_selection(
                            self.env
                        )
                    ),
                    "cut_note": wizard._cut_note(),
                    "effects": [
                        {
                            "company": link.company_id.name,
                            "currency": link.company_id.currency_id,
                            **wizard.change_ids.filtered(
                                lambda c, link=link: c.link_id == link
                            )._effect(),
                        }
                        for link in links
                    ],
                },
            )

    def _cut_note(self):
        cut = len(self.change_ids) - MOST_SHOWN
        return cut > 0 and self.env._(
            "Amounts that are not listed here, but go too: %(count)s.", count=cut
        )

    def action_release(self):
        """Let them go, with the reason, in a synchronisation that starts now."""
        self.ensure_one()
        links = self.change_ids.link_id
        links._check_administrator()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Why may it go? The reason is kept."))
        self.change_ids._release(self.reason.strip())
        return links.action_sync()
