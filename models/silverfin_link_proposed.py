"""What a new client file begins with: seen from the books, and from the last one."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# chosen once by a firm, mostly for all its client files; not whom problems of one
# client file are told to: that may be somebody of this client
OPTIONS = (
    "user_id",
    "non_trade_open_items",
    "opening_year_apart",
    "closing_entry_policy",
    "closed_policy",
    "recode_policy",
    "off_balance",
    "no_partner_names",
)


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    @api.model
    def _options_of_last(self, connection):
        """The firm's choices, as its last client file has them.

        :return: values for another one, empty where there is none
        """
        last = self.search(
            [("connection_id", "=", connection.id)], order="id desc", limit=1
        )
        return {
            name: last[name].id if name == "user_id" else last[name]
            for name in OPTIONS
            if last
        }

    def _proposal(self):
        """What it would begin with, in words; of a client file that is not made yet.

        :return: ``{company, branches, account, years, problem}``
        """
        self.ensure_one()
        account = self._propose_retained_earnings_account()
        account = account.with_company(self.company_id)
        branches = self._silverfin_companies() - self.company_id
        try:
            years, problem = self._silverfin_years(), False
        except ValidationError as error:
            years, problem = [], str(error.args[0])
        return {
            "company": self.company_id.name,
            "branches": ", ".join(branches.mapped("name")),
            "account": account and f"{account.code or ''} {account.name}",
            "years": years
            and self.env._(
                "%(count)s, from %(start)s to %(end)s",
                count=len(years),
                start=format_date(self.env, years[0].start),
                end=format_date(self.env, years[-1].end),
            ),
            "problem": problem,
        }
