"""What is on its way while the assistant is open, and the buttons that start it."""

from datetime import timedelta

from odoo import fields, models

# while somebody waits on the page; nobody else is asked so often
LOOK_AGAIN = timedelta(seconds=45)


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinSetup(models.Model):
    _inherit = "silverfin.setup"

    is_waiting = fields.Boolean(compute="_compute_is_waiting")
    past = fields.Selection(
        [
            ("empty", "Nothing: it is new, or has no data"),
            ("replace", "Data, and Odoo has all of these years too"),
            ("keep", "Earlier years that are not in Odoo"),
        ],
        "What Is in the Client File?",
        default="empty",
        required=True,
    )
    scheduler_silent_since = fields.Datetime(compute="_compute_is_waiting")
    run_message = fields.Text(compute="_compute_run_message")
    all_found = fields.Boolean(compute="_compute_is_waiting")
    all_equal = fields.Boolean(compute="_compute_is_waiting")
    can_send = fields.Boolean(compute="_compute_is_waiting")
    # some of the client files; all of those that were set up in Silverfin
    has_sent = fields.Boolean(compute="_compute_is_waiting")
    all_sent = fields.Boolean(compute="_compute_is_waiting")

    def _compute_is_waiting(self):
        """Whether the page will look different soon, by what others do."""
        silent = self.env["silverfin.run"]._scheduler_silent_since()
        for setup in self:
            links = setup.link_ids
            setup.scheduler_silent_since = silent
            setup.all_found = bool(links) and not setup._unfound()
            setup.all_equal = not setup._missing_proof()
            setup.can_send = bool(setup._unsent())
            sent = links.filtered("last_sync_at")
            setup.has_sent = bool(sent)
            setup.all_sent = bool(sent) and not links - sent - setup._unfound()
            match setup.step:
                case "connect":
                    # the firm's name is asked for right after the access
                    setup.is_waiting = bool(setup.invited_until) or (
                        setup.connection_state == "connected" and not setup.firm_name
                    )
                case "silverfin":
                    setup.is_waiting = not setup.all_found
                case "push" | "proof":
                    setup.is_waiting = bool(links.open_run_id)
                case _:
                    setup.is_waiting = False

    def _compute_run_message(self):
        """Why client files cannot be looked up, where that failed last."""
        for setup in self:
            last = self.env["silverfin.run"].sudo()
            if setup.connection_id and setup.step == "silverfin":
                last = last.search(
                    [
                        ("connection_id", "=", setup.connection_id.id),
                        ("kind", "in", ("companies", "references")),
                        ("state", "!=", "cancelled"),
                    ],
                    limit=1,
                )
            is_bad = last.state == "failed" or last.attempts
            setup.run_message = last.message if is_bad else False

    def _unfound(self):
        return self.link_ids.filtered(lambda link: link.state in ("pending", "removed"))

    def _unsent(self):
        return self.link_ids.filtered(
            lambda link: (
                not link.last_sync_at
                and link.state not in ("pending", "removed")
                and not link.open_run_id
            )
        )

    def action_watch(self):
        """Asked by the open page every few seconds: it shows what is new by itself.

        While client files are waited for, Silverfin's list is looked at more often.
        """
        self.ensure_one()
        self._check_manager()
        if self.step == "silverfin" and self._unfound():
            last = (
                self.env["silverfin.run"]
                .sudo()
                .search(
                    [
                        ("connection_id", "=", self.connection_id.id),
                        ("kind", "=", "companies"),
                    ],
                    limit=1,
                )
            )
            began = last.create_date or fields.Datetime.now() - LOOK_AGAIN
            is_connected = self.connection_id.state == "connected"
            if is_connected and began <= fields.Datetime.now() - LOOK_AGAIN:
                self.env["silverfin.run"]._ask(
                    "companies", connection=self.connection_id, trigger="schedule"
                )
        return True

    def action_look(self):
        """It was set up in Silverfin: look at once."""
        self.ensure_one()
        self._check_manager()
        return self.connection_id.action_refresh_companies()

    def action_send(self):
        """The first synchronisation of each client file that is ready."""
        self.ensure_one()
        self._check_manager()
        self._unsent().action_sync()
        return True
