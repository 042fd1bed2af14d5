"""A text that goes along with every item of a connection's client files."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..ledger import extra_texts
from ..silverfin_api.wire import MAX_EXTRA_FIELD_LABELS as MOST_EXTRA_FIELDS

LONGEST_LABEL = 60


class SilverfinExtraField(models.Model):
    """Chosen, ordered and worded once per connection.

    Imports that people set up in Silverfin map by these labels: so they are kept as
    typed, in one language, and never translated by themselves.
    """

    _name = "silverfin.extra.field"
    _description = "Extra Field in Silverfin"
    _order = "connection_id, sequence, id"
    _rec_name = "label"

    connection_id = fields.Many2one(
        "silverfin.connection", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=100)
    kind = fields.Selection("_selection_kind", "From Odoo", required=True)
    label = fields.Char(
        "Name in Silverfin",
        required=True,
        compute="_compute_label",
        store=True,
        readonly=False,
        precompute=True,
        help="Imports in Silverfin find the text by this name.",
    )
    base_url = fields.Char(
        compute="_compute_base_url",
        store=True,
        precompute=True,
        help="Kept as it was when the field was chosen: Odoo rewrites its own address "
        "at logins, and each item would go again.",
    )

    _unique_kind = models.Constraint(
        "UNIQUE (connection_id, kind)", "Each extra field can be chosen once."
    )
    _unique_label = models.Constraint(
        "UNIQUE (connection_id, label)",
        "Two extra fields have the same name: Silverfin could not tell them apart.",
    )

    @api.model
    def _selection_kind(self):
        kinds = {
            "journal": self.env._("Journal"),
            "entry": self.env._("Entry"),
            "reference": self.env._("Reference"),
            "document_date": self.env._("Document date"),
            "due_date": self.env._("Due date"),
            "currency": self.env._("Currency"),
            "amount_currency": self.env._("Amount in currency"),
            "matching": self.env._("Matching"),
            "tax": self.env._("Tax"),
            "tax_grid": self.env._("Tax grid"),
            "payment_reference": self.env._("Payment reference"),
            "partner_code": self.env._("Partner code"),
            "partner_vat": self.env._("VAT number"),
            "deferral_from": self.env._("Deferral from"),
            "deferral_to": self.env._("Deferral to"),
            "document": self.env._("Document attached"),
            "to_review": self.env._("To review"),
            "asset": self.env._("Asset"),
            "address": self.env._("Entry in Odoo"),
        }
        # some need a module of Odoo Enterprise
        return [
            (kind, name)
            for kind, name in kinds.items()
            if kind not in NEEDED or self._item_field(NEEDED[kind])
        ]

    @api.depends("kind")
    def _compute_label(self):
        for field in self:
            language = field.connection_id.extra_field_lang
            names = dict(field.with_context(lang=language)._selection_kind())
            field.label = names.get(field.kind) or field.label

    @api.depends("kind")
    def _compute_base_url(self):
        for field in self:
            field.base_url = field.kind == "address" and field.get_base_url()

    @api.constrains("label")
    def _check_label(self):
        for field in self:
            label = field.label
            if label != label.strip() or len(label) > LONGEST_LABEL or "\n" in label:
                raise ValidationError(
                    self.env._(
                        "“%(label)s” cannot be the name of an extra field: at most "
                        "%(most)s characters on one line, without spaces around.",
                        label=label,
                        most=LONGEST_LABEL,
                    )
                )

    @api.constrains("connection_id")
    def _check_number(self):
        for connection in self.connection_id:
            if len(connection.extra_field_ids) > MOST_EXTRA_FIELDS:
                raise ValidationError(
                    self.env._(
                        "Silverfin takes at most %(most)s extra fields, and "
                        "%(connection)s would have %(count)s: remove some first.",
                        most=MOST_EXTRA_FIELDS,
                        connection=connection.name,
                        count=len(connection.extra_field_ids),
                    )
                )

    @api.model
    def _proposed(self):
        """Values of the fields that a new connection begins with."""
        return [
            {"kind": kind, "sequence": 10 * place}
            for place, kind in enumerate(PROPOSED, 1)
        ]

    # === What is sent === #

    def _texts(self, currency):
        """What goes along with an item, in order.

        :param currency: of the company; other currencies are told
        :return: list of ``(label, SQL)``
        """
        plain = extra_texts.plain(currency.id)
        return [(field.label, plain.get(field.kind) or field._text()) for field in self]

    def _text(self):
        """SQL of what needs to know the database at hand."""
        self.ensure_one()
        lang = self.connection_id.extra_field_lang or "en_US"
        translated = self.with_context(lang=lang).env
        match self.kind:
            case "tax":
                return self._names_of("tax_ids", lang)
            case "tax_grid":
                return self._names_of("tax_tag_ids", lang)
            case "document":
                return extra_texts.is_documented(translated._("Yes"))
            case "to_review":
                return SQL(
                    "CASE WHEN NOT move.checked THEN %s END", translated._("To review")
                )
            case "address":
                return extra_texts.address(self.base_url)
            case "deferral_from" | "deferral_to" if self._item_field(NEEDED[self.kind]):
                name = SQL.identifier("line", NEEDED[self.kind])
                return extra_texts.day(name)
            case "asset" if self._item_field(NEEDED[self.kind]):
                return self._names_of(NEEDED[self.kind], lang)
        # chosen when another module was there that is gone now
        return SQL("''")

    def _names_of(self, name, lang):
        field = self._item_field(name)
        other = self.env[field.comodel_name]
        return extra_texts.names_of(
            other._table,
            field.relation,
            field.column1,
            field.column2,
            lang if other._fields["name"].translate else None,
        )

    def _item_field(self, name):
        """A stored field of journal items, None where no module brings it."""
        field = self.env["account.move.line"]._fields.get(name)
        return field if field is not None and field.store else None


NEEDED = {
    "deferral_from": "deferred_start_date",
    "deferral_to": "deferred_end_date",
    "asset": "asset_ids",
}
"""The field of journal items that a kind needs, where not every Odoo has it."""

PROPOSED = (
    "journal",
    "entry",
    "reference",
    "document_date",
    "due_date",
    "currency",
    "amount_currency",
)
