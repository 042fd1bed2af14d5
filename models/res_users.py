"""The user just for Silverfin: API keys only, and nothing but the list of rights."""

from odoo import api, models
from odoo.exceptions import AccessDenied, ValidationError

from .res_users_apikeys import KEY


class ResUsers(models.Model):
    _inherit = "res.users"

    def _is_silverfin_reader(self):
        """Whether this is a user just for Silverfin."""
        return self._has_group("account_silverfin.group_reader")

    def _rpc_api_keys_only(self):
        return self._is_silverfin_reader() or super()._rpc_api_keys_only()

    def _check_credentials(self, credential, env):
        # whatever password it gets, by mistake or by a reset, opens no screen
        if (env or {}).get(
            "interactive", True
        ) and self.env.user._is_silverfin_reader():
            raise AccessDenied()
        return super()._check_credentials(credential, env)

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """As Odoo's, which remembers a good answer, also when the key is no longer one.

        So each call over XML-RPC is noted, and a deleted or expired key is refused at
        once, by every process.
        """
        result = super()._check_uid_passwd(uid, passwd)
        keys = self.env["res.users.apikeys"]
        if KEY.fullmatch(passwd) and not keys._note_silverfin_use(uid, passwd):
            # a key that has gone, or a password that looks like one: ask again
            user = self.with_user(uid).env.user
            user._check_credentials(
                {"login": user.login, "password": passwd, "type": "password"},
                {"interactive": False},
            )
        return result

    @api.constrains("group_ids")
    def _check_silverfin_reader(self):
        reader = self.env.ref("account_silverfin.group_reader")
        manager = self.env.ref("base.group_erp_manager")
        for user in self:
            # not has_group, which remembers the groups from before
            if reader | manager <= user.all_group_ids:
                raise ValidationError(
                    self.env._(
                        "%s administers this database: a user just for Silverfin can "
                        "do nothing but read. Make another user for that.",
                        user.name,
                    )
                )
