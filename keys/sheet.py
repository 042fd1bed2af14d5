"""The files that hold new keys: a CSV, and a page with copy buttons."""

from __future__ import annotations

import csv
import html
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from io import TextIOWrapper
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """What Silverfin asks for, in its order, and until when it works (ISO date)."""

    login: str
    key: str = field(repr=False)
    url: str
    database: str
    expires: str


COLUMNS = ("E-mail", "API key", "URL", "Database")
HEADER = (*COLUMNS, "Expires")


def create(path: Path) -> TextIOWrapper:
    """Open a new file that only its owner can read.

    :raises FileExistsError: it is there; keys cannot be shown again, so none is lost
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return open(handle, "w", encoding="utf-8", newline="")


class Sheet:
    """Rows are on disk as soon as they are added: what a crash leaves can be used."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self._writer = csv.writer(file)
        self.rows: list[Row] = []
        self._write(HEADER)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self._write(astuple(row))

    def _write(self, values: Iterable[str]) -> None:
        self._writer.writerow(values)
        self._file.flush()
        os.fsync(self._file.fileno())


def page(rows: Iterable[Row]) -> str:
    """A page that asks nothing of any server, with a copy button for each value."""
    body = "\n".join(
        f"<h2>{html.escape(row.database)}</h2><p>Expires {html.escape(row.expires)}</p>"
        + "".join(
            f"<label>{name}<input readonly value='{html.escape(value, quote=True)}'>"
            "<button type=button>Copy</button></label>"
            for name, value in zip(COLUMNS, astuple(row), strict=False)
        )
        for row in rows
    )
    return _PAGE.replace("{body}", body)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>API keys for Silverfin</title>
<style>
body { font: 16px sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
label { display: flex; gap: .5rem; margin: .3rem 0; align-items: center }
input { flex: 1; font-family: monospace; padding: .3rem; margin-left: auto;
  max-width: 36rem }
h2 { margin-top: 2rem; border-top: 1px solid #ccc; padding-top: 1rem }
</style>
</head>
<body>
<h1>API keys for Silverfin</h1>
<p>Silverfin asks for these four values, in this order. Delete this file when Silverfin
has them: whoever has a key has the rights of its user. On Odoo Online one key for all
databases is made on the vendor's own portal instead: log in at
<strong>odoo.com</strong>, My Account, Account Security, switch on developer mode, New
API Key.</p>
{body}
<script>
for (const button of document.querySelectorAll("button")) {
  button.onclick = () => {
    button.previousElementSibling.select();
    document.execCommand("copy");
    button.textContent = "Copied";
  };
}
</script>
</body>
</html>
"""
