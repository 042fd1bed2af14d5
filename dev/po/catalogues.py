"""Bring the catalogues of i18n/ up to the template, and say what is wrong in them.

Run by the environment's Python, which has polib because Odoo needs it:
`catalogues.py FOLDER [--check]`. A catalogue is one language's texts (`fr.po`).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

LANGUAGES = ("da", "de", "fr", "nl", "vi")
TEMPLATE = "account_silverfin.pot"
WIDTH = 78
# Attributes of a tag that people read.
READ = re.compile(r'\b(title|aria-label|alt|placeholder)="[^"]*"')
# What a translator must carry over as it is.
CARRIED = {
    "placeholders": re.compile(r"%\([a-z_]+\)[sdf]|%[sd](?![a-z])|\{[a-z_]+\}"),
    "tags": re.compile(r"</?[a-z][^<>]*>"),
    "addresses": re.compile(r"https?://[^\s\"<>]+"),
}


def catalogue(folder: Path, language: str, template: polib.POFile) -> polib.POFile:
    """One language as its file has it, or a new one, with the template's texts."""
    path = folder / f"{language}.po"
    texts = polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else None
    known = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in texts or ()}
    merged = polib.POFile(wrapwidth=WIDTH)
    merged.header = template.header
    merged.metadata = {**template.metadata, "Language": language}
    for entry in template:
        text = known.get((entry.msgctxt, entry.msgid), "")
        merged.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgstr=text,
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    return merged


def faults(texts: polib.POFile) -> Iterator[tuple[str, str]]:
    """What is wrong in a catalogue: the text, and what is wrong with it."""
    for entry in texts:
        if not entry.msgstr.strip():
            yield entry.msgid, "not translated"
            continue
        if entry.fuzzy:
            yield entry.msgid, "marked as uncertain"
        for what, pattern in CARRIED.items():
            if _carried(pattern, entry.msgid) != _carried(pattern, entry.msgstr):
                yield entry.msgid, f"other {what} than in English"
        for side in (str.startswith, str.endswith):
            if side(entry.msgid, " ") != side(entry.msgstr, " "):
                yield entry.msgid, "a space at an end is missing or too many"


def _carried(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(READ.sub(r"\1", found) for found in pattern.findall(text))


def main(arguments: list[str]) -> int:
    """Write or check all catalogues; answers 1 where something is wrong."""
    folder = Path(arguments[0])
    template = polib.pofile(str(folder / TEMPLATE))
    wrong = 0
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        merged = catalogue(folder, language, template)
        if "--check" not in arguments:
            merged.save(str(path))
        elif not path.exists() or path.read_text() != str(merged):
            wrong += 1
            print(f"{path.name}: not made from the template: run `dev/run po.py`")
        found = list(faults(merged))
        for text, what in found:
            print(f"{path.name}: {what}: {' '.join(text.split())[:120]}")
        wrong += len(found)
        print(f"{path.name}: {len(merged)} texts, {len(found)} with something wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
