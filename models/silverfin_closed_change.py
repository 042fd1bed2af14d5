"""What was changed in a closed year: amounts by entry, account and day."""

from odoo import api, fields, models
from odoo.tools import format_datetime

MOST_NAMED = 20
"""Entries that a sentence names."""


class SilverfinClosedChange(models.Model):
    """One account of an entry that changed in a closed year, on one day.

    Workers write it, by SQL (``sync/closed.py``), before anything of it goes. Kept for
    good: it is the list of what changed in signed years.
    """

    _name = "silverfin.closed.change"
    _description = "Change in a Closed Year"
    _log_access = False
    _order = "found_at desc, entry_key, date, account_number, id"
    _rec_name = "entry_name"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="link_id.company_id.currency_id")
    run_id = fields.Many2one(
        "silverfin.run", "Run", ondelete="set null", index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("held", "Held"),
            ("released", "Released"),
            ("pending", "On its way"),
            ("sent", "Sent"),
        ],
        required=True,
    )
    # of the entry, also once it is gone; of an opening, -(account); 0: nobody knows
    entry_key = fields.Integer("Number of the Journal Entry", required=True, index=True)
    move_id = fields.Many2one(
        "account.move", "Journal Entry", ondelete="set null", index="btree_not_null"
    )
    entry_name = fields.Char("Entry", required=True)
    kind = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("removed", "Removed"),
            ("moved", "Moved into or out of the closed period"),
        ],
        required=True,
    )
    date = fields.Date(required=True)
    account_number = fields.Char("Account", required=True)
    account_name = fields.Char(compute="_compute_account_name")
    old_value = fields.Monetary("In Silverfin", required=True)
    new_value = fields.Monetary("In Odoo", required=True)
    difference = fields.Monetary(required=True)
    changed_by = fields.Char(help="Who changed the entry last, as far as Odoo knows.")
    changed_at = fields.Datetime()
    found_at = fields.Datetime("Found", required=True, index=True)
    sent_at = fields.Datetime("Sent")
    reason = fields.Text(help="Why it was released, or why it went.")
    released_by_id = fields.Many2one(
        "res.users", "Released By", ondelete="set null", index="btree_not_null"
    )
    released_at = fields.Datetime("Released")
    # of the entry as it is in the books: a release is of that, and of nothing else
    target = fields.Char(groups=fields.NO_ACCESS)

    _open_idx = models.Index("(link_id, entry_key) WHERE state <> 'sent'")

    @api.depends("account_number")
    def _compute_account_name(self):
        for link, changes in self.grouped("link_id").items():
            names = link._account_names(set(changes.mapped("account_number")))
            for change in changes:
                change.account_name = names.get(change.account_number)

    def _who_changed(self):
        """Who changed the entry last, and when."""
        self.ensure_one()
        if not self.changed_by:
            return self.env._("by whom and when is unknown")
        return self.env._(
            "last changed by %(name)s on %(moment)s",
            name=self.changed_by,
            moment=format_datetime(self.env, self.changed_at),
        )

    def action_release(self):
        """Ask why the entries of these may go, and show what that does."""
        self.check_access("read")
        return self.env["silverfin.release"]._ask(self)

    def _release(self, reason):
        """Let the entries of these go, whole, with the next synchronisation.

        What Silverfin holds of them changes then. Checking who may is the caller's
        part.

        :param reason: is kept with each, and in the client file's log
        """
        for link, changes in self.sudo().grouped("link_id").items():
            held = self.sudo().search(
                [
                    ("link_id", "=", link.id),
                    ("entry_key", "in", changes.mapped("entry_key")),
                    ("state", "=", "held"),
                ]
            )
            if held:
                held._release_held(reason)

    def _release_held(self, reason):
        names = list(dict.fromkeys(self.mapped("entry_name")))
        self.write(
            {
                "state": "released",
                "reason": reason,
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
            }
        )
        self.env["silverfin.rejection"].search(
            [
                ("link_id", "=", self.link_id.id),
                ("kind", "=", "held"),
                ("entry_key", "in", self.mapped("entry_key")),
            ]
        ).unlink()
        self.link_id._message_log(
            body=self.env._(
                "%(user)s released held entries (%(count)s): %(names)s. Reason: "
                "%(reason)s",
                user=self.env.user.name,
                count=len(names),
                names=", ".join(names[:MOST_NAMED])
                + (" …" if len(names) > MOST_NAMED else ""),
                reason=reason,
            )
        )

    def action_open_move(self):
        """The journal entry, where it still exists."""
        self.ensure_one()
        self.check_access("read")
        return self.move_id and {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
