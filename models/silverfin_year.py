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
            (period,) = year._as_years()
            year.display_name = self._period_of(period)

    @api.constrains("start_date", "end_date")
    def _check_length(self):
        self._check_lengths(self._as_years())

    @api.model
    def _check_lengths(self, years):
        """:raise ValidationError: one of these years cannot be"""
        for year in years:
            if year.end < year.start:
                raise ValidationError(
                    self.env._(
                        "The year %s ends before it starts.", self._period_of(year)
                    )
                )
            if year.end - year.start >= LONGEST:
                raise ValidationError(
                    self.env._(
                        "The year %s is too long: Silverfin takes financial years of "
                        "less than two years.",
                        self._period_of(year),
                    )
                )

    def _check_order(self):
        """:raise ValidationError: a gap or an overlap among a client file's years"""
        self._check_sequence(self._as_years())

    @api.model
    def _check_sequence(self, years):
        """:raise ValidationError: a gap or an overlap among years, oldest first"""
        for before, after in zip(years, years[1:], strict=False):
            days = (after.start - before.end).days
            if days == 1:
                continue
            named = {
                "start": format_date(self.env, before.start),
                "end": format_date(self.env, before.end),
                "next_start": format_date(self.env, after.start),
                "next_end": format_date(self.env, after.end),
            }
            raise ValidationError(
                self.env._(
                    "The financial years from %(start)s to %(end)s and from "
                    "%(next_start)s to %(next_end)s overlap: let the second start on "
                    "the day after the first ends.",
                    **named,
                )
                if days < 1
                else self.env._(
                    "There is a gap between the financial years from %(start)s to "
                    "%(end)s and from %(next_start)s to %(next_end)s: let the second "
                    "start on the day after the first ends.",
                    **named,
                )
            )

    def _as_years(self):
        """These years as plain data, oldest first."""
        return [
            FinancialYear(year.start_date, year.end_date)
            for year in self.sorted("start_date")
        ]

    @api.model
    def _period_of(self, year):
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, year.start),
            end=format_date(self.env, year.end),
        )
