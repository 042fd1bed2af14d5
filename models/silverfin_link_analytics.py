"""Analytics of a client file: which of Odoo's analytic plans go along."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..ledger import analytics
from ..ledger.lines import is_sent
from ..silverfin_api.wire import MAX_DIMENSION_TYPE

TYPES = range(1, MAX_DIMENSION_TYPE + 1)


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    analytics = fields.Boolean(
        "Send Analytics",
        tracking=True,
        help="Journal items with analytic lines go to Silverfin as one transaction for "
        "each share, with its analytic accounts.",
    )
    analytic_plan_1_id = fields.Many2one(
        "account.analytic.plan",
        "Dimension 1",
        domain=[("parent_id", "=", False)],
        tracking=True,
    )
    analytic_plan_2_id = fields.Many2one(
        "account.analytic.plan",
        "Dimension 2",
        domain=[("parent_id", "=", False)],
        tracking=True,
    )
    analytic_plan_3_id = fields.Many2one(
        "account.analytic.plan",
        "Dimension 3",
        domain=[("parent_id", "=", False)],
        tracking=True,
    )
    analytic_plan_4_id = fields.Many2one(
        "account.analytic.plan",
        "Dimension 4",
        domain=[("parent_id", "=", False)],
        tracking=True,
    )
    analytic_effect = fields.Char(compute="_compute_analytic_effect")

    @api.constrains("analytics", *(f"analytic_plan_{number}_id" for number in TYPES))
    def _check_analytic_plans(self):
        for link in self:
            plans = [plan for _type, plan in link._analytic_plans()]
            if link.analytics and not plans:
                raise ValidationError(
                    self.env._(
                        "Choose at least one analytic plan to send, on the page "
                        "Analytics of %s.",
                        link.company_id.name,
                    )
                )
            twice = next((plan for plan in plans if plans.count(plan) > 1), None)
            if twice:
                raise ValidationError(
                    self.env._(
                        "The analytic plan “%s” is chosen for two dimensions: choose "
                        "it once.",
                        twice.name,
                    )
                )
            for plan in plans:
                if plan.parent_id:
                    raise ValidationError(
                        self.env._(
                            "“%(plan)s” is part of the analytic plan “%(root)s”: "
                            "choose that one.",
                            plan=plan.name,
                            root=plan.root_id.name,
                        )
                    )

    def _analytic_plans(self):
        """(type, plan) of those that are chosen, in the order of the types."""
        self.ensure_one()
        link = self.sudo()
        chosen = ((number, link[f"analytic_plan_{number}_id"]) for number in TYPES)
        return [(number, plan._origin) for number, plan in chosen if plan]

    def _analytic_columns(self):
        """(type, column of analytic lines) of the plans that go along."""
        if not self.analytics:
            return ()
        known = self.env["account.analytic.line"]._fields
        columns = {}
        for number, plan in self._analytic_plans():
            # a plan that was put below another since has that one's column
            column = plan._column_name()
            if column in known and column not in columns:
                columns[column] = number
        return tuple((number, column) for column, number in columns.items())

    def _silverfin_scope(self, accepted_languages):
        connection = self.sudo().connection_id
        amount = connection.extra_field_ids.filtered(
            lambda field: field.kind == "amount_currency"
        )
        return replace(
            super()._silverfin_scope(accepted_languages),
            analytic_plans=self._analytic_columns(),
            analytic_language=connection.extra_field_lang,
            amount_label=amount.label or None,
        )

    @api.depends("analytics", *(f"analytic_plan_{number}_id" for number in TYPES))
    def _compute_analytic_effect(self):
        """Before it is saved: how many items the change at hand sends again."""
        for link in self:
            origin = link._origin
            changing = origin and {*origin._analytic_columns()} ^ {
                *link._analytic_columns()
            }
            link.analytic_effect = bool(changing) and origin._effect_of_analytics(
                {column for _type, column in changing}
            )

    def _effect_of_analytics(self, columns):
        """:param columns: of the plans that are sent, or sent otherwise, from now on"""
        scope = self._silverfin_scope(())
        self.env.cr.execute(
            SQL(
                """SELECT count(*) FROM account_move_line line
                JOIN account_account account ON account.id = line.account_id
                WHERE %s AND %s AND %s""",
                is_sent(scope),
                analytics.is_own(scope),
                analytics.has_analytics(tuple(sorted(columns))),
            )
        )
        (count,) = self.env.cr.fetchone()
        if not count:
            return self.env._(
                "No journal item has analytic lines in the plans that change: nothing "
                "goes again."
            )
        count = self.env["ir.qweb.field.integer"].value_to_html(count, {})
        return self.env._(
            "%s journal items have analytic lines in the plans that change. Once you "
            "save, they go again with the next synchronisation and take the place of "
            "what Silverfin has.",
            count,
        )

    def _items_without_dimension(self):
        """Items that go whole though they have analytic lines; why, by id."""
        self.ensure_one()
        scope = self._silverfin_scope(())
        if not scope.analytic_plans:
            return {}
        return analytics.unsplit(self.env.cr, scope)

    def action_open_without_dimension(self):
        """The journal items that go whole, without their analytic accounts."""
        self.ensure_one()
        self.check_access("read")
        self.env["account.move.line"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_account_moves_all"
        )
        return action | {
            "name": self.env._("Without Dimension"),
            "domain": [("id", "in", list(self._items_without_dimension()))],
            "context": {},
            "help": self.env._(
                "<p>All items with analytic lines go with their dimensions.</p>"
            ),
        }
