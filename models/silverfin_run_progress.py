"""How far a run is and how long it still takes, from what it did so far."""

import math
from datetime import timedelta

from odoo import api, fields, models

from ..sync.worker import LONGEST_PAUSE

# before that, how fast it is cannot be told
SHORTEST_LOOK = timedelta(seconds=20)


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinRun(models.Model):
    _inherit = "silverfin.run"

    progress = fields.Float(compute="_compute_progress")
    progress_text = fields.Char("How Far", compute="_compute_progress_text")
    duration = fields.Char(compute="_compute_duration")
    # seconds that a server was down or a retry waited: they say nothing about its speed
    idle_seconds = fields.Integer()

    @api.depends("total", "processed", "state")
    def _compute_progress(self):
        for run in self:
            if run.state in ("done", "partial"):
                run.progress = 100.0
            else:
                # removals come last: it is not done once all entries are looked at
                done = math.floor(100 * run.processed / (run.total or 1))
                run.progress = min(done, 99)

    @api.depends("total", "processed", "state", "started_at", "turn_at", "due_at")
    def _compute_progress_text(self):
        now = fields.Datetime.now()
        for run in self:
            run.progress_text = run._far_and_left(now)

    def _far_and_left(self, now):
        """One line for who waits; empty once the run ended."""
        if self.state not in ("queued", "running"):
            return False
        if not self.started_at:
            return self.env._("Waits for its turn.")
        text = self._far()
        if self.due_at and self.due_at > now + timedelta(seconds=5):
            moment = fields.Datetime.context_timestamp(self, self.due_at)
            waits = self.env._("goes on at %s", moment.strftime("%H:%M"))
            return ", ".join(filter(None, (text, waits)))
        left = self._time_left(now)
        if left is None:
            return text
        return self.env._(
            "%(far)s, about %(time)s left", far=text, time=self._roughly(left)
        )

    def _far(self):
        if not self.total:
            return False
        integer = self.env["ir.qweb.field.integer"]
        return self.env._(
            "%(processed)s of %(total)s entries (%(percent)s%%)",
            processed=integer.value_to_html(min(self.processed, self.total), {}),
            total=integer.value_to_html(self.total, {}),
            percent=round(self.progress),
        )

    def _time_left(self, now):
        """At the pace so far, the pauses between turns included; None: nobody knows."""
        if not self.processed or self.processed >= self.total:
            return None
        if now - (self.turn_at or self.started_at) > LONGEST_PAUSE:
            return None
        took = now - self.started_at - timedelta(seconds=self.idle_seconds)
        if took < SHORTEST_LOOK:
            return None
        return took * (self.total - self.processed) / self.processed

    def _roughly(self, span):
        """No more exact than an estimate is."""
        minutes = math.ceil(span.total_seconds() / 60)
        if minutes <= 1:
            return self.env._("1 min")
        if minutes < 60:
            return self.env._("%s min", minutes)
        hours, minutes = divmod(10 * math.ceil(minutes / 10), 60)
        if hours >= 48:
            return self.env._("%s days", math.ceil(hours / 24))
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)

    @api.depends("started_at", "ended_at")
    def _compute_duration(self):
        for run in self:
            run.duration = False
            if run.started_at:
                ended = run.ended_at or fields.Datetime.now()
                run.duration = self._in_words(ended - run.started_at)

    def _in_words(self, span):
        seconds = max(0, round(span.total_seconds()))
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes
            )
        if minutes:
            return self.env._(
                "%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds
            )
        return self.env._("%s s", seconds)
