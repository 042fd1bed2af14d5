"""Record rules that refuse something to the user just for Silverfin are noted."""

from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        if self.env.user._is_silverfin_reader():
            self.env["silverfin.reader.refusal"]._note(records._name, operation)
        return super()._make_access_error(operation, records)
