from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.base.models.res_users import check_identity

SCOPE = "rpc"
"""The narrowest scope that Odoo's external API accepts."""
EXPIRES_SOON = timedelta(days=14)
LONGEST_NAME = 100
LONGEST_DAYS = 365
"""For users with the role Administrator, whom Odoo's own limit does not bind."""


class SilverfinApiKeyNote(models.Model):
    """What may be known about an API key made for Silverfin. Never the key itself."""

    _name = "silverfin.api.key.note"
    _description = "Silverfin API Key"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "expires_at desc, id desc"

    # an integer: an expired key's row is deleted by Odoo, and its note says so
    key_id = fields.Integer(required=True, readonly=True, copy=False)
    name = fields.Char("Description", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The user that Silverfin is, when it uses this key.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Who made the key, and is told before it expires.",
    )
    expires_at = fields.Datetime("Expires", required=True, readonly=True)
    last_used_on = fields.Date(
        "Last Used",
        readonly=True,
        help="The last day on which somebody, Silverfin we hope, read with this key.",
    )
    replaces_id = fields.Many2one(
        "silverfin.api.key.note", "Takes the Place Of", readonly=True
    )
    replaced_by_ids = fields.One2many("silverfin.api.key.note", "replaces_id")
    is_reminded = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("valid", "Valid"),
            ("expiring", "Expires soon"),
            ("expired", "Expired"),
            ("off", "User archived"),
        ],
        compute="_compute_state",
    )
    may_delete = fields.Boolean(compute="_compute_may_delete")
    is_replaceable = fields.Boolean(compute="_compute_may_delete")

    _key_uniq = models.UniqueIndex("(key_id)")

    @api.depends("expires_at", "user_id.active")
    def _compute_state(self):
        now = fields.Datetime.now()
        for note in self:
            if note.expires_at <= now:
                note.state = "expired"
            elif not note.user_id.active:
                note.state = "off"
            elif note.expires_at <= now + EXPIRES_SOON:
                note.state = "expiring"
            else:
                note.state = "valid"

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_may_delete(self):
        is_system = self.env.is_system()
        for note in self:
            is_own = note.user_id == self.env.user
            note.may_delete = is_own or is_system
            note.is_replaceable = is_own or (
                is_system and note.user_id._is_silverfin_reader()
            )

    # === Making a key === #

    @api.model
    def _make_key(self, name, expires_on, *, replaces=None, responsible=None):
        """A new API key of ``env.user``, of which only a note is kept.

        Not in superuser mode: Odoo's limit on a key's life would not hold.

        :param expires_on: the date at whose begin (UTC) the key ends
        :param replaces: the note of the key whose place it takes
        :return: the note, and the key, which nobody can ask for again
        :raise ValidationError: description or date
        :raise AccessError: Silverfin could not read with a key of this user
        """
        self._check_may_have_key()
        name = self._checked_name(name)
        moment = self._checked_expiry(expires_on)
        key = self.env["res.users.apikeys"]._generate(SCOPE, name, moment)
        # the row just inserted by this very session
        self.env.cr.execute(
            "SELECT currval(pg_get_serial_sequence('res_users_apikeys', 'id'))"
        )
        notes = self.sudo().with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        )
        note = notes.create(
            {
                "key_id": self.env.cr.fetchone()[0],
                "name": name,
                "user_id": self.env.uid,
                "responsible_id": (responsible or self.env.user).id,
                "expires_at": moment,
                "replaces_id": replaces and replaces.id,
            }
        )
        if replaces:
            replaces.sudo().activity_feedback(
                ["mail.mail_activity_data_todo"],
                feedback=self.env._("Solved: closed by itself."),
            )
        return self.browse(note.id), key

    def _check_may_have_key(self):
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._("Only internal users can have an API key for Silverfin.")
            )
        for model in ("account.move.line", "account.account"):
            if not self.env[model].has_access("read"):
                raise AccessError(
                    self.env._(
                        "You may not read journal items, so Silverfin could not read "
                        "them with a key of yours either. Ask an administrator for "
                        "accounting rights, or for a user just for Silverfin."
                    )
                )

    @api.model
    def _checked_name(self, name):
        name = " ".join((name or "").split())
        if not name:
            raise ValidationError(
                self.env._(
                    "Describe what the key is for: it is the only way to recognise it "
                    "later."
                )
            )
        if len(name) > LONGEST_NAME:
            raise ValidationError(
                self.env._(
                    "The description has %(length)s characters; at most %(most)s are "
                    "shown in lists.",
                    length=len(name),
                    most=LONGEST_NAME,
                )
            )
        return name

    @api.model
    def _longest_days(self):
        """For how many days ``env.user`` may make a key; Odoo's rule, and a year."""
        longest = max(self.env.user.all_group_ids.mapped("api_key_duration"), default=0)
        longest = int(max(longest, 1))
        return max(longest, LONGEST_DAYS) if self.env.is_system() else longest

    @api.model
    def _checked_expiry(self, expires_on):
        expires_on = fields.Date.to_date(expires_on)
        today = fields.Date.today()
        if not expires_on or expires_on <= today:
            raise ValidationError(
                self.env._("The key must expire on a day that is still to come.")
            )
        longest = self._longest_days()
        if expires_on > today + timedelta(days=longest):
            raise ValidationError(
                self.env._(
                    "You can make keys for at most %(days)s days, so until %(date)s. "
                    "An administrator can allow longer ones on your groups.",
                    days=longest,
                    date=fields.Date.to_string(today + timedelta(days=longest)),
                )
            )
        return datetime.combine(expires_on, time.min)

    # === Buttons === #

    def action_replace(self):
        """The wizard that makes a new key in place of this one."""
        self.ensure_one()
        if not self.is_replaceable:
            raise AccessError(self.env._("Only the owner of a key can replace it."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replace the API Key"),
            "res_model": "silverfin.api.key",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_name": self.name,
                "default_replaces_id": self.id,
                "default_user_id": self.user_id.id,
            },
        }

    def action_test(self):
        """Does what Silverfin does, as this key's user; a worker asks, not we."""
        self.ensure_one()
        if not self.may_delete:
            raise AccessError(self.env._("Only the owner of a key can test it."))
        self.env["silverfin.run"].with_user(self.user_id)._ask("test")
        return self._shown_again()

    @check_identity
    def action_confirm_replaced(self):
        """Silverfin has the new key: delete the one that it replaces."""
        self.ensure_one()
        self.check_access("read")
        if not self.replaces_id:
            raise UserError(self.env._("The old key has already been deleted."))
        self.replaces_id._delete_keys()
        return self._shown_again()

    @check_identity
    def action_delete(self):
        """Delete the keys for good; Silverfin can no longer read with them."""
        self.check_access("read")
        self._delete_keys()
        return self._shown_again()

    def _delete_keys(self):
        if not self.env.is_system() and self.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "Only its owner or a user with the role Administrator may delete "
                    "a key."
                )
            )
        keys = self.env["res.users.apikeys"].browse(self.mapped("key_id")).exists()
        keys._remove()
        # of keys that Odoo has deleted after their end
        self.sudo().exists().unlink()

    def _shown_again(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === Before a key expires === #

    @api.model
    def _cron_remind(self):
        """An activity for those whose keys expire within 14 days; once per key."""
        soon = fields.Datetime.now() + EXPIRES_SOON
        for note in self.search(
            [("expires_at", "<=", soon), ("is_reminded", "=", False)]
        ):
            note.is_reminded = True
            if note.replaced_by_ids or note.state == "off":
                continue
            note = note.with_context(lang=note.responsible_id.lang)
            note.activity_schedule(
                "mail.mail_activity_data_todo",
                min(note.expires_at.date(), fields.Date.today() + EXPIRES_SOON),
                summary=note.env._("The API key “%s” expires", note.name),
                note=note.env._(
                    "After %(date)s Silverfin can no longer read this database. Open "
                    "Silverfin > Configuration > API Keys, press Replace, and give "
                    "Silverfin the new key.",
                    date=fields.Date.to_string(note.expires_at.date()),
                ),
                user_id=note.responsible_id.id,
            )

    # === Cleaning up === #

    @api.autovacuum
    def _gc_gone(self):
        """Notes of keys that were deleted past the ORM, before their end."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT note.id FROM silverfin_api_key_note note
                LEFT JOIN res_users_apikeys key ON key.id = note.key_id
                WHERE key.id IS NULL
                    AND note.expires_at > now() AT TIME ZONE 'utc'"""
            )
        )
        self.browse(row[0] for row in self.env.cr.fetchall()).unlink()
