"""The books of a company for a file, whether it is connected with Silverfin or not."""

from dataclasses import replace

from odoo import api, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    @api.model
    def _of_company(self, company):
        """The client file of the company, or what one would be; it is not kept.

        In sudo, as a worker reads: what is private there stays out of files too. All
        of the books, also where Silverfin wants nothing before a start date.
        """
        links = self.sudo()
        known = links.search([("company_id", "=", company.id)], limit=1)
        values = {"company_id": company.id, "sync_start_at": False}
        books = links.new(values, origin=known)
        if not known:
            books.retained_earnings_account_id = (
                books._propose_retained_earnings_account()
            )
        return books

    def _scope_of_files(self):
        """What of the books a file may hold; items are not split by analytics."""
        return replace(self._silverfin_scope(()), analytic_plans=())
