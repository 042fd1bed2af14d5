"""A file that was made for one person, to be downloaded at once."""

import base64
import io
import re

import xlsxwriter

from odoo import api, fields, models

NO_NAME = re.compile(r"[\[\]:*?/\\']")
"""What no name of a sheet may have."""
NUMBERS = ("amount", "count")


class SilverfinFile(models.TransientModel):
    _name = "silverfin.file"
    _description = "File to Download"

    name = fields.Char(required=True)
    data = fields.Binary(required=True, attachment=False)

    @api.model
    def _of_sheets(self, name, sheets):
        """An XLSX file, kept until it was downloaded; see :meth:`_content`."""
        data = base64.b64encode(self._content(sheets))
        return self.create({"name": name, "data": data})

    @api.model
    def _content(self, sheets):
        """The bytes of an XLSX file.

        :param sheets: list of (name, list of (header, kind, width), rows); a kind is
            ``text``, ``date``, ``time``, ``amount`` or ``count``
        """
        buffer = io.BytesIO()
        # in_memory: rows are written as they come, whatever their number
        book = xlsxwriter.Workbook(
            buffer,
            {
                "constant_memory": True,
                # a text that begins with = is no formula
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "indent": 1}),
            "head of numbers": book.add_format(
                {"bold": True, "bottom": 1, "align": "right"}
            ),
            "text": book.add_format({"num_format": "@", "indent": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "indent": 1}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "indent": 1}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "count": book.add_format({"num_format": "0"}),
        }
        for title, columns, rows in sheets:
            sheet = book.add_worksheet(NO_NAME.sub(" ", title)[:31].strip())
            sheet.freeze_panes(1, 0)
            # on paper: as wide as a page, the headers on each
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            for place, (header, kind, width) in enumerate(columns):
                sheet.set_column(place, place, width, formats[kind])
                head = "head of numbers" if kind in NUMBERS else "head"
                sheet.write_string(0, place, header, formats[head])
            for number, row in enumerate(rows, 1):
                for place, value in enumerate(row):
                    kind = columns[place][1]
                    if value is None or value is False or value == "":
                        continue
                    if kind in ("date", "time"):
                        sheet.write_datetime(number, place, value, formats[kind])
                    elif kind in NUMBERS:
                        sheet.write_number(number, place, value, formats[kind])
                    else:
                        sheet.write_string(number, place, str(value), formats[kind])
        book.close()
        return buffer.getvalue()

    def _download(self):
        """The action that gives it to the person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content?model={self._name}&id={self.id}&field=data"
            "&filename_field=name&download=true",
            # "download" opens a window, which browsers block after a wait
            "target": "self",
        }
