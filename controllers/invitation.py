"""The page behind a connection link: what is asked, then on to Silverfin."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.silverfin_authorization import AuthorizationFailed


class SilverfinInvitation(http.Controller):
    @http.route(
        "/silverfin/connect/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        readonly=False,
        sitemap=False,
    )
    def connect(self, token, **_others):
        """Looking does nothing, as programs that check mails look, too."""
        try:
            invitation = self._invitation(token)
            if request.httprequest.method == "POST":
                return self._go(invitation)
        except AuthorizationFailed as failure:
            return page("invitation_failed", failure.status, message=failure.message)
        return page(
            "invitation",
            env=invitation.env,
            go=request.httprequest.path,
            csrf_token=request.csrf_token(),
            **invitation._values(),
        )

    def _invitation(self, token):
        invitation = request.env["silverfin.invitation"]._of(token)
        if not invitation:
            raise AuthorizationFailed(
                request.env._(
                    "This link is not open any more: it was used, withdrawn, or is "
                    "older than 48 hours. Ask for a new one."
                ),
                404,
            )
        return invitation

    def _go(self, invitation):
        connection = invitation._as_maker()
        try:
            url = connection._authorize_url(connection._redirect_uri(), invitation)
        except UserError as error:
            raise AuthorizationFailed(str(error), 409) from error
        response = request.redirect(url, code=303, local=False)
        return private(response)


def page(template, status=200, *, env=None, **values):
    """A page of ours for somebody without a login."""
    lang = (env or request.env).context.get("lang")
    request.update_context(lang=lang)
    response = request.render(f"account_silverfin.{template}", values, status=status)
    return private(response)


def private(response):
    """No other server may be told where one came from, and nobody keeps the page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    return response
