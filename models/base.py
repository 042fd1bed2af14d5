"""For the user just for Silverfin, fields that lead out of its list do not exist."""

from odoo import api, models

KEPT = {"code", "display_name"}
"""Computed at each reading, and needed by who reads the books."""


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """As Odoo's; a client that names no fields reads all that this lists.

        Without this such a call would fail as a whole, on messages or attachments.
        """
        found = super().fields_get(allfields, attributes)
        if self.env.su or not self.env.user._is_silverfin_reader():
            return found
        readable = self.env["ir.model.access"]._get_allowed_models("read")
        return {
            name: description
            for name, description in found.items()
            if self._is_for_readers(self._fields[name], readable)
        }

    def _is_for_readers(self, field, readable):
        """Whether reading the field needs no other right than those of the list.

        What is computed at each reading, flags for screens mostly, may ask any model.
        """
        if field.inherited:
            parent = field.related_field
            return self.env[parent.model_name]._is_for_readers(parent, readable)
        return (field.comodel_name or self._name) in readable and (
            field.store or (field.related and field.compute_sudo) or field.name in KEPT
        )
