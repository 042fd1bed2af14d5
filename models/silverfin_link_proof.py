"""The proof on a client file: asking for it, and what it found on the screen."""

from odoo import models
from odoo.exceptions import UserError

from ..sync.compare.words import cause_names, causes_text


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    def action_verify_all(self):
        """Compare every year that Silverfin has."""
        self.ensure_one()
        self._checked_ready()
        run = self.env["silverfin.run"]._ask("verify", link=self)
        if not run._extend_verify(all_years=True):
            raise UserError(self._is_being_compared())
        return self._started()

    def _is_being_compared(self):
        return self.env._(
            "%s is being compared right now. Ask again when that is done.",
            self.company_id.name,
        )

    def _render_verify_report(self, result):
        """What Verify found, as HTML; see ``sync/compare/outcome.py``."""
        if "periods" not in result:
            # of an earlier version, with another shape: the next comparison replaces it
            return False
        numbers = {row["account"] for row in result["differences"]}
        numbers |= {row["account"] for row in result["open_items"]}
        numbers |= {row["account"] for row in result["adjustments"]}
        return self.env["ir.qweb"]._render(
            "account_silverfin.verify_report",
            {
                "result": result,
                "currency": self.company_id.currency_id,
                "names": self._account_names(numbers),
                "causes": cause_names(self.env),
                "causes_text": lambda row: causes_text(self, row),
            },
        )
