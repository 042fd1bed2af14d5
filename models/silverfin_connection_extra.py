"""Which texts go along with the items of a connection, and in which words."""

from odoo import Command, api, fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinConnection(models.Model):
    _inherit = "silverfin.connection"

    extra_field_ids = fields.One2many(
        "silverfin.extra.field",
        "connection_id",
        "Extra Fields",
        copy=True,
        default=lambda self: [
            Command.create(values)
            for values in self.env["silverfin.extra.field"]._proposed()
        ],
    )
    extra_field_lang = fields.Selection(
        "_selection_extra_field_lang",
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        help="The names of new extra fields are proposed in it, and the names of taxes "
        "are sent in it.",
    )
    sent_item_count = fields.Integer(compute="_compute_sent_item_count")

    @api.model
    def _selection_extra_field_lang(self):
        return self.env["res.lang"].get_installed()

    def _compute_sent_item_count(self):
        counts = {
            link.id: count
            for link, count in self.env["silverfin.transaction"]
            .sudo()
            ._read_group(
                [("link_id", "in", self.sudo().link_ids.ids)], ["link_id"], ["__count"]
            )
        }
        for connection in self:
            connection.sent_item_count = sum(
                counts.get(link.id, 0) for link in connection.sudo().link_ids
            )
