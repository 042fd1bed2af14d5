"""What went wrong on the way, as a code: a caller can say it in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES = {
    "host_unknown": "The host %(host)s was not found.",
    "host_late": "The host %(host)s could not be reached in time.",
    "host_unreached": "The host %(host)s was not reached: %(reason)s.",
    "certificate": "The server's certificate was refused: %(reason)s.",
    "not_secure": "No secure connection could be made.",
    "closed": "The connection was closed.",
    "broken": "The connection to Silverfin broke.",
    "late": "Silverfin did not answer within %(seconds)s seconds.",
    "not_sendable": "The request cannot be sent as configured (address or proxy).",
    "no_answer": "No answer came.",
    "answered": "Silverfin answered %(status)s.",
    "answered_with": "Silverfin answered %(status)s: %(text)s",
    "needs_right": "Silverfin answered %(status)s: this needs the right %(right)s.",
    "needs_right_with": "Silverfin answered %(status)s: %(text)s (this needs the right "
    "%(right)s)",
}
"""By code, the sentence in English."""

ABOUT_SILVERFIN = ("broken", "late")
"""What names Silverfin, though another server may have been called."""


@dataclass(frozen=True)
class Problem:
    """``code`` is one of :data:`SENTENCES`; ``values`` are what its sentence names,
    safe to show.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """In English, whole."""
        return SENTENCES[self.code] % self.values
