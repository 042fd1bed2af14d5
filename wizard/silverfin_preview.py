"""What would be sent now: figures to look at before anything goes."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..sync.phrases import period
from ..sync.preview import Preview, Row, preview
from ..sync.recoded import as_it_would_go

MOST_ROWS = 1000
"""Accounts and years that are listed; the totals have all of them."""


class SilverfinPreview(models.TransientModel):
    _name = "silverfin.preview"
    _description = "What Would Be Sent to Silverfin"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade"
    )
    result = fields.Json(groups=fields.NO_ACCESS)
    page = fields.Html(compute="_compute_page", sanitize=False)

    @api.model
    def _look(self, link):
        """Compare, keep the figures, and open them.

        In sudo: like the synchronisation, it reads the books of every company of the
        client file, whoever asks.
        """
        link = link.sudo()
        years = link._silverfin_years()
        scope = as_it_would_go(link, link._silverfin_scope(()))
        found = preview(link, scope, years)
        return self.create({"link_id": link.id})._keep(found, years)

    def _keep(self, found: Preview, years):
        self.sudo().result = {
            "is_whole": found.is_whole,
            "percent": 100 * found.looked // found.last if found.last else 100,
            "aside": found.aside,
            "held": found.held,
            "total": _as_text(found.total()),
            "years": self._years(found, years),
            "cut": max(0, len(found.rows) - MOST_ROWS),
            "items": self._items(found),
        }
        return self

    def _years(self, found: Preview, years):
        by_year = defaultdict(list)
        for (place, number), row in sorted(found.rows.items())[:MOST_ROWS]:
            by_year[place].append({"account": number, **_as_text(row)})
        return [
            {
                "name": self._year_name(place and years[place - 1], years),
                "rows": rows,
            }
            for place, rows in by_year.items()
        ]

    def _year_name(self, year, years):
        if year:
            return period(self.env, year.start, year.end)
        if not years:
            return self.env._("No financial year any more")
        return self.env._("Before %s", format_date(self.env, years[0].start))

    def _items(self, found: Preview):
        names = self._entry_names({item[1] for item in found.items if item[1]})
        return [self._item(names, *item) for item in found.items]

    def _item(self, names, line_id, move_id, *sides):
        old_number, number, old_day, day, old_value, value = sides
        return {
            "entry": self._entry_name(line_id, move_id, names),
            "what": _what(old_number, number),
            "accounts": _arrow(old_number, number),
            "dates": _arrow(
                old_day and format_date(self.env, old_day),
                day and format_date(self.env, day),
            ),
            "old": None if old_value is None else str(old_value),
            "new": None if value is None else str(value),
            "is_text": (old_number, old_day, old_value) == (number, day, value),
        }

    def _entry_names(self, move_ids):
        moves = self.env["account.move"].sudo().browse(i for i in move_ids if i > 0)
        return {move.id: move.name or f"#{move.id}" for move in moves.exists()}

    def _entry_name(self, line_id, move_id, names):
        if line_id < 0:
            return self.env._("Opening")
        if move_id in names:
            return names[move_id]
        line = self.env["account.move.line"].sudo().browse(line_id).exists()
        # an entry that is a draft again has no other trace here
        return line.move_id.name or self.env._("deleted (item %s)", line_id)

    def _compute_page(self):
        for wizard in self:
            link = wizard.link_id
            result = wizard.sudo().result
            numbers = {
                row["account"] for year in result["years"] for row in year["rows"]
            }
            wizard.page = self.env["ir.qweb"]._render(
                "account_silverfin.preview_page",
                {
                    "result": result,
                    "currency": link.company_id.currency_id,
                    "names": link._account_names(numbers - {None}),
                    "has_items": bool(link.transaction_count),
                    "say": wizard._sentences(result),
                },
            )

    def _sentences(self, result):
        """What the page says around figures."""

        def number(value):
            return formatLang(self.env, value, digits=0)

        return {
            "part": self.env._(
                "These books are too large to be compared while you wait: about "
                "%(percent)s%% of the journal items, the oldest, were looked at, and "
                "the figures below are of those. A synchronisation looks at all of "
                "them.",
                percent=result["percent"],
            ),
            "aside": self.env._(
                "Items that would not go, as their entries are set aside or cannot be "
                "sent as they are: %(count)s.",
                count=number(result["aside"]),
            ),
            "held": self.env._(
                "Items that would be held, as their entries changed in a closed year: "
                "%(count)s.",
                count=number(result["held"]),
            ),
            "cut": self.env._(
                "Rows that are not listed, but are in the totals: %(count)s.",
                count=number(result["cut"]),
            ),
            "first_items": self.env._(
                "The first %(count)s items", count=len(result["items"])
            ),
        }


def _as_text(row: Row):
    """The figures of a row; amounts as text: JSON has no decimal numbers."""
    return {
        **{
            name: value if isinstance(value, int) else str(value)
            for name, value in vars(row).items()
        },
        "moves": str(row.moves()),
    }


def _what(old_number, number):
    if old_number is None:
        return "new"
    return "removed" if number is None else "changed"


def _arrow(old, new):
    """One text where both sides agree or one is missing."""
    if old and new and old != new:
        return f"{old} → {new}"
    return new or old or "–"
