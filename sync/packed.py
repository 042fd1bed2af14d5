"""Which items were on their way, as a short text for the in-flight record.

A record is written twice for each request: as lists it would be as long as a tenth of
the request itself. ``"17 20+499 31/2 -5/-1"`` is the item 17, the 500 items from 20 on,
the second share of 31 and the opening of the account 5.
"""

from collections.abc import Iterable

Key = tuple[int, int]
"""(line id, part)"""


def pack(keys: Iterable[Key]) -> str:
    """The text; ids that follow one another are one word."""
    words: list[str] = []
    first = last = part = None
    for line_id, its_part in keys:
        if part == its_part and line_id == last + 1:
            last = line_id
            continue
        if first is not None:
            words.append(_word(first, last, part))
        first, last, part = line_id, line_id, its_part
    if first is not None:
        words.append(_word(first, last, part))
    return " ".join(words)


def _word(first: int, last: int, part: int) -> str:
    several = f"+{last - first}" if last > first else ""
    return f"{first}{several}/{part}" if part else f"{first}{several}"


def unpack(text: str) -> list[Key]:
    """The keys, in the same order."""
    keys: list[Key] = []
    for word in text.split():
        ids, _slash, part = word.partition("/")
        first, _plus, more = ids.partition("+")
        keys += [
            (line_id, int(part or 0))
            for line_id in range(int(first), int(first) + int(more or 0) + 1)
        ]
    return keys
