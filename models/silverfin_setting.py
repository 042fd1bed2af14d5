"""What is set once for the whole database: one row, which Settings shows."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..sync.worker import TURN_SECONDS

SHORTEST_TURN, LONGEST_TURN = 10, 300
# how long runs are kept where nobody chose
RUN_MONTHS = 24


class SilverfinSetting(models.Model):
    _name = "silverfin.setting"
    _description = "Silverfin Settings of the Database"

    # seconds; 0: as the module proposes
    turn_seconds = fields.Integer()
    # 0: as the module proposes
    run_months = fields.Integer()

    @api.model
    def _longest_turn(self):
        """Seconds that a turn may last, so that Odoo never ends it by force.

        Odoo counts all jobs that one process takes after another, and after the turn's
        end a request may still be waiting for its answer. So a quarter of the server's
        limit; what Odoo itself allows a job is always there.
        """
        limit = config["limit_time_real_cron"]
        if limit is None or limit < 0:
            limit = config["limit_time_real"]
        if not limit:
            return LONGEST_TURN
        return min(max(limit // 4, SHORTEST_TURN), LONGEST_TURN)

    @api.model
    def _chosen_turn(self):
        """Seconds as a person chose and this server allows; 0 where nobody chose."""
        seconds = self.sudo().search([], limit=1).turn_seconds
        return min(seconds, self._longest_turn())

    @api.model
    def _turn_seconds(self):
        """How many seconds a worker goes on."""
        return self._chosen_turn() or TURN_SECONDS

    @api.model
    def _set_turn_seconds(self, seconds):
        """:raise UserError: too short or too long for this server"""
        longest = self._longest_turn()
        if not SHORTEST_TURN <= seconds <= longest:
            raise UserError(
                self.env._(
                    "A turn of %(asked)s seconds is not possible: on this server "
                    "choose from %(shortest)s to %(longest)s seconds.",
                    asked=seconds,
                    shortest=SHORTEST_TURN,
                    longest=longest,
                )
            )
        settings = self.sudo().search([], limit=1) or self.sudo().create({})
        if settings.turn_seconds != seconds:
            settings.turn_seconds = seconds

    @api.model
    def _run_months(self):
        """How many months a run is kept after its end."""
        return self.sudo().search([], limit=1).run_months or RUN_MONTHS

    @api.model
    def _set_run_months(self, months):
        """:raise UserError: not even a month"""
        if months < 1:
            raise UserError(
                self.env._("Keep runs for at least one month: choose 1 or more.")
            )
        settings = self.sudo().search([], limit=1) or self.sudo().create({})
        if settings.run_months != months:
            settings.run_months = months
