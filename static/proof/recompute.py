#!/usr/bin/env python3
"""Recompute the SHA-256 of a statement of agreement from Silverfin's data alone.

    python3 recompute.py transactions.json
    python3 recompute.py transactions.csv
    … | python3 recompute.py -

The file holds the transactions that were synchronised into one client file, as
exported from Silverfin: JSON (a list of objects, or an object of them by id) or CSV
with a header row. Of each it takes ``id``, ``date`` (2026-01-31), ``account_number``
(or ``account``) and ``value`` (debit positive); everything else is ignored.

It prints the hash, and how many transactions, total debit and total credit: compare all
four with the statement. Nothing but Python 3 is needed, and nothing is sent anywhere.
"""

import csv
import hashlib
import io
import json
import sys
from decimal import Decimal, InvalidOperation


def transactions(text):
    """The rows of a JSON or CSV text, as dictionaries."""
    if text.lstrip()[:1] in ("{", "["):
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        if isinstance(found, dict):
            return [{"id": key, **row} for key, row in found.items()]
        return found
    dialect = csv.Sniffer().sniff(text.splitlines()[0], delimiters=",;\t")
    return list(csv.DictReader(io.StringIO(text), dialect=dialect))


def line(row):
    """What is hashed of a transaction: its id as bytes, and its line."""
    try:
        account = row.get("account_number") or row["account"]
        value = Decimal(str(row["value"]))
        texts = [str(row["id"]), str(row["date"])[:10], str(account), plain(value)]
    except (KeyError, InvalidOperation) as error:
        raise SystemExit(
            f"This transaction cannot be read: {row} ({error!r})"
        ) from None
    return texts[0].encode(), ("\t".join(texts) + "\n").encode(), value


def plain(value):
    """An amount without exponent and needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def main(arguments):
    """Print the hash and the totals of a file."""
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    if arguments[0] == "-":
        text = sys.stdin.read()
    else:
        with open(arguments[0], encoding="utf-8-sig") as file:
            text = file.read()
    lines = sorted(map(line, transactions(text)), key=lambda found: found[0])
    digest = hashlib.sha256()
    for _id, content, _value in lines:
        digest.update(content)
    values = [value for _id, _content, value in lines]
    print(f"SHA-256       {digest.hexdigest()}")
    print(f"transactions  {len(lines)}")
    print(f"total debit   {sum((v for v in values if v > 0), Decimal(0))}")
    print(f"total credit  {sum((v for v in values if v < 0), Decimal(0))}")


if __name__ == "__main__":
    main(sys.argv[1:])
