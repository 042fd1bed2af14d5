"""The list of changes in closed years as a file."""

from odoo import fields, models


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinClosedChange(models.Model):
    _inherit = "silverfin.closed.change"

    def action_export(self):
        """The chosen changes as XLSX, with what they do to results and openings."""
        self.check_access("read")
        changes = self.sorted(lambda c: (c.found_at, c.entry_key, c.date, c.id))
        name = self.env._(
            "Changes in closed years, %(company)s, %(day)s.xlsx",
            company=", ".join(self.link_id.company_id.mapped("name")),
            day=fields.Date.context_today(self),
        )
        sheets = [(self.env._("Changes"), self._columns(), changes._rows())]
        if len(self.link_id) == 1:
            sheets.append(
                (
                    self.env._("Effect"),
                    [
                        (self.env._("On"), "text", 40),
                        (self.env._("Account"), "text", 14),
                        (self.env._("Changes by"), "amount", 16),
                    ],
                    self._effect_rows(),
                )
            )
        return self.env["silverfin.file"]._of_sheets(name, sheets)._download()

    def _for_statement(self):
        """As texts; see ``silverfin.link._silverfin_closed_changes``."""
        states = dict(self._fields["state"]._description_selection(self.env))
        unknown = self.env._("unknown")

        return [
            {
                "entry": change.entry_name,
                "date": change.date.isoformat(),
                "account": change.account_number,
                "before": str(change._exact("old_value")),
                "after": str(change._exact("new_value")),
                "who": change.changed_by or unknown,
                "when": fields.Datetime.to_string(change.changed_at) or "",
                "reason": ": ".join(
                    filter(None, (states[change.state], change.reason))
                ),
            }
            for change in self
        ]

    def _columns(self):
        return [
            (self.env._("Company"), "text", 20),
            (self.env._("Entry"), "text", 20),
            (self.env._("Kind"), "text", 12),
            (self.env._("State"), "text", 12),
            (self.env._("Date"), "date", 11),
            (self.env._("Account"), "text", 12),
            (self.env._("Name"), "text", 30),
            (self.env._("In Silverfin"), "amount", 14),
            (self.env._("In Odoo"), "amount", 14),
            (self.env._("Difference"), "amount", 14),
            (self.env._("Changed by"), "text", 20),
            (self.env._("Changed on"), "time", 16),
            (self.env._("Found on"), "time", 16),
            (self.env._("Sent on"), "time", 16),
            (self.env._("Released by"), "text", 20),
            (self.env._("Released on"), "time", 16),
            (self.env._("Reason"), "text", 40),
        ]

    def _rows(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        unknown = self.env._("unknown")
        for change in self:
            yield (
                change.company_id.name,
                change.entry_name,
                kinds[change.kind],
                states[change.state],
                change.date,
                change.account_number,
                change.account_name,
                change.old_value,
                change.new_value,
                change.difference,
                change.changed_by or unknown,
                change._local(change.changed_at),
                change._local(change.found_at),
                change._local(change.sent_at),
                change.released_by_id.sudo().name,
                change._local(change.released_at),
                change.reason,
            )

    def _local(self, moment):
        """In the person's own time, as a sheet shows it."""
        if not moment:
            return None
        return fields.Datetime.context_timestamp(self, moment).replace(tzinfo=None)

    def _effect_rows(self):
        effect = self._effect()
        for what, value in effect["results"]:
            yield what, None, value
        for what, moved in effect["openings"]:
            for number, value in moved:
                yield what, number, value
