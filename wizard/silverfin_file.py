"""A file that was made for one person, to be downloaded at once."""

import base64
import io

import xlsxwriter

from odoo import api, fields, models


class SilverfinFile(models.TransientModel):
    _name = "silverfin.file"
    _description = "File to Download"

    name = fields.Char(required=True)
    data = fields.Binary(required=True, attachment=False)

    @api.model
    def _of_sheets(self, name, sheets):
        """An XLSX file.

        :param sheets: list of (name, list of (header, kind, width), rows); a kind is
            ``text``, ``date``, ``time`` or ``amount``
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
            "head": book.add_format({"bold": True, "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        for title, columns, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            for place, (header, kind, width) in enumerate(columns):
                sheet.set_column(place, place, width, formats[kind])
                sheet.write_string(0, place, header, formats["head"])
            for number, row in enumerate(rows, 1):
                for place, value in enumerate(row):
                    kind = columns[place][1]
                    if value is None or value is False or value == "":
                        continue
                    if kind in ("date", "time"):
                        sheet.write_datetime(number, place, value, formats[kind])
                    elif kind == "amount":
                        sheet.write_number(number, place, value, formats[kind])
                    else:
                        sheet.write_string(number, place, str(value), formats[kind])
        book.close()
        return self.create({"name": name, "data": base64.b64encode(buffer.getvalue())})

    def _download(self):
        """The action that gives it to the person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content?model={self._name}&id={self.id}&field=data"
            "&filename_field=name&download=true",
            "target": "download",
        }
