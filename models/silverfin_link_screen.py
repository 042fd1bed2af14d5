"""What the screens show of a client file, beyond what the engine keeps."""

from odoo import api, fields, models
from odoo.fields import Domain


class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    connection_id = fields.Many2one(default=lambda self: self._only_connection())
    open_run_kind = fields.Selection(
        selection=lambda self: self._selection_of_runs("kind"),
        compute="_compute_open_run",
    )
    open_run_state = fields.Selection(
        selection=lambda self: self._selection_of_runs("state"),
        compute="_compute_open_run",
    )
    open_run_text = fields.Char(compute="_compute_open_run")
    # in sudo: a user who may not see the connection still must know that it is down
    connection_state = fields.Selection(
        string="State of the Connection", related="connection_id.state"
    )
    move_count = fields.Integer("Journal Entries", compute="_compute_move_count")

    @api.model
    def _search(self, domain, *args, **kwargs):
        # nobody may read position_id, so Odoo refuses a search by what it points to
        if not self.env.su:
            domain = Domain(domain).map_conditions(self._search_kept)
        return super()._search(domain, *args, **kwargs)

    def _search_kept(self, condition):
        """A condition on what is shown from the position, as one on the id."""
        field = self._fields.get(condition.field_expr)
        if (
            not field
            or not field.related
            or field.related.split(".")[0] != "position_id"
        ):
            return condition
        return Domain("id", "in", self.sudo()._search(condition))

    @api.model
    def _only_connection(self):
        """The connection where there is but one, for who may see connections."""
        Connection = self.env["silverfin.connection"]
        if not Connection.has_access("read"):
            return Connection
        found = Connection.search([], limit=2)
        return found if len(found) == 1 else Connection

    @api.model
    def _selection_of_runs(self, name):
        """A run's choices in the reader's language: Odoo gives only their names."""
        field = self.env["silverfin.run"]._fields[name]
        return field._description_selection(self.env)

    @api.depends("open_run_id")
    def _compute_open_run(self):
        for link in self:
            link.open_run_kind = link.open_run_id.kind
            link.open_run_state = link.open_run_id.state
            link.open_run_text = link.open_run_id.progress_text

    def _compute_move_count(self):
        may_read = self.env["account.move"].has_access("read")
        for link in self:
            link.move_count = may_read and self.env["account.move"].search_count(
                link._posted_moves_domain()
            )

    def _posted_moves_domain(self):
        self.ensure_one()
        companies = self._silverfin_companies() if self.company_id else []
        return [("company_id", "in", companies.ids), ("state", "=", "posted")]

    def _account_names(self, numbers):
        """The names in the books of accounts that are known by their number."""
        self.ensure_one()
        accounts = self.env["account.account"].sudo()
        accounts = accounts.with_company(self.company_id.root_id)
        found = accounts.search([("code", "in", list(numbers))])
        return {account.code: account.name for account in found}

    def action_refresh(self):
        """Show how far it is now: the page is read again after every button."""
        self.check_access("read")
        return True

    def action_open(self):
        """This client file's own page, from a screen that lists it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_moves(self):
        """The posted journal entries that belong in the client file."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        return action | {"domain": self._posted_moves_domain(), "context": {}}

    def action_open_connection(self):
        """The connection to Silverfin, for who may change it."""
        self.ensure_one()
        connection = self.connection_id
        connection.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": connection._name,
            "res_id": connection.id,
            "view_mode": "form",
        }
