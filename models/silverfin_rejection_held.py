"""A held entry leads to what changed in it."""

from odoo import models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinRejection(models.Model):
    _inherit = "silverfin.rejection"

    def action_open_changes(self):
        """The amounts that changed, where they can be released."""
        self.ensure_one()
        self.check_access("read")
        action = self.link_id.action_open_closed_changes()
        return action | {
            "domain": [
                ("link_id", "=", self.link_id.id),
                ("entry_key", "=", self.entry_key),
            ],
            "context": {"search_default_held": 1},
        }
