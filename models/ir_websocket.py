"""Who hears on the bus that something moved at a client file."""

from odoo import models

from ..sync.live import CHANNEL

# what the web client asks for; it is no channel of the bus, so nobody hears it
WANTED = "account_silverfin"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        # a text names no channel: who asks gets those of the companies that may be seen
        others = [channel for channel in channels if channel != WANTED]
        wanted = len(others) < len(channels)
        found = super()._build_bus_channel_list(others)
        if wanted:
            found += self._silverfin_channels()
        return found

    def _silverfin_channels(self):
        """What the user may hear of: the companies whose client files may be read."""
        user = self.env.user
        if not user.has_group("account_silverfin.group_user"):
            return []
        return [(company, CHANNEL) for company in user.company_ids]
