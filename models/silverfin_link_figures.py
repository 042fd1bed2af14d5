"""Six figures of a client file, Odoo's beside Silverfin's, as a worker found them."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date, formatLang


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    figures = fields.Json(
        compute="_compute_figures",
        help="Of the current financial year: in the books, and as Silverfin "
        "acknowledged it.",
    )

    @api.depends("company_id", "position_id.overview")
    @api.depends_context("lang", "tz")
    def _compute_figures(self):
        for link in self:
            link.figures = link._shown_figures()

    def _shown_figures(self):
        """Texts for the screen: ``{title, note, rows: [{label, books, there, note}]}``.

        Amounts are compared as they are and only written here, by the currency.
        """
        position = self.sudo().position_id
        overview = position.overview
        if not overview or not overview["figures"]:
            return False
        start, end = (fields.Date.to_date(overview[day]) for day in ("start", "end"))
        rows = []
        for name, label in self._figure_labels().items():
            books, there = map(Decimal, overview["figures"][name])
            rows.append(
                {
                    "name": name,
                    "label": label,
                    "books": self._written(books),
                    "there": self._written(there),
                    "note": books != there
                    and self.env._("Differs by %s", self._written(there - books)),
                }
            )
        return {
            "title": self.env._(
                "%(start)s – %(end)s, in %(currency)s",
                start=format_date(self.env, start),
                end=format_date(self.env, end),
                currency=self.company_id.currency_id.name,
            ),
            "note": self.env._(
                "Silverfin: as it accepted it. Both sides as of %s.",
                # an earlier version did not keep when it looked
                self._moment(
                    fields.Datetime.to_datetime(overview.get("at"))
                    or position.overview_at
                ),
            ),
            "rows": rows,
        }

    def _figure_labels(self):
        return {
            "result": self.env._("Result"),
            "total": self.env._("Balance sheet total"),
            "bank": self.env._("Bank and cash"),
            "customers": self.env._("Customers"),
            "suppliers": self.env._("Suppliers"),
            "vat": self.env._("VAT to pay"),
        }

    def _written(self, amount):
        decimals = self.company_id.currency_id.decimal_places
        return formatLang(self.env, float(amount), digits=decimals)
