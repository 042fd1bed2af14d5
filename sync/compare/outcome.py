"""The result of a comparison, as ``silverfin.position.verify_result`` keeps it.

``basis``
    ``silverfin``: balances were read there; ``acknowledged``: without the right to
    read, what Silverfin acknowledged.
``accounts``, ``periods``, ``differing``
    How many balances were compared, at the end of how many periods, and how many of
    them differ.
``years``
    Per financial year of Silverfin ``{start, end, last, ends, periods, accounts,
    differing, own, result, sum}``: ``ends`` are ``[day, accounts, differing]`` of each
    period, ``last`` is the last day, ``own`` the bounds in the books where they are
    others, ``result`` (a profit positive) and ``sum`` (of all balances) ``{books,
    there}`` at that last day.
``differences``
    At most :data:`MOST` of ``{account, name, from, to, periods, books, there,
    difference, causes}``: one for as long as an account differs by the same. ``books``
    and ``there`` at the last of these periods, ``causes`` a list of ``[cause, amount]``
    (see ``causes``). ``more`` is how many there are beyond.
``adjustments``, ``adjusted``, ``no_adjustments``
    Those made in Silverfin, ``{id, description, account, value, year}``; whether its
    balances hold them; whether they could not be read.
``retained``
    ``{here, there, from}`` where Silverfin puts results on other accounts of the
    family.
``earlier``
    Periods before the first day that is sent.
``open_items``
    Accounts whose open items do not make their balance in the books: ``{account,
    balance, open}``.
``open_totals``
    What is open, ``{receivable, payable}`` each ``{books, there}``; None: not read.

Amounts are texts, debit positive; days are ISO dates.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ...ledger.years import FinancialYear
from .causes import RETAINED, Chart, Parts, difference, name_causes
from .kept import Compared, Line
from .sides import Sides

MOST = 200
"""Differences that are kept."""
ZERO = Decimal(0)


@dataclass
class Span:
    """An account that differs by the same for some periods in a row."""

    number: str
    name: str
    parts: Parts
    ends: list[date] = field(default_factory=list)
    last: Line | None = None


@dataclass(frozen=True)
class Found:
    """What was compared, with its causes."""

    periods: list[Compared]
    parts: list[dict[str, Parts]]
    """Of each period."""
    adjusted: bool
    """Silverfin's balances hold its adjustments."""


def find(
    before: list[Compared], periods: list[Compared], chart: Chart, *, adjusted: bool
) -> Found:
    """Name the causes.

    :param before: the period before the first that counts, where there is one
    """
    parts = name_causes([*before, *periods], chart, adjusted=adjusted)
    return Found(periods, parts[len(before) :], adjusted)


def outcome(found: Found, sides: Sides, chart: Chart) -> dict:
    """The result without what only the turn knows."""
    spans = _spans(found)
    years = _years(found, sides, chart)
    return {
        "accounts": sum(year["accounts"] for year in years),
        "periods": len(found.periods),
        "differing": sum(year["differing"] for year in years),
        "years": years,
        "differences": [_span_texts(span, found.adjusted) for span in spans[:MOST]],
        "more": max(0, len(spans) - MOST),
        "adjustments": _adjustments(found.periods),
        "adjusted": found.adjusted,
        "retained": _retained(found, chart),
    }


def _spans(found: Found) -> list[Span]:
    spans: list[Span] = []
    open_spans: dict[str, Span] = {}
    for period, named in zip(found.periods, found.parts, strict=True):
        differing = {n: parts for n, parts in named.items() if difference(parts)}
        for number in open_spans.keys() - differing.keys():
            del open_spans[number]
        for number in sorted(differing):
            span = open_spans.get(number)
            if not span or span.parts != differing[number]:
                name = period.names.get(number, "")
                span = open_spans[number] = Span(number, name, differing[number])
                spans.append(span)
            span.ends.append(period.end)
            span.last = period.lines[number]
    return spans


def _span_texts(span: Span, adjusted: bool) -> dict:
    line = span.last
    return {
        "account": span.number,
        "name": span.name,
        "from": span.ends[0].isoformat(),
        "to": span.ends[-1].isoformat(),
        "periods": len(span.ends),
        # on the books' own years, if Silverfin's are others
        "books": str(line.books - line.years),
        "there": str(line.there - (line.adjusted if adjusted else ZERO)),
        "difference": str(difference(span.parts)),
        "causes": [[cause, str(amount)] for cause, amount in span.parts.items()],
    }


def _years(found: Found, sides: Sides, chart: Chart) -> list[dict]:
    years: dict[FinancialYear, dict] = {}
    for period, named in zip(found.periods, found.parts, strict=True):
        year = years.setdefault(
            period.year,
            {
                "start": period.year.start.isoformat(),
                "end": period.year.end.isoformat(),
                "ends": [],
                "periods": 0,
                "accounts": 0,
                "differing": 0,
            },
        )
        year["periods"] += 1
        year["accounts"] += period.accounts
        differing = sum(1 for parts in named.values() if difference(parts))
        year["differing"] += differing
        year["last"] = period.end.isoformat()
        year["ends"].append([year["last"], period.accounts, differing])
        year["own"] = _own(sides, period)
        lines = period.lines.values()
        result = [line for line in lines if line.number in chart.nominal]
        year["result"] = _sums(result, found.adjusted, -1)
        year["sum"] = _sums(lines, found.adjusted, 1)
    return list(years.values())


def _own(sides: Sides, period: Compared) -> list[str] | None:
    own = sides.own_year(period.end)
    if not own or own == period.year:
        return None
    return [own.start.isoformat(), own.end.isoformat()]


def _sums(lines, adjusted: bool, sign: int) -> dict:
    books = there = ZERO
    for line in lines:
        books += line.books
        there += line.there - (line.adjusted if adjusted else ZERO)
    return {"books": str(sign * books), "there": str(sign * there)}


def _adjustments(periods: list[Compared]) -> list[dict]:
    found = {}
    for period in periods:
        for adjustment in period.adjustments:
            key = (period.year, adjustment["id"], adjustment["account"])
            found[key] = adjustment | {"year": period.year.end.isoformat()}
    return list(found.values())


def _retained(found: Found, chart: Chart) -> dict | None:
    for period, named in zip(found.periods, found.parts, strict=True):
        numbers = sorted(n for n, parts in named.items() if RETAINED in parts)
        if numbers:
            others = [number for number in numbers if number != chart.retained]
            return {
                "here": chart.retained,
                "there": others,
                "from": period.end.isoformat(),
            }
    return None
