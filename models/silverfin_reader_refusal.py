import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

KEPT_DAYS = 90
MOST_PER_USER = 200
"""Rows per user: whoever has the key must not be able to fill the database."""


class SilverfinReaderRefusal(models.Model):
    """What was refused to a user just for Silverfin: so a missing right is found."""

    _name = "silverfin.reader.refusal"
    _description = "Refused to Silverfin"
    _log_access = False
    _order = "last_on desc, id desc"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    model = fields.Char(required=True, help="The technical name of what was asked for.")
    model_name = fields.Char("Asked For", compute="_compute_model_name")
    operation = fields.Selection(
        [
            ("read", "Read"),
            ("write", "Edit"),
            ("create", "Create"),
            ("unlink", "Delete"),
        ],
        required=True,
    )
    last_on = fields.Date("Last Day", required=True)

    _user_model_uniq = models.UniqueIndex("(user_id, model, operation)")

    @api.depends("model")
    def _compute_model_name(self):
        for refusal in self:
            known = self.env["ir.model"]._get(refusal.model)
            refusal.model_name = known.name or refusal.model

    @api.model
    def _note(self, model, operation):
        """Keep it, at most one write per day; the request itself is rolled back."""
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '200ms'")
                cr.execute(
                    SQL(
                        """INSERT INTO silverfin_reader_refusal AS refusal
                            (user_id, model, operation, last_on)
                        SELECT %(user)s, %(model)s, %(operation)s, %(today)s
                        WHERE (SELECT count(*) FROM silverfin_reader_refusal
                            WHERE user_id = %(user)s) < %(most)s
                        ON CONFLICT (user_id, model, operation) DO UPDATE
                        SET last_on = EXCLUDED.last_on
                        WHERE refusal.last_on < EXCLUDED.last_on""",
                        user=self.env.uid,
                        model=model,
                        operation=operation,
                        today=fields.Date.today(),
                        most=MOST_PER_USER,
                    ),
                    log_exceptions=False,
                )
        except Exception as error:
            _logger.info("A refusal was not noted: %s", type(error).__name__)

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Date.subtract(fields.Date.today(), days=KEPT_DAYS)
        self.sudo().search([("last_on", "<", limit)]).unlink()
