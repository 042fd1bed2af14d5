"""A CSV file: UTF-8, commas, dates as 2026-12-31, amounts with a point."""

import csv
import io
from typing import BinaryIO

from odoo.tools import SQL

from .copy import copy
from .rows import COLUMNS, ORDER


def write(cr, rows: SQL, headers: list[str], _title: str, target: BinaryIO) -> None:
    """Write the rows, below a line with the headers."""
    head = io.StringIO()
    csv.writer(head, lineterminator="\n").writerow(headers)
    target.write(head.getvalue().encode())
    columns = SQL(", ").join(
        _cell(kind, SQL.identifier(name)) for name, kind in COLUMNS.items()
    )
    select = SQL("SELECT %s FROM (%s) row ORDER BY %s", columns, rows, ORDER)
    copy(cr, select, SQL("FORMAT csv, ENCODING 'UTF8'"), target)


def _cell(kind: str, column: SQL) -> SQL:
    if kind == "date":
        return SQL("to_char(%s, 'YYYY-MM-DD')", column)
    if kind == "text":
        # as Odoo's own export: a spreadsheet takes these for formulas
        return SQL(
            """CASE WHEN %(text)s ~ '^[=+-]' THEN '''' || %(text)s
                ELSE NULLIF(%(text)s, '') END""",
            text=column,
        )
    return column
