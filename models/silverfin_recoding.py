from odoo import fields, models


class SilverfinRecoding(models.Model):
    """An account whose number changed under items that Silverfin has.

    Written by workers (``sync/recoded.py``); a person only agrees.
    """

    _name = "silverfin.recoding"
    _description = "Recoded Account of a Silverfin Client File"
    _log_access = False
    _rec_name = "old_number"
    _order = "link_id, old_number"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade", index=True
    )
    account_id = fields.Many2one(
        "account.account", required=True, ondelete="cascade", index=True
    )
    old_number = fields.Char("In Silverfin", required=True)
    new_number = fields.Char("In Odoo")
    items = fields.Integer()
    closed_items = fields.Integer("In Closed Years")
    # false: the account goes under its old number until somebody agrees
    agreed = fields.Boolean()

    _link_account_uniq = models.UniqueIndex("(link_id, account_id, old_number)")

    def action_agree(self):
        """Let the items go to the new number: the synchronisation starts now."""
        self.check_access("read")
        links = self.link_id
        links._check_may_sync()
        for recoding in self:
            recoding.link_id._message_log(
                body=self.env._(
                    "%(user)s agreed: %(old)s → %(new)s.",
                    user=self.env.user.name,
                    old=recoding.old_number,
                    new=recoding.new_number,
                )
            )
        self.sudo().agreed = True
        return links.action_sync()

    def action_open_account(self):
        """The account, where its code can be put back."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.account",
            "res_id": self.account_id.id,
            "view_mode": "form",
        }
