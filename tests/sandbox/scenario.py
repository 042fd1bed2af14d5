"""Ready-made contents for a sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from .core import Sandbox
from .state import Application

# Known values, so that a script can be written down; they open nothing but a sandbox.
CLIENT_ID = "sandbox-client-id"
CLIENT_SECRET = "sandbox-client-secret"
SIGNING_TOKENS = ("sandbox-signing-token-1", "sandbox-signing-token-2")
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def demo(sandbox: Sandbox, redirect_uris: Iterable[str] = ()) -> Application:
    """A firm with an admin and a user, a second firm, an application, four files."""
    firm = sandbox.add_firm("Fiduciaire Sandbox")
    other = sandbox.add_firm("Accountants Sandbox")
    sandbox.add_user(firm, "admin@sandbox.test")
    sandbox.add_user(other, "admin@sandbox.test")
    sandbox.add_user(firm, "user@sandbox.test", admin=False)
    for name in ("Client file 1", "Client file 2", "Client file 3", "Client file 4"):
        sandbox.add_client_file(firm, name)
    return sandbox.add_application(
        [*redirect_uris, OUT_OF_BAND],
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        signing_tokens=SIGNING_TOKENS,
    )


SCENARIOS = {"demo": demo}
