"""Makes the text of others safe to show and to log: one line, short, no secrets."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

#: Characters of a server's own text that are quoted at most.
LONGEST_QUOTE = 300
MASK = "***"


def mask(text: str, secrets: Iterable[str]) -> str:
    """``text`` without any of ``secrets``, also where they stand URL-encoded."""
    forms = {
        form
        for secret in secrets
        if secret
        for form in (secret, quote(secret, safe=""), quote_plus(secret))
    }
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def tidy(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` as one masked line of at most :data:`LONGEST_QUOTE` characters.

    Control, formatting and unassigned characters go: a server must not be able to
    forge lines of our log or turn the reading direction of a page.
    """
    secrets = tuple(secrets)
    # bounded before the slow steps, and with room for a secret across the bound
    text = mask(text[: 20 * LONGEST_QUOTE], secrets)
    text = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    # once more: a secret with something invisible inside is whole only now
    text = mask(" ".join(text.split()), secrets)
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    return text
