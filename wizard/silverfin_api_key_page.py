from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..keys import address
from ..models.parameters import system_parameter

MOST_KEYS = 500
"""Shown at most: there is one key per company and person, not one per day."""


class SilverfinApiKeyPage(models.TransientModel):
    """The page "Let Silverfin read this database": the four values, and the keys."""

    _name = "silverfin.api.key.page"
    _description = "Let Silverfin Read This Database"

    login = fields.Char(compute="_compute_values")
    url = fields.Char("URL of the Database", compute="_compute_values")
    url_problem = fields.Text(compute="_compute_values")
    database = fields.Char("Name of the Database", compute="_compute_values")
    is_neutralized = fields.Boolean(compute="_compute_values")
    key_ids = fields.Many2many(
        "silverfin.api.key.note", string="Your Keys", compute="_compute_key_ids"
    )
    other_key_ids = fields.Many2many(
        "silverfin.api.key.note", string="Keys of Others", compute="_compute_key_ids"
    )
    test_ids = fields.Many2many("silverfin.api.key.test", compute="_compute_test_ids")
    is_testing = fields.Boolean(compute="_compute_test_ids")
    tested_at = fields.Datetime("Tested", compute="_compute_test_ids")
    expiring_count = fields.Integer(compute="_compute_key_ids")
    refusal_ids = fields.Many2many(
        "silverfin.reader.refusal",
        compute="_compute_refusal_ids",
        groups="account_silverfin.group_manager,base.group_system",
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Let Silverfin read this database")

    @api.depends_context("uid")
    def _compute_values(self):
        values = self._values()
        values["is_neutralized"] = self._is_neutralized()
        for page in self:
            page.update(values)

    @api.model
    def _values(self):
        """What Silverfin asks for, but the key; and what speaks against the URL."""
        url = (system_parameter(self.env, "web.base.url") or "").strip().rstrip("/")
        return {
            "login": self.env.user.login,
            "url": url,
            "url_problem": "\n".join(self._url_sentences(url)) or False,
            "database": self.env.cr.dbname,
        }

    @api.model
    def _url_sentences(self, url):
        change = self.env._(
            "An administrator sets it in the system parameters (web.base.url), or "
            "opens Odoo at the right address and logs in there."
        )
        sentences = {
            "unset": self.env._("The address of this database is not set. %s", change),
            "invalid": self.env._("This is not a web address. %s", change),
            "plain": self.env._(
                "The address begins with http: the key would travel unprotected. Use "
                "https."
            ),
            "local": self.env._(
                "Only computers in your own network know this address: Silverfin "
                "cannot reach it. %s",
                change,
            ),
            "private": self.env._(
                "This is an address inside your own network: Silverfin cannot reach "
                "it. %s",
                change,
            ),
        }
        return [sentences[code] for code in address.problems(url)]

    @api.model
    def _is_neutralized(self):
        return bool(system_parameter(self.env, "database.is_neutralized"))

    @api.depends_context("uid")
    def _compute_key_ids(self):
        notes = self.env["silverfin.api.key.note"].search([], limit=MOST_KEYS)
        mine = notes.filtered(lambda note: note.user_id == self.env.user)
        for page in self:
            page.key_ids = mine
            page.other_key_ids = notes - mine
            page.expiring_count = len(
                mine.filtered(
                    lambda note: note.state in ("expiring", "expired")
                    and not note.replaced_by_ids
                )
            )

    @api.depends_context("uid")
    def _compute_test_ids(self):
        tests = self.env["silverfin.api.key.test"].search([], limit=MOST_KEYS)
        open_tests = (
            self.env["silverfin.run"]
            .sudo()
            .search_count(
                [("kind", "=", "test"), ("state", "in", ("queued", "running"))]
            )
        )
        for page in self:
            page.test_ids = tests
            page.is_testing = bool(open_tests)
            page.tested_at = max(tests.run_id.sudo().mapped("ended_at"), default=False)

    @api.depends_context("uid")
    def _compute_refusal_ids(self):
        refusals = self.env["silverfin.reader.refusal"].search([], limit=50)
        for page in self:
            page.refusal_ids = refusals

    # === Buttons === #

    @api.model
    def _open(self):
        """The page as an action, for the menu and for buttons elsewhere."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("API Keys"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_new_key(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New API Key"),
            "res_model": "silverfin.api.key",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_new_reader(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("A User Just for Silverfin"),
            "res_model": "silverfin.api.key.reader",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_test(self):
        """Does what Silverfin would do, as this user; a worker asks, not we."""
        self.env["silverfin.api.key.note"]._check_may_have_key()
        self.env["silverfin.run"]._ask("test")
        return self.action_refresh()

    def action_refresh(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_delete_all(self):
        """In a neutralised copy: the original's keys, which work here too."""
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Only a user with the role Administrator may delete everybody's "
                    "keys."
                )
            )
        return (
            self.env["silverfin.api.key.note"]
            .search([("key_id", "!=", False)])
            .action_delete()
        )
