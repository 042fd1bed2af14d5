"""Which pictures there are: where each is kept, and how one gets to see it.

Nothing but data, so that a test may read it without Odoo or a browser.
"""

from __future__ import annotations

from dataclasses import dataclass

DOCS = "docs/images"
APPS = "static/description"
ACTION = "action-account_silverfin."


@dataclass(frozen=True)
class Picture:
    """``address`` is below /odoo, with names of situation.py in braces.

    ``presses`` are selectors to click, or pairs of selector and text to type.
    ``width`` and ``height`` are those of the window, ``at`` is what comes to its top.
    """

    folder: str
    name: str
    address: str
    presses: tuple[str | tuple[str, str], ...] = ()
    width: int = 1200
    height: int = 700
    at: str = ""

    @property
    def path(self) -> str:
        """Below the repository."""
        return f"{self.folder}/{self.name}.png"


FILES = "silverfin-client-files"
ALBUM = (
    # the Apps page; the guide shows these too
    Picture(APPS, "dashboard", "{dashboard}", width=1400, height=1010),
    Picture(APPS, "dashboard-phone", "{dashboard}", width=390, height=780),
    Picture(
        APPS,
        "proof",
        f"{FILES}/{{equal}}",
        ("a[name=proof]",),
        height=640,
        at=".o_notebook",
    ),
    Picture(APPS, "set-aside", "silverfin-set-aside", width=1400, height=330),
    Picture(APPS, "statement", "{statement}", width=900, height=1000, at="h2"),
    Picture(
        APPS,
        "preview",
        f"{FILES}/{{behind}}",
        ("button[name=action_preview]",),
        height=640,
    ),
    Picture(APPS, "check-up", "silverfin-checkup/{checkup}", width=1300, height=560),
    # the guide
    Picture(DOCS, "client-file", f"{FILES}/{{equal}}", height=780),
    Picture(DOCS, "client-file-needs", f"{FILES}/{{needs}}", height=640),
    Picture(
        DOCS,
        "closed-years-release",
        f"{FILES}/{{needs}}",
        ("button[name=action_release_held]",),
        height=620,
    ),
    Picture(DOCS, "file", ACTION + "silverfin_export_action/{file}", height=520),
    Picture(
        DOCS,
        "aged-list",
        ACTION + "silverfin_aged_action",
        ("[name=date] button", ("[name=date] input", "{today}"), "[name=ages] input"),
        height=620,
    ),
    Picture(
        DOCS,
        "connection",
        ACTION + "silverfin_connection_action/{connection}",
        height=760,
    ),
    Picture(DOCS, "set-up-access", "silverfin-setup/{access}", height=720),
    Picture(DOCS, "set-up-connect", "silverfin-setup/{connect}", height=540),
    Picture(
        DOCS,
        "set-up-companies",
        "silverfin-setup/{companies}",
        ("[name=company_ids] input",),
        height=560,
    ),
    Picture(DOCS, "set-up-silverfin", "silverfin-setup/{silverfin}", height=760),
    Picture(DOCS, "set-up-proof", "silverfin-setup/{proof}", height=560),
    Picture(DOCS, "api-keys-page", "silverfin-api-keys", height=640),
    Picture(
        DOCS,
        "api-key-once",
        "silverfin-api-keys",
        (
            "button[name=action_new_key]",
            (".modal [name=name] input", "Silverfin of the firm"),
            ".modal footer .btn-primary",
            (".modal [name=password] input", "{password}"),
            ".modal footer .btn-primary",
        ),
        height=640,
    ),
)
# by cover.html
COVER = f"{APPS}/cover.png"
