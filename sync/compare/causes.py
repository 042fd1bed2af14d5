"""Why a balance in Silverfin is not that of the books: each cent has a cause.

Plain arithmetic, no database. What the books and what Silverfin acknowledged differ by
is known (held, set aside, not yet sent, other bounds of the year). What Silverfin shows
beyond what it acknowledged is followed from period to period: where it begins tells
what it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from .kept import Compared, Line

ZERO = Decimal(0)

ADJUSTMENT = "adjustment"
HELD = "held"
ASIDE = "aside"
UNSENT = "unsent"
YEARS = "years"
MONTH = "month"
RETAINED = "retained"
SOURCE = "source"
UNKNOWN = "unknown"
ORDER = (ADJUSTMENT, HELD, ASIDE, UNSENT, YEARS, RETAINED, MONTH, SOURCE, UNKNOWN)
"""In this order they are named."""
REMARKS = (ADJUSTMENT, RETAINED)
"""These are said, and are no difference."""

Parts = dict[str, Decimal]
"""By cause, what Silverfin has more."""


@dataclass(frozen=True)
class Chart:
    """What is known of the accounts."""

    retained: str
    """Takes the results of the years before, as we told Silverfin."""
    family: Collection[str]
    """Accounts that may play that part."""
    nominal: Collection[str]
    """Income and expense: they start each year at zero."""
    known: Collection[str]
    """Accounts that are in the books, or that Silverfin has from here."""


def adjustments_included(periods: Iterable[Compared], default: bool) -> bool:
    """Whether Silverfin's balances hold its adjustments: which of both fits better.

    :param default: the answer where neither does
    """
    fits = {True: 0, False: 0}
    for period in periods:
        for line in period.lines.values():
            if line.adjusted:
                rest = line.there - line.acknowledged
                fits[True] += rest == line.adjusted
                fits[False] += not rest
    return default if fits[True] == fits[False] else fits[True] > fits[False]


def name_causes(
    periods: list[Compared], chart: Chart, *, adjusted: bool
) -> list[dict[str, Parts]]:
    """For each period, per account, the causes of what differs; equal ones left out.

    :param periods: oldest first, their years without a gap
    :param adjusted: Silverfin's balances hold its adjustments
    """
    carried: dict[str, Parts] = {}
    named = []
    for number, period in enumerate(periods):
        is_new_year = number and period.year != periods[number - 1].year
        if is_new_year:
            carried = _next_year(carried, chart)
        later = [other for other in periods[number + 1 :] if other.year == period.year]
        rests = {line.number: _rest(line, adjusted) for line in period.lines.values()}
        last = later[-1].lines if later else None
        _follow(carried, rests, chart, last and _rests(last, adjusted))
        named.append(_all_parts(period, carried, adjusted))
    return named


def _rest(line: Line, adjusted: bool) -> Decimal:
    """What Silverfin shows beyond what it acknowledged."""
    return line.there - line.acknowledged - (line.adjusted if adjusted else ZERO)


def _rests(lines: dict[str, Line], adjusted: bool) -> dict[str, Decimal]:
    return {number: _rest(line, adjusted) for number, line in lines.items()}


def _next_year(carried: dict[str, Parts], chart: Chart) -> dict[str, Parts]:
    """What a year leaves to the next: that of income and expense is its result."""
    opened: dict[str, Parts] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for number, parts in carried.items():
        target = chart.retained if number in chart.nominal else number
        for cause, amount in parts.items():
            opened[target][cause] += amount
    return {
        number: {cause: amount for cause, amount in parts.items() if amount}
        for number, parts in opened.items()
    }


def _follow(
    carried: dict[str, Parts],
    rests: dict[str, Decimal],
    chart: Chart,
    at_the_end: dict[str, Decimal] | None,
) -> None:
    """Bring ``carried`` up to a period: what is new in it gets its cause.

    :param at_the_end: what is left at the last period of the year, None for that one
    """
    before = {number: sum(parts.values(), ZERO) for number, parts in carried.items()}
    new = {
        number: rests.get(number, ZERO) - before.get(number, ZERO)
        for number in rests.keys() | before.keys()
    }
    new = {number: amount for number, amount in new.items() if amount}
    # what comes to nothing again is over, whatever it was
    for number, amount in list(new.items()):
        parts = carried.get(number, {})
        over = next((c for c, known in parts.items() if known == -amount), None)
        if over:
            del parts[over], new[number]
        elif not rests.get(number):
            carried[number] = {}
            del new[number]
    for number, cause in _causes(new, before, chart, at_the_end).items():
        parts = carried.setdefault(number, {})
        parts[cause] = parts.get(cause, ZERO) + new[number]


def _causes(
    new: dict[str, Decimal],
    before: dict[str, Decimal],
    chart: Chart,
    at_the_end: dict[str, Decimal] | None,
) -> dict[str, str]:
    """The cause of what is new, by account."""
    family = [number for number in new if number in chart.family]
    causes = {}
    if len(family) > 1 and not sum((new[number] for number in family), ZERO):
        causes = dict.fromkeys(family, RETAINED)
    if at_the_end is not None:
        for number in new.keys() - causes.keys():
            if at_the_end.get(number, ZERO) == before.get(number, ZERO):
                causes[number] = MONTH
    left = new.keys() - causes.keys()
    # who enters whole bookings leaves debit and credit equal
    is_whole = len(left) > 1 and not sum((new[number] for number in left), ZERO)
    for number in left:
        is_source = is_whole or number not in chart.known
        causes[number] = SOURCE if is_source else UNKNOWN
    return causes


def _all_parts(
    period: Compared, carried: dict[str, Parts], adjusted: bool
) -> dict[str, Parts]:
    found = {}
    for number, line in period.lines.items():
        unsent = line.books - line.acknowledged - line.held - line.aside
        parts = {
            ADJUSTMENT: line.adjusted if adjusted else ZERO,
            HELD: -line.held,
            ASIDE: -line.aside,
            UNSENT: -unsent,
            YEARS: line.years,
            **carried.get(number, {}),
        }
        if any(parts.values()):
            found[number] = {cause: parts[cause] for cause in ORDER if parts.get(cause)}
    return found


def difference(parts: Parts) -> Decimal:
    """What of these is a difference: remarks apart."""
    return sum((a for cause, a in parts.items() if cause not in REMARKS), ZERO)
