from odoo import fields, models

LINK_STATES = [
    ("pending", "Waiting for Silverfin"),
    ("ready", "Ready"),
    ("syncing", "Synchronising"),
    ("in_sync", "Up to date"),
    ("attention", "Needs attention"),
    ("removed", "Removed in Silverfin"),
]
VERIFY_STATES = [
    ("none", "Not verified"),
    ("equal", "Equal"),
    ("differs", "Differs"),
]


class SilverfinPosition(models.Model):
    """Where the synchronisation of one client file stands.

    Workers write it, by SQL; users see it through ``silverfin.link``'s related
    fields. In a row of its own, so that a person who saves the form and a worker
    that acknowledges a batch never wait for each other.
    """

    _name = "silverfin.position"
    _description = "Position of a Silverfin Client File"
    _log_access = False

    state = fields.Selection(LINK_STATES, required=True, default="pending", index=True)
    message = fields.Text()
    client_file_number = fields.Char(index=True)
    client_file_name = fields.Char()
    sync_start_at = fields.Date()
    sync_point = fields.Char("Silverfin's Marker")
    # what was sent and not yet acknowledged: see sync/flight.py
    in_flight = fields.Json()
    # the years and the retained-earnings account that Silverfin last accepted
    settings_sent = fields.Json()
    # per account what the opening of the start date was made of: see sync/openings.py
    opening_sums = fields.Json()
    # what stood there before the first push: see sync/first.py for its shape
    held_there = fields.Json()
    # what is dated from this day on is being loaded: see sync/closed.py
    loading_from = fields.Date()
    last_sync_at = fields.Datetime()
    next_sync_at = fields.Datetime(index=True)
    verify_state = fields.Selection(VERIFY_STATES, required=True, default="none")
    verified_at = fields.Datetime()
    # see sync/verify.py for its shape
    verify_result = fields.Json()
    # see sync/overview.py for its shape
    overview = fields.Json()
    overview_at = fields.Datetime()
    # items that the next synchronisation would send or remove, when it was looked
    behind = fields.Integer()
    equal_since = fields.Datetime()
