"""What the tests share: a server, a client on it, and how long things took."""

from __future__ import annotations

import contextlib
import datetime
import time
import unittest
from collections.abc import Iterator
from decimal import Decimal

from rawserver import Behaviour, RawServer

from silverfin_api import SilverfinClient, TokenAuth, Upsert

TOKEN = "access-token-of-the-test"
LINE = Upsert("1", datetime.date(2026, 1, 31), "400000", Decimal("121.00"))
TOKEN_CALL = {
    "client_id": "client",
    "client_secret": "s3cret/with+signs",
    "redirect_uri": "https://odoo.example/silverfin/oauth/callback",
    "firm_id": "7",
}
SLACK = 4.0
"""Seconds, for a busy machine. Without a deadline those answers take much longer."""


def no_renewal(refused: str) -> str:
    raise AssertionError("the token was renewed")


class Case(unittest.TestCase):
    """A test with a server of its own and a client for firm 7 on it."""

    def serve(self, behave: Behaviour | None, **options: object) -> RawServer:
        return self.enter(RawServer(behave, **options))

    def client(self, url: str, **options: object) -> SilverfinClient:
        options.setdefault("auth", TokenAuth(lambda: TOKEN, no_renewal))
        return self.enter(SilverfinClient(url, firm_id="7", **options))

    def pair(
        self, behave: Behaviour | None, **options: object
    ) -> tuple[RawServer, SilverfinClient]:
        server = self.serve(behave)
        return server, self.client(server.url, **options)

    def enter(self, manager):
        # enterContext is there from Python 3.11 on only
        self.addCleanup(manager.__exit__, None, None, None)
        return manager.__enter__()

    @contextlib.contextmanager
    def takes(self, least: float, most: float) -> Iterator[None]:
        began = time.monotonic()
        yield
        spent = time.monotonic() - began
        self.assertGreaterEqual(spent, least)
        self.assertLess(spent, most)


def submit(client: SilverfinClient) -> str:
    return client.submit("5", sync_point="p1", actions=[LINE])
