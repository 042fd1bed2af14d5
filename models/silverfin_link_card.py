"""A client file's card on the dashboard: where it stands, and the one thing to do."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_time

from ..sync.schedule import PUSHES


class Step(NamedTuple):
    """The one thing to do."""

    text: str
    button: str | None = None
    method: str | None = None
    """An ``action_*`` without arguments; None: this user can do nothing here."""


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    behind = fields.Integer("Items Behind", related="position_id.behind")
    equal_since = fields.Datetime(related="position_id.equal_since")
    needs_you = fields.Boolean(compute="_compute_card", search="_search_needs_you")
    is_running = fields.Boolean(compute="_compute_card", search="_search_is_running")
    is_in_order = fields.Boolean(compute="_compute_card", search="_search_is_in_order")
    card_state = fields.Selection(
        [
            ("needs_you", "Needs you"),
            ("running", "Running"),
            ("behind", "Behind"),
            ("in_order", "In order"),
        ],
        "Where It Stands",
        compute="_compute_card",
    )
    card_text = fields.Char("Standing", compute="_compute_card")
    last_sync_text = fields.Char("Last Done", compute="_compute_last_sync_text")
    step_text = fields.Char("To Do", compute="_compute_card")
    step_button = fields.Char("To Press", compute="_compute_card")

    @api.depends(
        "state",
        "message",
        "verify_state",
        "connection_state",
        "open_run_id",
        "behind",
        "equal_since",
        "rejection_ids",
        "waiting_recoding_ids",
    )
    @api.depends_context("uid", "lang", "tz")
    def _compute_card(self):
        failed = self._with_failed_push()
        for link in self:
            step = link._step(has_failed=link._origin.id in failed)
            link.needs_you = bool(step)
            link.is_running = bool(link.open_run_id)
            link.is_in_order = not (step or link.open_run_id or link.behind)
            link.step_text = step and step.text
            link.step_button = step and step.method and step.button
            link.card_state, link.card_text = link._standing()

    @api.depends("last_sync_at")
    @api.depends_context("lang", "tz")
    def _compute_last_sync_text(self):
        for link in self:
            link.last_sync_text = link.last_sync_at and self.env._(
                "Last sync %(moment)s", moment=self._moment(link.last_sync_at)
            )

    def _moment(self, moment):
        """Day and time as a card writes all of them: in this person's time zone."""
        if not moment:
            return ""
        local = fields.Datetime.context_timestamp(self, moment)
        day = format_date(self.env, local.date())
        return f"{day} {format_time(self.env, local.time(), time_format='short')}"

    def _standing(self):
        """(kind, words) of the badge."""
        if self.is_running:
            return "running", self.env._("Running")
        if self.needs_you:
            return "needs_you", self.env._("Needs you")
        if self.behind == 1:
            return "behind", self.env._("Behind by 1 item")
        if self.behind:
            return "behind", self.env._("Behind by %s items", self.behind)
        if self.equal_since:
            since = fields.Datetime.context_timestamp(self, self.equal_since)
            return "in_order", self.env._(
                "Equal since %s", format_date(self.env, since.date())
            )
        return "in_order", self.env._("Up to date")

    def _with_failed_push(self):
        """Those whose last synchronisation failed, by their ids."""
        self.env.cr.execute(
            SQL(
                """SELECT run.link_id FROM silverfin_run run
                WHERE run.state = 'failed' AND run.id IN (
                    SELECT max(id) FROM silverfin_run
                    WHERE link_id = ANY(%s) AND kind IN %s AND ended_at IS NOT NULL
                    GROUP BY link_id)""",
                self._origin.ids,
                PUSHES,
            )
        )
        return {link_id for (link_id,) in self.env.cr.fetchall()}

    # === The one thing to do: extend this === #

    def _step(self, *, has_failed):
        """The most urgent of what waits for a person; None: nothing does.

        What is found here and what :meth:`_needs_you_domain` finds are the same.

        :rtype: Step
        """
        self.ensure_one()
        return (
            self._step_of_connection()
            or self._step_of_set_up()
            or self._step_of_failure(has_failed)
            or self._step_of_entries()
            or self._step_of_proof()
        )

    @api.model
    def _needs_you_domain(self):
        """The client files that have a step, for who may read everything."""
        return (
            Domain("connection_id.state", "!=", "connected")
            | Domain("state", "in", ("pending", "removed", "attention"))
            | Domain("verify_state", "=", "differs")
            | Domain("rejection_ids", "!=", False)
            | Domain("waiting_recoding_ids", "any", [("agreed", "=", False)])
            | Domain("state", "=", "ready") & self._running_domain(negated=True)
        )

    def _step_of_connection(self):
        if self.connection_state == "connected":
            return None
        if self.has_access("write"):
            return Step(
                self.env._(
                    "This database is not connected to Silverfin, so nothing is sent."
                ),
                self.env._("Open the connection"),
                "action_open_connection",
            )
        return Step(
            self.env._(
                "This database is not connected to Silverfin, so nothing is sent. Ask "
                "a Silverfin administrator of this database to connect it."
            )
        )

    def _step_of_set_up(self):
        show_how = self.env._("Show how"), "action_open"
        if self.state == "removed":
            return Step(
                self.env._(
                    "The synchronisation was removed in Silverfin: set it up there "
                    "again."
                ),
                *show_how,
            )
        if self.state == "pending":
            return Step(
                self.env._(
                    "One step left, in Silverfin: Edit client > Sync > Set up sync."
                ),
                *show_how,
            )
        if self.state == "ready" and not self.open_run_id:
            return self._step_of_first_push()
        return None

    def _step_of_first_push(self):
        if self.checkup_state == "none":
            return Step(
                self.env._("Nothing was sent yet. Check the books first."),
                self.env._("Check-up"),
                "action_checkup",
            )
        if self.checkup_state == "red":
            return Step(
                self.env._(
                    "Nothing was sent yet. The check-up found what must be put right "
                    "first."
                ),
                self.env._("See the check-up"),
                "action_open_checkup",
            )
        return Step(
            self.env._("Nothing was sent yet. See what would be sent."),
            self.env._("Preview"),
            "action_preview",
        )

    def _step_of_failure(self, has_failed):
        explained = self.rejection_ids or self.waiting_recoding_ids
        if self.state != "attention" or (explained and not has_failed):
            return None
        return Step(
            self.message or self.env._("The last synchronisation did not end well."),
            self.env._("Try again"),
            "action_sync",
        )

    def _step_of_entries(self):
        if self.rejection_count:
            return Step(
                self.env._(
                    "Entries set aside: %s. Silverfin does not have them as they are "
                    "here.",
                    self.rejection_count,
                ),
                self.env._("See what is set aside"),
                "action_open_rejections",
            )
        if self.held_count:
            return Step(
                self.env._(
                    "Entries of closed years that are held: %s. They wait for a "
                    "release.",
                    self.held_count,
                ),
                self.env._("See what is held"),
                "action_open_held",
            )
        if self.waiting_recoding_ids:
            return Step(
                self.env._(
                    "Accounts with another number: %s. They wait for your agreement.",
                    len(self.waiting_recoding_ids),
                ),
                self.env._("See the accounts"),
                "action_open",
            )
        return None

    def _step_of_proof(self):
        if self.verify_state != "differs":
            return None
        if self.last_sync_at and self.verified_at < self.last_sync_at:
            return Step(
                self.env._(
                    "Balances differed before the last synchronisation. Compare again."
                ),
                self.env._("Compare"),
                "action_verify",
            )
        return Step(
            self.env._("Silverfin does not show the same balances as the books."),
            self.env._("See the differences"),
            "action_open",
        )

    def action_step(self):
        """Do the one thing that the card proposes, as it stands now."""
        self.ensure_one()
        self.check_access("read")
        failed = self._with_failed_push()
        step = self._step(has_failed=self.id in failed)
        if not step or not step.method:
            return True
        return getattr(self, step.method)()

    # === Searching === #

    @api.model
    def _running_domain(self, *, negated=False):
        is_open = Domain("state", "in", ("queued", "running"))
        return Domain("run_ids", "not any" if negated else "any", is_open)

    def _found(self, domain, value):
        # in sudo: nobody may read the position, where much of it is kept
        found = self.sudo()._search(domain)
        return Domain("id", "in" if True in value else "not in", found)

    def _search_needs_you(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._found(self._needs_you_domain(), value)

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._running_domain(negated=True not in value)

    def _search_is_in_order(self, operator, value):
        if operator != "in":
            return NotImplemented
        in_order = (
            ~self._needs_you_domain()
            & self._running_domain(negated=True)
            & Domain("behind", "in", (0, False))
        )
        return self._found(in_order, value)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name != "needs_you":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        found = self.sudo()._search(self._needs_you_domain())
        return SQL(
            "(%s IN %s) %s", SQL.identifier(alias, "id"), found.subselect(), direction
        )

    @api.model
    def dashboard_counts(self, domain):
        """How many client files of ``domain`` need somebody, run, are behind, are well.

        :param domain: what was searched for besides
        """
        asked = Domain(domain)
        wanted = {
            "needs_you": Domain("needs_you", "=", True),
            "running": Domain("is_running", "=", True),
            "behind": Domain("behind", ">", 0),
            "in_order": Domain("is_in_order", "=", True),
        }
        counts = {
            name: self.search_count(asked & condition)
            for name, condition in wanted.items()
        }
        silent = self.env["silverfin.run"]._scheduler_silent_since()
        return counts | {
            "silent_since": fields.Datetime.to_string(silent) or False,
            "hidden": self._count_hidden(),
        }

    @api.model
    def _count_hidden(self):
        """How many client files are of this person's companies that are not ticked."""
        mine = self.env.user.company_ids
        everything = self.with_context(allowed_company_ids=mine.ids)
        return everything.search_count(
            [("company_id", "in", (mine - self.env.companies).ids)]
        )
