"""One shape of JSON for two writers: Python fills it, SQL can be composed from it.

So the names of Silverfin's fields stand once, in ``wire.py``, whoever writes the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: ``text``; ``day`` (a date, as YYYY-MM-DD); ``amount`` (an exact number); ``texts`` (a
#: list of texts, each may be missing); ``json`` (ready as it is). Missing: null.
Kind = Literal["text", "day", "amount", "texts", "json"]


@dataclass(frozen=True)
class Slot:
    """The place of a value, by the name under which it is given."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Given:
    """``then`` where the slot called ``name`` has a value, else null."""

    name: str
    then: Any


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with ``values`` in its slots, ready for ``exact_json.dumps``."""
    if isinstance(template, dict):
        return {key: fill(value, values) for key, value in template.items()}
    if isinstance(template, Given):
        missing = values[template.name] is None
        return None if missing else fill(template.then, values)
    if not isinstance(template, Slot):
        return template
    value = values[template.name]
    if template.kind == "day" and value is not None:
        return value.isoformat()
    return value
