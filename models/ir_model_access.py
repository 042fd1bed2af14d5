"""What the user just for Silverfin may read: the list, and nothing besides."""

from odoo import api, models, tools
from odoo.tools import SQL


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _get_allowed_models(self, mode="read"):
        if self.env.user._is_silverfin_reader():
            return self._get_reader_models(mode)
        return super()._get_allowed_models(mode)

    @api.model
    @tools.ormcache("mode")
    def _get_reader_models(self, mode):
        """The models granted to the reader's own group.

        The group's access rights are the list, which an administrator can lengthen.
        What Odoo gives every internal user (messages, attachments, filters, other
        apps' documents …) does not count.
        """
        if mode != "read":
            return frozenset()
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "account_silverfin.group_reader"
        )
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT model.model FROM ir_model_access access
                JOIN ir_model model ON model.id = access.model_id
                WHERE access.group_id = %s AND access.perm_read AND access.active""",
                group_id,
            )
        )
        return frozenset(row[0] for row in rows)

    def _make_access_error(self, model, mode):
        if self.env.user._is_silverfin_reader():
            self.env["silverfin.reader.refusal"]._note(model, mode)
        return super()._make_access_error(model, mode)
