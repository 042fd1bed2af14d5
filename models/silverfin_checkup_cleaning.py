"""Old check-ups are cleaned up as runs are, but never the last one of some books."""

from odoo import api, models
from odoo.tools import SQL

from .cleaning import remove_old


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    @api.autovacuum
    def _gc_checkups(self):
        """Remove check-ups that were made longer ago than runs are kept."""
        return remove_old(
            self,
            lambda old: SQL(
                """SELECT id FROM silverfin_checkup
                WHERE create_date < %s
                    -- the last one stays, and the last that was accepted: while
                    -- nothing was pushed, it says what may go nevertheless
                    AND id NOT IN (
                        SELECT max(id) FROM silverfin_checkup
                        GROUP BY company_id, link_id
                        UNION ALL
                        SELECT max(id) FROM silverfin_checkup
                        WHERE accepted_by_id IS NOT NULL GROUP BY link_id)
                ORDER BY id""",
                old,
            ),
        )
