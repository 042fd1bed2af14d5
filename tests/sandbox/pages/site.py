"""The sandbox's own pages, by address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from .layout import page, table

if TYPE_CHECKING:
    from ..core import Sandbox


class Site:
    """Answers everything that is a page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def answer(self, request: Request) -> Response:
        if request.path != "/":
            raise NotFound
        firms = self.sandbox.state.firms.values()
        return page(
            "Firms",
            table(
                ["Firm", "Number"],
                [[f.name, f.id] for f in firms],
                empty=Markup("None"),
            ),
        )
