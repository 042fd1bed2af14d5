"""The companies of a client file: a legal entity with its branches, or one of them."""

from odoo import api, fields, models

from ..ledger.branches import settled_outside


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="Amounts go to Silverfin in this currency.",
    )
    has_branches = fields.Boolean(compute="_compute_branches")
    # names, not records: a person who may not open a branch still must know of it
    included_companies = fields.Char(
        "Companies in the Client File",
        compute="_compute_branches",
        help="The company and those of its branches, archived ones too, without a "
        "client file of their own on this connection.",
    )
    separate_companies = fields.Char(
        "In Client Files of Their Own",
        compute="_compute_branches",
        help="Companies of the same legal entity whose books are not in this client "
        "file.",
    )
    settled_outside = fields.Text(
        "Settled with Them",
        compute="_compute_settled_outside",
        help="What was settled between the books of this client file and the others. "
        "Nothing of it is open, but it stays in the balance of the account: between "
        "the client files, these are the inter-branch accounts.",
    )

    @api.depends("company_id", "connection_id")
    def _compute_branches(self):
        for link in self:
            family = link.company_id.sudo().with_context(active_test=False)
            family = family.search([("id", "child_of", link.company_id.root_id.ids)])
            included = family.browse(
                link.company_id and link._silverfin_companies().ids
            )
            link.has_branches = len(family) > 1
            link.included_companies = ", ".join(included.mapped("name"))
            link.separate_companies = ", ".join((family - included).mapped("name"))

    @api.depends("company_id", "connection_id")
    def _compute_settled_outside(self):
        may_read = self.env["account.move.line"].has_access("read")
        for link in self:
            is_apart = may_read and link.separate_companies
            link.settled_outside = is_apart and "\n".join(link._settled_outside_lines())

    def _settled_outside_lines(self):
        self.ensure_one()
        found = settled_outside(self.env.cr, self._silverfin_books())
        others = self.env["res.company"].sudo()
        return [
            self.env._(
                "%(account)s: %(amount)s, settled by %(company)s",
                account=row.number,
                amount=self.company_id.currency_id.format(float(row.balance)),
                company=others.browse(row.company_id).name,
            )
            for row in found
        ]
