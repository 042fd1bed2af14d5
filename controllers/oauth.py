"""Where Silverfin sends the browser back to: checks who comes, and shows the end."""

from odoo import http
from odoo.http import request

from ..models.silverfin_authorization import AuthorizationFailed


class SilverfinOAuth(http.Controller):
    @http.route(
        "/silverfin/oauth/callback",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def callback(
        self, state=None, code=None, authorized_firm_id=None, error=None, **_others
    ):
        """The answer to "Connect"; only "state", "code", the firm and "error" count."""
        try:
            if not request.env.user.has_group("account_silverfin.group_manager"):
                raise AuthorizationFailed(
                    request.env._(
                        "Only a Silverfin administrator may connect to Silverfin. Log "
                        "in as one and press Connect there."
                    ),
                    403,
                )
            connection_id = request.env["silverfin.authorization"]._complete(
                state, code=code, firm_number=authorized_firm_id, error=error
            )
        except AuthorizationFailed as failure:
            return self._failed(failure)
        return request.redirect(self._form(connection_id))

    def _failed(self, failure):
        response = request.render(
            "account_silverfin.oauth_failed",
            {
                "message": failure.message,
                "back": (
                    self._form(failure.connection_id)
                    if failure.connection_id
                    else "/odoo"
                ),
            },
            status=failure.status,
        )
        # the address holds the code: no other server may be told where one came from
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _form(self, connection_id):
        action = "account_silverfin.silverfin_connection_action"
        return f"/odoo/action-{action}/{connection_id}"
