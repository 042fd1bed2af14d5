from odoo import api, fields, models


class SilverfinInvitationShow(models.AbstractModel):
    """The one-time screen of a connection link. It has no table: nothing is kept."""

    _name = "silverfin.invitation.show"
    _description = "Connection Link, Shown Once"

    # needed by the onchange that fills a new form
    id = fields.Id()
    address = fields.Char("Link", readonly=True)
    mail = fields.Text("Text for an E-mail", readonly=True)

    @api.model
    def _action(self, connection, address):
        """The screen for a link just made, which travels in its context only."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connection Link, Shown Once"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_address": address,
                "default_mail": self.env._(
                    "Hello,\n\nplease give our Odoo access to your Silverfin: open "
                    "this link within 48 hours and log in to Silverfin as an admin "
                    "user of the firm. It works once, and shows what is asked before "
                    "anything happens.\n\n%(address)s\n\nThank you,\n%(name)s",
                    address=address,
                    name=self.env.user.name,
                ),
            },
        }
