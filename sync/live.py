"""Tells open screens that something moved at a client file: they read it themselves.

The message names the client file and nothing else, on a channel of its company: see
``models/ir_websocket.py`` for who hears it. One row and one NOTIFY, whoever listens.
"""

import logging
import time

from odoo.api import Environment

_logger = logging.getLogger(__name__)

CHANNEL = "silverfin"
"""With a company's record: what is told of its client files."""
MOVED = "silverfin/moved"
SECONDS = 2.0
"""A run on its way tells so often at most: a message costs some 12 ms."""


def tell(env, link) -> None:
    """Something moved at this client file. Never raises.

    In a transaction of its own, between those of the engine: Odoo tells the bus after
    the commit, over another connection, and what fails there must undo nothing.
    """
    try:
        with env.registry.cursor() as cr:
            own = Environment(cr, env.uid, {})
            send(own["silverfin.link"].browse(link.id))
    except Exception:
        _logger.warning("Client file %s: open screens were not told", link.id)


def send(link) -> None:
    """The same in the transaction at hand: heard once that is committed."""
    company = link.sudo().company_id
    link.env["bus.bus"]._sendone((company, CHANNEL), MOVED, {"id": link.id})


class Teller:
    """Tells of one run while it goes on, not too often."""

    def __init__(self) -> None:
        self._next = time.monotonic() + SECONDS

    def tell(self, turn) -> None:
        """To be called where no transaction is open, as often as one likes."""
        if time.monotonic() >= self._next:
            tell(turn.env, turn.link)
            self._next = time.monotonic() + SECONDS
