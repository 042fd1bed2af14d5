"""An XLSX file of up to a million rows.

XlsxWriter makes the workbook: styles, headers, widths, one row as a pattern. The rows
themselves are written by PostgreSQL, after that pattern: cell by cell in Python, a
million rows take longer than Odoo lets a job work.
"""

import io
import re
import zipfile
from datetime import date
from typing import BinaryIO

import xlsxwriter

from odoo.tools import SQL

from .copy import copy
from .rows import COLUMNS, ORDER

MOST_ROWS = 1_048_575
"""A sheet's, less the one of the headers."""
LONGEST_TEXT = 32_767
SHEET = "xl/worksheets/sheet1.xml"
WIDTHS = {"day": 12, "name": 40, "value": 16, "description": 50, "relation": 30}
PATTERN = re.compile(r'<row r="2".*?</row>')
STYLE = re.compile(r'<c r="([A-Z])2" s="(\d+)"')
BUFFER = 1 << 20
# what XML does not know, and the backslash, which COPY would double
CONTROL = "".join(chr(code) for code in (*range(1, 32), 0xFFFE, 0xFFFF))


def write(cr, rows: SQL, headers: list[str], title: str, target: BinaryIO) -> None:
    """Write the rows below the headers.

    :param title: of the sheet; cut to what a spreadsheet takes
    """
    skeleton = zipfile.ZipFile(_skeleton(headers, title))
    sheet = skeleton.read(SHEET).decode()
    pattern = PATTERN.search(sheet)
    styles = dict(STYLE.findall(pattern[0]))
    head, tail = sheet[: pattern.start()], sheet[pattern.end() :]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name in skeleton.namelist():
            if name != SHEET:
                book.writestr(name, skeleton.read(name))
        with (
            book.open(SHEET, "w", force_zip64=True) as entry,
            io.BufferedWriter(entry, BUFFER) as file,
        ):
            # without the area: nobody knows yet how many rows there are
            file.write(re.sub(r"<dimension [^>]*/>", "", head).encode())
            copy(cr, _select(rows, styles), SQL("FORMAT text"), file)
            file.write(tail.encode())


def _skeleton(headers: list[str], title: str) -> io.BytesIO:
    """A workbook with the headers and, in its second row, a cell of each kind."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip())
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, headers, book.add_format({"bold": True}))
        for place, (name, kind) in enumerate(COLUMNS.items()):
            sheet.set_column(place, place, WIDTHS.get(name, 14))
            if kind == "date":
                sheet.write_datetime(1, place, date(2000, 1, 1), formats[kind])
            elif kind == "amount":
                sheet.write_number(1, place, 1, formats[kind])
    return content


def _select(rows: SQL, styles: dict[str, str]) -> SQL:
    """SELECT of one ``<row>`` each."""
    cells = SQL(" || ").join(
        _cell(chr(ord("A") + place), kind, SQL.identifier(name), styles)
        for place, (name, kind) in enumerate(COLUMNS.items())
    )
    return SQL(
        """SELECT '<row r="' || place || '">' || %(cells)s || '</row>'
        FROM (
            SELECT *, row_number() OVER (ORDER BY %(order)s) + 1 AS place
            FROM (%(rows)s) row
        ) row
        ORDER BY place""",
        cells=cells,
        order=ORDER,
        rows=rows,
    )


def _cell(letter: str, kind: str, column: SQL, styles: dict[str, str]) -> SQL:
    begin = f'<c r="{letter}'
    if kind == "text":
        return SQL(
            """CASE WHEN %(column)s <> '' THEN %(begin)s || place
                || '" t="inlineStr"><is><t xml:space="preserve">' || %(text)s
                || '</t></is></c>' ELSE '' END""",
            column=column,
            begin=begin,
            text=_escaped(column),
        )
    value = SQL("%s - DATE '1899-12-30'", column) if kind == "date" else column
    return SQL(
        "COALESCE(%s || place || %s || (%s) || '</v></c>', '')",
        begin,
        f'" s="{styles[letter]}"><v>',
        value,
    )


def _escaped(column: SQL) -> SQL:
    text = SQL(
        "left(translate(%s, %s, %s), %s)",
        column,
        CONTROL,
        " " * len(CONTROL),
        LONGEST_TEXT,
    )
    for character, entity in {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "\\": "&#92;",
    }.items():
        text = SQL("replace(%s, %s, %s)", text, character, entity)
    return text
