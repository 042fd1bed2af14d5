from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_silverfin_sync(self):
        """Synchronise the client files of these companies."""
        return self.env["silverfin.link"]._of_companies(self).action_sync()
