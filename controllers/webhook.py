"""Where Silverfin calls: hands over the raw body, and answers at once."""

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.silverfin_webhook import ROUTE
from ..silverfin_api.webhook import LARGEST_BODY


class SilverfinWebhook(http.Controller):
    @http.route(
        f"{ROUTE}<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        # beyond it nothing is read, and the answer is 413
        max_content_length=LARGEST_BODY,
    )
    def webhook(self, key, **_others):
        """A call of Silverfin's; see ``silverfin.webhook._receive``."""
        http_request = request.httprequest
        status, text = (
            request.env["silverfin.webhook"]
            .with_user(SUPERUSER_ID)
            ._receive(key, http_request.get_data(), http_request.headers)
        )
        return request.make_response(
            text, headers=[("Content-Type", "text/plain; charset=utf-8")], status=status
        )
