"""What of the texts stays in Odoo: chosen per client file, by its administrators."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..ledger.opening_items import placed
from ..ledger.privacy import Privacy, is_in
from ..sync.again import count_again
from .silverfin_link import DESCRIPTION_LENGTH

# what of an entry tells nothing that a person typed
FIGURES = {
    "journal",
    "entry",
    "document_date",
    "due_date",
    "currency",
    "amount_currency",
    "deferral_from",
    "deferral_to",
    "document",
    "to_review",
    "address",
}
PARTNER = {"partner_code", "partner_vat"}
MOST_COUNTED = 100000


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    no_partner_names = fields.Boolean(
        "Leave Out Partner Names",
        tracking=True,
        help="Items go to Silverfin without their partner. The partner's name is also "
        "taken out of labels and references, and codes and VAT numbers of partners "
        "stay empty. What else people typed in a label is sent: Odoo's labels may hold "
        "other names.",
    )
    private_journal_ids = fields.Many2many(
        "account.journal",
        "silverfin_link_private_journal_rel",
        string="Journals without Texts",
        tracking=True,
        help="Payroll, for example. Of these journals no label, reference or partner "
        "goes to Silverfin: the label is the entry's number, the other texts stay "
        "empty. Amounts, dates and accounts are sent. The payment of wages in a bank "
        "journal and the names of accounts are not covered by this.",
    )
    private_account_ids = fields.Many2many(
        "account.account",
        "silverfin_link_private_account_rel",
        string="Accounts without Texts",
        check_company=True,
        tracking=True,
        help="Wages to be paid, for example. The same for items on these accounts, in "
        "whatever journal; the other items of their entries are not covered.",
    )
    privacy_effect = fields.Char(compute="_compute_privacy_effect")

    def _privacy(self):
        """:rtype: Privacy"""
        self.ensure_one()
        # whoever looks: what a person may not see is private all the same
        link = self.sudo()
        return Privacy(
            link.no_partner_names,
            tuple(sorted(link.private_journal_ids._origin.ids)),
            tuple(sorted(link.private_account_ids._origin.ids)),
        )

    def _as_sent(self, scope, privacy):
        """What is sent of an item, as it may leave: values of the scope."""
        return {
            "line_expressions": placed(scope, self._private_line_expressions(privacy)),
            "extra_fields": self._private_extra_fields(privacy),
        }

    def _private_line_expressions(self, privacy):
        """The line expressions, also those of who extends them, as they may leave."""
        masks = {
            # cut last: of a name that is cut nothing would be recognised
            "description": lambda text: SQL(
                "left(%s, %s)", privacy.label(text), DESCRIPTION_LENGTH
            ),
            "relation": privacy.partner,
        }
        return tuple(
            (name, masks[name](expression) if name in masks else expression)
            for name, expression in self._silverfin_line_expressions()
        )

    def _private_extra_fields(self, privacy):
        """The extra fields as they may leave; what nobody knows is a text."""
        kinds = {
            field.label: field.kind
            for field in self.sudo().connection_id.extra_field_ids
        }

        def masked(label, expression):
            kind = kinds.get(label)
            if kind in FIGURES:
                return expression
            return (privacy.partner if kind in PARTNER else privacy.free_text)(
                expression
            )

        return tuple(
            (label, masked(label, expression))
            for label, expression in self._silverfin_extra_fields()
        )

    @api.depends("no_partner_names", "private_journal_ids", "private_account_ids")
    def _compute_privacy_effect(self):
        """Before it is saved: how many items the change at hand sends again."""
        for link in self:
            origin = link._origin
            link.privacy_effect = (
                origin
                and link._privacy() != origin._privacy()
                and link._effect_of(origin._privacy(), link._privacy())
            )

    def _effect_of(self, before, after):
        origin = self._origin
        scope = origin._silverfin_scope(())
        scope = replace(scope, **origin._as_sent(scope, after))
        where = SQL("TRUE")
        if before.no_names == after.no_names:
            where = is_in(
                set(before.journal_ids) ^ set(after.journal_ids),
                set(before.account_ids) ^ set(after.account_ids),
            )
        count = count_again(self.env.cr, scope, origin.id, where, MOST_COUNTED + 1)
        if not count:
            return self.env._("Nothing that Silverfin has changes.")
        number = self.env["ir.qweb.field.integer"].value_to_html(
            min(count, MOST_COUNTED), {}
        )
        if count > MOST_COUNTED:
            return self.env._(
                "More than %s items go again with the next synchronisation, and take "
                "the place of what Silverfin has.",
                number,
            )
        return self.env._(
            "%s items go again with the next synchronisation, and take the place of "
            "what Silverfin has.",
            number,
        )
