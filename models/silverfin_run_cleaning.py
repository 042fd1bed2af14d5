"""Old runs are cleaned up, but never the last of a kind, nor what a statement names."""

from odoo import api, fields, models
from odoo.tools import SQL

from .cleaning import remove_old


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinRun(models.Model):
    _inherit = "silverfin.run"

    asked_by = fields.Char("By", compute="_compute_asked_by")

    @api.depends("trigger", "user_id")
    def _compute_asked_by(self):
        """Whose doing it was: a person, or what asks by itself."""
        triggers = dict(self._fields["trigger"]._description_selection(self.env))
        for run in self:
            is_person = run.trigger in ("manual", "cli") and run.user_id
            run.asked_by = (
                run.user_id.sudo().name if is_person else triggers[run.trigger]
            )

    def action_open_aside(self):
        """What is set aside of the client file now."""
        self.ensure_one()
        self.check_access("read")
        return self.link_id.action_open_rejections()

    @api.autovacuum
    def _gc_runs(self):
        """Remove runs that ended longer ago than the settings say."""
        return remove_old(
            self,
            lambda old: SQL(
                """SELECT run.id FROM silverfin_run run
                WHERE run.ended_at < %s AND run.state NOT IN ('queued', 'running')
                    -- the last synchronisation and the last proof stay
                    AND run.id NOT IN (
                        SELECT max(id) FROM silverfin_run
                        WHERE state IN ('done', 'partial')
                        GROUP BY link_id, connection_id, kind,
                            CASE WHEN kind = 'test' THEN user_id END)
                    AND NOT EXISTS (
                        SELECT FROM silverfin_statement statement
                        WHERE statement.run_id = run.id)
                ORDER BY run.id""",
                old,
            ),
        )
