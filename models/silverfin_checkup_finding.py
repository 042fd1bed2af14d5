"""One thing that a check-up found, with the list of exactly what is meant."""

from odoo import api, fields, models
from odoo.tools import format_date

from .silverfin_checkup_words import said, titles

NAMED = 5
"""Accounts or partners that a sentence names; the list has them all."""
LISTS = ("account.move.line", "account.bank.statement")
"""Models whose form says less than their list."""


class SilverfinCheckupFinding(models.Model):
    """Kept as facts; the words are those of whoever reads them."""

    _name = "silverfin.checkup.finding"
    _description = "Finding of a Check-up"
    _order = "checkup_id desc, severity desc, id"
    _rec_name = "title"

    checkup_id = fields.Many2one(
        "silverfin.checkup",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="checkup_id.company_id", store=True, index=True
    )
    # see silverfin_checkup_words.py
    code = fields.Char(required=True, readonly=True)
    severity = fields.Selection(
        # in the order of their letters, the worst last
        [("orange", "To look at"), ("red", "To put right first")],
        required=True,
        readonly=True,
        help="What is to be put right first stops the first synchronisation. The rest "
        "does not.",
    )
    title = fields.Char("Subject", compute="_compute_words")
    what = fields.Text("What Was Found", compute="_compute_words")
    advice = fields.Text("What to Do", compute="_compute_words")
    item_count = fields.Integer("Count", readonly=True)
    amount = fields.Monetary("Sum", readonly=True)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    res_model = fields.Char(readonly=True)
    domain = fields.Json(readonly=True)
    facts = fields.Json(readonly=True)

    @api.depends("checkup_id")
    def _compute_currency_id(self):
        """The company's, but for a bank account in another."""
        for finding in self:
            finding.currency_id = finding.checkup_id.company_id.currency_id

    @api.depends("code", "facts")
    @api.depends_context("lang")
    def _compute_words(self):
        named = titles(self.env)
        for finding in self:
            finding.title = named.get(finding.code, finding.code)
            what, advice = said(self.env, finding.code, finding._in_words())
            finding.what, finding.advice = what, advice

    def _in_words(self):
        """The facts as a person reads them."""
        currency = self.currency_id
        facts = dict(self.facts or {})
        for name in ("accounts", "partners"):
            if name in facts:
                facts[name] = self._list(facts[name])
        if "rows" in facts:
            facts["rows"] = self._pairs(facts["rows"])
        for name in ("day", "first", "last"):
            if facts.get(name):
                facts[name] = format_date(self.env, facts[name])
        for name in ("here", "there"):
            if name in facts:
                facts[name] = currency.format(float(facts[name]))
        return facts | {
            "count": self.item_count,
            "amount": currency.format(self.amount),
        }

    def _list(self, rows):
        """``400000 Customers 12.50 €; …`` of ``[number, name, amount]``."""
        texts = [
            f"{f'{number} {name}'.strip()} {self.currency_id.format(float(amount))}"
            for number, name, amount in rows[:NAMED]
        ]
        return "; ".join(texts) + (" …" if len(rows) > NAMED else "")

    def _pairs(self, rows):
        """``550000: 100.00 € in Odoo, 90.00 € in Silverfin; …``"""
        currency = self.currency_id
        texts = [
            self.env._(
                "%(account)s: %(here)s in Odoo, %(there)s in Silverfin",
                account=number,
                here=currency.format(float(here)),
                there=currency.format(float(there)),
            )
            for number, here, there in rows[:NAMED]
        ]
        return "; ".join(texts) + (" …" if len(rows) > NAMED else "")

    def action_open(self):
        """The list of exactly what is meant, as it is now."""
        self.ensure_one()
        self.check_access("read")
        self.env[self.res_model].check_access("read")
        action = {
            "type": "ir.actions.act_window",
            "name": self.title,
            "res_model": self.res_model,
            "view_mode": "list" if self.res_model in LISTS else "list,form",
            "domain": self.domain,
            "context": {"create": False, "active_test": False},
        }
        if self.res_model in LISTS:
            return action
        records = self.env[self.res_model].with_context(active_test=False)
        if self.item_count == 1:
            record = records.search(self.domain, limit=2)
            if len(record) == 1:
                return action | {"res_id": record.id, "view_mode": "form"}
        return action
