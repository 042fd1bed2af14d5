"""Batches: at most Silverfin's limit, the items of one entry together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from .items import Item
from .packed import pack


@dataclass
class Batch:
    """The actions of one request."""

    items: list[Item] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)
    """(line id, part) of items to be removed there."""
    upto: int | None = None
    """Once acknowledged, every window id up to this one is dealt with."""
    is_later_part: bool = False
    """A further part of an entry that is longer than a request may be."""
    uncertain: dict[str, str] | None = None
    """The keys of what goes after this one: a crash must not forget them."""
    is_repeat: bool = False
    """Silverfin may have it from a try before, though nothing here remembers it."""

    def keys(self) -> dict[str, str]:
        """Of ``items`` and ``gone``: what a record says of it."""
        items = ((item.line_id, item.part) for item in self.items)
        return {"items": pack(items), "gone": pack(self.gone)}

    def move_ids(self) -> list[int]:
        """The entries, in order."""
        return list(dict.fromkeys(item.move_id for item in self.items))

    def without(self, move_ids: set[int]) -> "Batch":
        """The same, less these entries."""
        items = [item for item in self.items if item.move_id not in move_ids]
        return replace(self, items=items)

    def halves(self) -> tuple["Batch", "Batch"]:
        """Two batches of whole entries; only the second completes the window."""
        ids = self.move_ids()
        first = set(ids[: len(ids) // 2])
        items = [item for item in self.items if item.move_id in first]
        return replace(self, items=items, gone=[], upto=None), self.without(first)


def by_entry(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items of each entry, in the order they come."""
    entry: list[Item] = []
    for item in items:
        if entry and entry[0].move_id != item.move_id:
            yield entry
            entry = []
        entry.append(item)
    if entry:
        yield entry


class Filler:
    """Makes batches as full as whole entries allow."""

    def __init__(self, limit: int):
        self._limit = limit
        self._batch = Batch()

    @property
    def is_empty(self) -> bool:
        """Nothing waits for a fuller batch."""
        return not self._batch.items

    def add(self, entry: list[Item]) -> Iterator[Batch]:
        """Take one entry; yield what is full.

        An entry longer than the limit has batches of its own, of which only the last
        completes it.
        """
        if len(self._batch.items) + len(entry) > self._limit:
            yield from self.rest()
        if len(entry) <= self._limit:
            self._batch.items += entry
            self._batch.upto = entry[0].move_id
            return
        for start in range(0, len(entry), self._limit):
            is_last = start + self._limit >= len(entry)
            yield Batch(
                entry[start : start + self._limit],
                upto=entry[0].move_id if is_last else None,
                is_later_part=start > 0,
            )

    def rest(self) -> Iterator[Batch]:
        """What is left, however full."""
        if self._batch.items:
            batch, self._batch = self._batch, Batch()
            yield batch
