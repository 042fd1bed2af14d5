"""The proof on a client file: asking for it, and what it found on the screen."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sync.compare.page import page_words
from ..sync.compare.words import cause_names, causes_text


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    statement_ids = fields.One2many("silverfin.statement", "link_id", "Statements")
    statement_count = fields.Integer(compute="_compute_statement_count")

    def _compute_statement_count(self):
        counts = dict(
            self.env["silverfin.statement"]._read_group(
                [("link_id", "in", self.ids)], ["link_id"], ["__count"]
            )
        )
        for link in self:
            link.statement_count = counts.get(link, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_statements(self):
        """What was stated of it is kept with it."""
        kept = self.sudo().filtered("statement_ids")
        if kept:
            raise UserError(
                self.env._(
                    "There are statements of agreement of %s, which are kept: this "
                    "client file cannot be deleted. To stop sending, remove the "
                    "synchronisation in Silverfin: Edit client > Sync.",
                    ", ".join(kept.mapped("company_id.name")),
                )
            )

    def action_verify_all(self):
        """Compare every year that Silverfin has."""
        return self._ask_verify(all_years=True)

    def action_statement(self):
        """Compare, and keep what was found as a statement of agreement.

        Nothing is asked of Silverfin here: a worker compares, and makes it at the end.
        """
        return self._ask_verify(with_statement=True)

    def action_open_statements(self):
        """The statements of agreement of these client files."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_statement_action"
        )
        return action | {"domain": [("link_id", "in", self.ids)]}

    def _ask_verify(self, **wanted):
        ready = self._checked_ready()
        for link in ready:
            run = self.env["silverfin.run"]._ask("verify", link=link)
            if not run._extend_verify(**wanted):
                raise UserError(
                    self.env._(
                        "%s is being compared right now. Ask again when that is done.",
                        link.company_id.name,
                    )
                )
        return ready._started("statement" if wanted.get("with_statement") else "verify")

    # === What a statement says: extend this === #

    def _silverfin_closed_changes(self, since):
        """What changed in closed years, for the statement of agreement.

        :param since: when the statement before was made, in UTC; None: the first
        :return: list of ``{entry, date, account, before, after, who, when, reason}``,
            all texts, ``date`` ISO, ``when`` in UTC or empty, amounts debit positive;
            None: nothing was closed
        """
        self.ensure_one()
        changes = self.sudo()._closed_changes(since)
        if not changes and not self.closed_until:
            return None
        return changes._for_statement()

    def _render_verify_report(self, result):
        """What Verify found, as HTML; see ``sync/compare/outcome.py``."""
        if "periods" not in result:
            # of an earlier version, with another shape: the next comparison replaces it
            return False
        numbers = {row["account"] for row in result["differences"]}
        numbers |= {row["account"] for row in result["open_items"]}
        numbers |= {row["account"] for row in result["adjustments"]}
        names = self._account_names(numbers)
        return self.env["ir.qweb"]._render(
            "account_silverfin.verify_report",
            {
                "result": result,
                "currency": self.company_id.currency_id,
                "names": names,
                "say": page_words(self, result, names),
                "causes": cause_names(self.env),
                "causes_text": lambda row: causes_text(self, row),
            },
        )
