"""Old check-ups are cleaned up as runs are, but never the last one of some books."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    @api.autovacuum
    def _gc_checkups(self):
        """Remove check-ups that were made longer ago than runs are kept.

        :return: how many, and whether there may be more
        """
        months = self.env["silverfin.setting"]._run_months()
        self.env.cr.execute(
            SQL(
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
                ORDER BY id LIMIT %s""",
                fields.Datetime.now() - relativedelta(months=months),
                GC_UNLINK_LIMIT,
            )
        )
        ids = [checkup_id for (checkup_id,) in self.env.cr.fetchall()]
        self.browse(ids).unlink()
        return len(ids), len(ids) == GC_UNLINK_LIMIT
