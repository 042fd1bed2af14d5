"""Where Silverfin sends the browser back to: checks who comes, and shows the end."""

from odoo import http
from odoo.http import request

from ..models.own_transaction import in_own_transaction
from ..models.silverfin_authorization import AuthorizationFailed
from .invitation import page, private


class SilverfinOAuth(http.Controller):
    @http.route(
        "/silverfin/oauth/callback",
        type="http",
        # a connection link brings people without a login; others must log in
        auth="public",
        methods=["GET"],
        readonly=False,
        sitemap=False,
    )
    def callback(
        self, state=None, code=None, authorized_firm_id=None, error=None, **_others
    ):
        """The answer to "Connect"; only "state", "code", the firm and "error" count."""
        answer = {"code": code, "firm_number": authorized_firm_id, "error": error}
        authorization = request.env["silverfin.authorization"]
        try:
            invited = authorization._invited(state)
            if invited is not None:
                invited._complete(state, **answer)
                return page("invitation_done", env=invited.env)
        except AuthorizationFailed as failure:
            return page("invitation_failed", failure.status, message=failure.message)
        if request.env.user._is_public():
            raise http.SessionExpiredException("Log in first")
        try:
            if not request.env.user.has_group("account_silverfin.group_manager"):
                raise AuthorizationFailed(
                    request.env._(
                        "Only a Silverfin administrator may connect to Silverfin. Log "
                        "in as one and press Connect there."
                    ),
                    403,
                )
            connection_id = authorization._complete(state, **answer)
        except AuthorizationFailed as failure:
            return self._failed(failure)
        return request.redirect(self._form(connection_id))

    def _failed(self, failure):
        self._keep(failure)
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
        # the address holds the code
        return private(response)

    def _keep(self, failure):
        """The assistant says it too, where Connect was pressed there."""
        connection = request.env["silverfin.connection"].browse(failure.connection_id)
        setup = request.env["silverfin.setup"]
        if connection and (setup := setup._of_connection(connection)):
            # in this one, Odoo might repeat the request, and the code is used up
            in_own_transaction(
                request.env,
                lambda env: setup.with_env(env).write(
                    {"connect_failure": failure.message}
                ),
            )

    def _form(self, connection_id):
        """Where Connect was pressed: the assistant, else the connection."""
        connection = request.env["silverfin.connection"].browse(connection_id)
        setup = request.env["silverfin.setup"]._of_connection(connection)
        if setup:
            return f"/odoo/action-account_silverfin.silverfin_setup_window/{setup.id}"
        action = "account_silverfin.silverfin_connection_action"
        return f"/odoo/action-{action}/{connection_id}"
