"""Start again: how far back, what that does in Silverfin, and only then the button."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class SilverfinStartAgain(models.TransientModel):
    _name = "silverfin.start.again"
    _description = "Start Again in Silverfin"

    link_ids = fields.Many2many(
        "silverfin.link", string="Client Files", required=True, readonly=True
    )
    reach = fields.Selection(
        [("all", "Everything"), ("date", "From a date")],
        "How Far Back",
        required=True,
        default="all",
    )
    reset_from = fields.Date("From")
    first_date = fields.Date("Oldest Item in Silverfin", compute="_compute_known")
    last_date = fields.Date("Newest Item in Silverfin", compute="_compute_known")
    item_count = fields.Integer("Items in Silverfin", compute="_compute_known")
    again_count = fields.Integer("Removed and Sent Again", compute="_compute_effect")
    kept_count = fields.Integer("Left as They Are", compute="_compute_effect")
    problem = fields.Char(compute="_compute_effect")
    remark = fields.Char(compute="_compute_effect")
    held_remark = fields.Char("Held Entries", compute="_compute_effect")

    def _known(self):
        return [("link_id", "in", self.link_ids._origin.ids)]

    @api.depends("link_ids")
    def _compute_known(self):
        for wizard in self:
            [(wizard.item_count, wizard.first_date, wizard.last_date)] = self.env[
                "silverfin.transaction"
            ]._read_group(
                wizard._known(), aggregates=["__count", "date:min", "date:max"]
            )

    @api.depends("link_ids", "reach", "reset_from")
    def _compute_effect(self):
        for wizard in self:
            day = wizard._day()
            wizard.kept_count = day and self.env["silverfin.transaction"].search_count(
                [*wizard._known(), ("date", "<", day)]
            )
            wizard.again_count = wizard.item_count - wizard.kept_count
            wizard.problem = wizard._problem()
            wizard.remark = not wizard.problem and wizard._remark()
            wizard.held_remark = wizard._held_remark(day)

    def _held_remark(self, day):
        """How many entries that are held go along: see closed.loads; False: none."""
        domain = [("link_id", "in", self.link_ids._origin.ids), ("state", "=", "held")]
        if day:
            domain.append(("date", ">=", day))
        held = self.env["silverfin.closed.change"]._read_group(
            domain, ["link_id", "entry_key"]
        )
        return bool(held) and self.env._(
            "Held entries that go along, though they changed in closed years: "
            "%(count)s. Nobody is asked for a reason.",
            count=len(held),
        )

    def _day(self):
        return self.reach == "date" and self.reset_from

    def _problem(self):
        """Why this date cannot be meant, in one sentence; False: it can."""
        if self.reach != "date":
            return False
        if not self.item_count:
            return self.env._(
                "This database has sent nothing to the client file yet, so there is no "
                "date to start from: choose Everything."
            )
        if not self.reset_from:
            return self.env._("From which date?")
        if self.reset_from <= self.first_date:
            return self.env._(
                "The oldest item that was sent is dated %s: choose a later date, or "
                "Everything.",
                format_date(self.env, self.first_date),
            )
        if self.reset_from > self.last_date:
            return self.env._(
                "Nothing that was sent is dated so late, so nothing would be removed "
                "or sent again. The newest item is dated %s.",
                format_date(self.env, self.last_date),
            )
        return False

    def _remark(self):
        """What is worth knowing of a date in the middle of a financial year."""
        if self.reach != "date":
            return False
        years = [
            year
            for link in self.link_ids._origin
            for year in link._silverfin_years()
            if year.start < self.reset_from <= year.end
        ]
        if not years:
            return False
        year = years[0]
        return self.env._(
            "This is within the financial year from %(start)s to %(end)s: what is "
            "dated before stays as it is.",
            start=format_date(self.env, year.start),
            end=format_date(self.env, year.end),
        )

    def action_start(self):
        """Queue it for each of the client files."""
        self.ensure_one()
        self.link_ids._check_administrator()
        if self.problem:
            raise UserError(self.problem)
        return self.link_ids._start_again(self._day() or None)
