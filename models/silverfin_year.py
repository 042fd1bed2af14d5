from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..ledger.years import LONGEST, FinancialYear


class SilverfinYear(models.Model):
    """A financial year of a client file as a person corrected it.

    Without any, the years are those of Odoo; around these, Odoo's go on. Written by
    people only: workers read them through ``silverfin.link._silverfin_years``.
    """

    _name = "silverfin.year"
    _description = "Financial Year of a Silverfin Client File"
    _order = "link_id, start_date, id"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade", index=True
    )
    start_date = fields.Date("From", required=True)
    end_date = fields.Date("To", required=True)

    @api.depends("start_date", "end_date")
    def _compute_display_name(self):
        for year in self:
            year.display_name = year._period()

    @api.constrains("start_date", "end_date")
    def _check_length(self):
        for year in self:
            if year.end_date < year.start_date:
                raise ValidationError(
                    self.env._("The year %s ends before it starts.", year._period())
                )
            if year.end_date - year.start_date >= LONGEST:
                raise ValidationError(
                    self.env._(
                        "The year %s is too long: Silverfin takes financial years of "
                        "less than two years.",
                        year._period(),
                    )
                )

    def _check_order(self):
        """:raise ValidationError: a gap or an overlap among a client file's years"""
        years = self.sorted("start_date")
        for before, after in zip(years, years[1:], strict=False):
            days = (after.start_date - before.end_date).days
            if days == 1:
                continue
            names = {"before": before._period(), "after": after._period()}
            raise ValidationError(
                self.env._(
                    "The financial years %(before)s and %(after)s overlap: let the "
                    "second start on the day after the first ends.",
                    **names,
                )
                if days < 1
                else self.env._(
                    "There is a gap between the financial years %(before)s and "
                    "%(after)s: let the second start on the day after the first ends.",
                    **names,
                )
            )

    def _as_years(self):
        """These years as plain data, oldest first."""
        return [
            FinancialYear(year.start_date, year.end_date)
            for year in self.sorted("start_date")
        ]

    def _period(self):
        self.ensure_one()
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, self.start_date),
            end=format_date(self.env, self.end_date),
        )
