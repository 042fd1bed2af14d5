"""Odoo's log, record by record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

HEAD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): "
)
OURS = "odoo.addons.account_silverfin"


class Record(NamedTuple):
    """One record; `text` holds its traceback too."""

    level: str
    logger: str
    text: str

    @property
    def is_problem(self) -> bool:
        """WARNING or worse."""
        return self.level in ("WARNING", "ERROR", "CRITICAL")

    @property
    def is_error(self) -> bool:
        """ERROR or worse."""
        return self.level in ("ERROR", "CRITICAL")


def records(log: str) -> Iterator[Record]:
    """The records of a log; lines before the first one are left out."""
    level, logger, lines = "", "", []
    for line in log.splitlines():
        head = HEAD.match(line)
        if head:
            if lines:
                yield Record(level, logger, "\n".join(lines))
            level, logger, lines = head["level"], head["logger"], [line]
        elif lines:
            lines.append(line)
    if lines:
        yield Record(level, logger, "\n".join(lines))
