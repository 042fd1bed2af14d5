"""Closed years of a client file: until when, and what happens to changes in them."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

OPEN = ("held", "released", "pending")


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    closed_until = fields.Date(
        tracking=True,
        copy=False,
        help="The last day of what was signed. Changes on or before it are listed, "
        "with names and amounts, before anything of them goes. Never changed by "
        "itself.",
    )
    closed_policy = fields.Selection(
        [("send", "Send and tell"), ("hold", "Hold until released")],
        "Changes in Closed Years",
        required=True,
        default="send",
        tracking=True,
        help="Held entries stay out of Silverfin, whole, and what it has of them stays "
        "as it is, until an administrator of Silverfin in this database releases them.",
    )
    # of Odoo's lock dates: a proposal
    locked_until = fields.Date("Locked in Odoo Until", compute="_compute_locked_until")
    closed_change_ids = fields.One2many(
        "silverfin.closed.change", "link_id", "Changes to Closed Years"
    )
    closed_change_count = fields.Integer(compute="_compute_closed_change_count")
    held_count = fields.Integer("Held", compute="_compute_held_count")

    def write(self, vals):
        result = super().write(vals)
        if {"closed_until", "closed_policy"} & vals.keys():
            self._let_go_what_is_no_longer_closed()
        return result

    @api.depends("company_id")
    def _compute_locked_until(self):
        for link in self:
            companies = link.company_id.sudo().parent_ids
            days = [
                *companies.mapped("fiscalyear_lock_date"),
                *companies.mapped("hard_lock_date"),
            ]
            link.locked_until = max(filter(None, days), default=False)

    @api.depends("closed_change_ids")
    def _compute_closed_change_count(self):
        counts = dict(
            self.env["silverfin.closed.change"]._read_group(
                [("link_id", "in", self.ids)], ["link_id"], ["entry_key:count_distinct"]
            )
        )
        for link in self:
            link.closed_change_count = counts.get(link, 0)

    @api.depends("rejection_ids")
    def _compute_held_count(self):
        counts = dict(
            self.env["silverfin.rejection"]._read_group(
                [("link_id", "in", self.ids), ("kind", "=", "held")],
                ["link_id"],
                ["__count"],
            )
        )
        for link in self:
            link.held_count = counts.get(link, 0)

    def action_close_as_locked(self):
        """Take over the date until which Odoo is locked."""
        for link in self:
            link.check_access("write")
            if link.locked_until:
                link.closed_until = link.locked_until
        return True

    def action_open_closed_changes(self):
        """Everything that was changed in closed years, sent and held."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_closed_change_action"
        )
        return action | {"domain": [("link_id", "in", self.ids)]}

    def action_open_held(self):
        """What is held, to release it."""
        self.check_access("read")
        return self.action_open_closed_changes() | {
            "context": {"search_default_held": 1}
        }

    def action_release_held(self):
        """Release all that is held, with a reason."""
        self._check_administrator()
        held = self.env["silverfin.closed.change"].search(
            [("link_id", "in", self.ids), ("state", "=", "held")]
        )
        return self.env["silverfin.release"]._ask(held)

    # === For who proves and reports === #

    def _closed_changes(self, since=None):
        """Changes in closed years: what waits, and what went since a moment.

        :param since: datetime in UTC; None: all that ever went
        :rtype: silverfin.closed.change
        """
        self.ensure_one()
        waits = self.env["silverfin.closed.change"].search(
            [("link_id", "=", self.id), ("state", "in", OPEN)]
        )
        went = [("link_id", "=", self.id), ("state", "=", "sent")]
        if since:
            went.append(("sent_at", ">", since))
        return waits + waits.search(went)

    def _held_amounts(self, on=None):
        """What Silverfin lacks as it is held: books less Silverfin, by account number.

        :param on: the last day that counts; None: all days
        :return: dict of Decimal, debit positive, without zeros
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT account_number, sum(difference)::text
                FROM silverfin_closed_change
                WHERE link_id = %s AND state IN %s AND date <= %s
                GROUP BY account_number HAVING sum(difference) <> 0""",
                self.id,
                OPEN,
                on or fields.Date.to_date("9999-12-31"),
            )
        )
        found = defaultdict(Decimal)
        found.update((number, Decimal(sum_)) for number, sum_ in self.env.cr.fetchall())
        return dict(found)

    # === Releasing === #

    def _let_go_what_is_no_longer_closed(self):
        """Who opens a year again, or no longer holds, lets go what was held of it."""
        for link in self:
            held = (
                self.env["silverfin.closed.change"]
                .sudo()
                .search([("link_id", "=", link.id), ("state", "=", "held")])
            )
            if link.closed_policy == "hold" and link.closed_until:
                closed = held.filtered(
                    # an opening stands for the day before
                    lambda change, link=link: (change.date <= link.closed_until)
                    or change.entry_key < 0
                ).mapped("entry_key")
                held = held.filtered(
                    lambda change, closed=set(closed): change.entry_key not in closed
                )
            if held:
                held._release(self.env._("The closed years were changed."))
