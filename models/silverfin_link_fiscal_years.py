"""Financial years from the fiscal-year records of another module."""

from odoo import models
from odoo.exceptions import ValidationError

from ..ledger.years import FinancialYear, with_usual_years

FISCAL_YEAR = "account.fiscal.year"
"""Of OCA's module of that name, and of Odoo Enterprise."""


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    def _known_years(self, first, last):
        """The years that stand as they are, without a gap, oldest first.

        Those that a person corrected here, else the fiscal years in Odoo from
        ``first`` to ``last``, with the company's usual years between them.

        :raise ValidationError: they overlap, leave a gap, or are too long
        """
        self.ensure_one()
        self.year_ids._check_order()
        if self.year_ids:
            return self.year_ids._as_years()
        company = self.company_id
        years = with_usual_years(company, self._fiscal_years(), first, last)
        try:
            self.env["silverfin.year"]._check_lengths(years)
            self.env["silverfin.year"]._check_sequence(years)
        except ValidationError as error:
            raise ValidationError(
                self.env._(
                    "%(problem)s These are the fiscal years of %(company)s in Odoo: "
                    "correct them there.",
                    problem=error.args[0],
                    company=company.name,
                )
            ) from error
        return years

    def _fiscal_years(self):
        """The records of the company, where a module has such.

        :rtype: list[FinancialYear]
        """
        self.ensure_one()
        if FISCAL_YEAR not in self.env:
            return []
        records = self.env[FISCAL_YEAR].sudo()
        return [
            FinancialYear(record.date_from, record.date_to)
            for record in records.search([("company_id", "=", self.company_id.id)])
        ]
