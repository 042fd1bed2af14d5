"""Groups of age of open items: plain arithmetic on days."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

MOST_LIMITS = 8
LONGEST = 3650
"""Days; an older limit is a typing error."""


@dataclass(frozen=True)
class Ages:
    """Groups by days since an item was due, or since its date."""

    limits: tuple[int, ...]
    """The last day of each group but the last, which has no end; ascending."""

    @classmethod
    def of(cls, text: str, *, not_due: bool) -> Ages:
        """Read ``30, 60, 90``.

        :param not_due: what is not overdue is a group of its own, the first
        :raise ValueError: it is no ascending list of days
        """
        limits = tuple(int(word) for word in text.replace(";", ",").split(","))
        if not 1 <= len(limits) <= MOST_LIMITS or limits[-1] > LONGEST:
            raise ValueError(text)
        if any(first >= second for first, second in pairwise((0, *limits))):
            raise ValueError(text)
        return cls((0, *limits) if not_due else limits)

    @property
    def spans(self) -> list[tuple[int | None, int | None]]:
        """(first day, last day) of each group; the first has no beginning, the last
        no end."""
        starts = (None, *(limit + 1 for limit in self.limits))
        return list(zip(starts, (*self.limits, None), strict=True))

    def place(self, day: date, on: date) -> int:
        """In which group an item of this day is, seen on another."""
        return bisect_left(self.limits, (on - day).days)
