from urllib.parse import urlsplit

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import email_normalize, email_normalize_all

from odoo.addons.base.models.res_users import check_identity

from ..keys import address
from ..models.parameters import system_parameter


class SilverfinApiKeyReader(models.TransientModel):
    """Makes a user that can only read one company's books, and its key, in one step."""

    _name = "silverfin.api.key.reader"
    _description = "User Just for Silverfin"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_name = fields.Char(
        "Name",
        compute="_compute_user",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    login = fields.Char(
        "E-mail",
        compute="_compute_user",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="What Silverfin asks for as e-mail. Nothing is sent to it, so it need not "
        "exist.",
    )
    name = fields.Char(
        "Description of the Key",
        required=True,
        default=lambda self: self.env["silverfin.api.key"]._proposal(),
    )
    days = fields.Integer(
        required=True,
        default=lambda self: int(
            self.env.ref("account_silverfin.group_reader").sudo().api_key_duration
        ),
        help="At most what the group of these users allows.",
    )

    @api.depends("company_id")
    def _compute_user(self):
        for wizard in self:
            wizard.user_name, wizard.login = self._proposed_user(wizard.company_id)

    @api.model
    def _proposed_user(self, company):
        """Name and login of a new user just for Silverfin in that company."""
        addresses = email_normalize_all(company.email or "")
        url = system_parameter(self.env, "web.base.url")
        if addresses:
            domain = addresses[0].rpartition("@")[2]
        elif address.problems(url) in ([], ["plain"]):
            domain = urlsplit(url).hostname
        else:
            domain = "silverfin.invalid"
        return (
            self.env._("Silverfin (%s)", company.name),
            f"silverfin.{company.id}@{domain}",
        )

    @check_identity
    def action_make_user(self):
        """Make the user and its key, and show the key, once."""
        self.ensure_one()
        user = self._make_user(self.company_id, self.user_name, self.login)
        expires_on = fields.Date.add(fields.Date.today(), days=self.days)
        note, key = (
            self.env["silverfin.api.key.note"]
            .with_user(user)
            ._make_key(self.name, expires_on, responsible=self.env.user)
        )
        self.unlink()
        return self.env["silverfin.api.key.show"]._action(note, key)

    @api.model
    def _make_user(self, company, name, login):
        """A user with one company, without a password, that may only read the list.

        :raise AccessError: the caller has not the role Administrator
        :raise ValidationError: the login is no e-mail address, or is taken
        """
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Only a user with the role Administrator may make a user for "
                    "Silverfin."
                )
            )
        login = (login or "").strip().lower()
        if email_normalize(login) != login:
            raise ValidationError(
                self.env._("Silverfin asks for an e-mail address: “%s” is none.", login)
            )
        users = self.env["res.users"].with_context(
            active_test=False, no_reset_password=True, mail_create_nosubscribe=True
        )
        if users.search_count([("login", "=", login)]):
            raise ValidationError(
                self.env._("There is a user “%s” already: choose another.", login)
            )
        return users.create(
            {
                "name": name,
                "login": login,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [
                    Command.set(self.env.ref("account_silverfin.group_reader").ids)
                ],
            }
        )
