"""The sandbox's own pages, by address."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ..state import ClientFile
from . import balance, files, firms, ledger, requests

if TYPE_CHECKING:
    from ..core import Sandbox

_FILE = "/f/<int:firm>/<int:file>"
_MAP = Map(
    [
        Rule("/", methods=["GET"], endpoint="firms"),
        Rule("/log", methods=["GET"], endpoint="log"),
        Rule("/f/<int:firm>", methods=["GET"], endpoint="firm"),
        Rule(_FILE, methods=["GET"], endpoint="ledger"),
        Rule(_FILE + "/balance", methods=["GET"], endpoint="balance"),
        Rule(_FILE + "/sync", methods=["GET"], endpoint="sync"),
        Rule(_FILE + "/sync", methods=["POST"], endpoint="set_up"),
        Rule(_FILE + "/remove", methods=["POST"], endpoint="remove"),
        Rule(_FILE + "/refresh", methods=["POST"], endpoint="refresh"),
    ],
    strict_slashes=False,
)


class Site:
    """Answers everything that is a page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def answer(self, request: Request) -> Response:
        name, args = _MAP.bind("").match(request.path, request.method)
        if name == "firms":
            return firms.listing(self.sandbox)
        if name == "log":
            return requests.listing(self.sandbox, request.args.get("company", ""))
        firm = self.sandbox.state.firms.get(args["firm"])
        if firm is None:
            raise NotFound
        if name == "firm":
            return firms.firm(self.sandbox, firm)
        file = self.sandbox.state.client_files.get(args["file"])
        if file is None or file.firm is not firm:
            raise NotFound
        if request.method == "POST":
            return self._press(name, file, request.form)
        with self.sandbox.state.lock:
            return self._show(name, file, request.args)

    def _show(self, name: str, file: ClientFile, query: Any) -> Response:
        if name == "balance":
            return balance.trial_balance(self.sandbox, file, query.get("period", ""))
        if name == "sync":
            return files.sync(self.sandbox, file)
        account, page = query.get("account", ""), query.get("page", "1")
        if not (page.isascii() and page.isdigit()):
            raise BadRequest
        return ledger.listing(self.sandbox, file, account, max(int(page), 1))

    def _press(self, name: str, file: ClientFile, form: Any) -> Response:
        if name == "refresh":
            self.sandbox.request_sync(file)
        elif name == "remove":
            self.sandbox.remove_sync(file)
        else:
            self._set_up(file, form)
        return redirect(files.address(file, "sync"), 303)

    def _set_up(self, file: ClientFile, form: Any) -> None:
        client_id, _space, reference = form.get("reference", "").partition(" ")
        application = self.sandbox.state.applications.get(client_id)
        try:
            start = date.fromisoformat(form["start"]) if form.get("start") else None
        except ValueError as error:
            raise BadRequest("The start date is not a date.") from error
        if application is None or not reference:
            raise BadRequest("Choose a reference.")
        self.sandbox.set_up_sync(file, reference, start, application)
