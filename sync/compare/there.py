"""What Silverfin shows at the end of a period, as it is read."""

from decimal import Decimal
from typing import NamedTuple

from psycopg2.extras import Json

from ... import silverfin_api as api
from ..turn import Turn
from .periods import Period

ZERO = Decimal(0)


class There(NamedTuple):
    """A period as Silverfin shows it."""

    values: dict[str, Decimal]
    """Balance per account number, debit positive."""
    names: dict[str, str]
    """Silverfin's name of each account."""
    adjustments: list[api.Adjustment]


def read_there(turn: Turn, period: Period) -> There:
    """The balances at the end of a period, and what accountants posted on top."""
    number = turn.client_file
    turn.request()
    values: dict[str, Decimal] = {}
    names: dict[str, str] = {}
    for value in turn.client.period_accounts(number, period.id):
        values[value.number] = values.get(value.number, ZERO) + value.value
        names[value.number] = value.name
    return There(values, names, _adjustments(turn, period))


def _adjustments(turn: Turn, period: Period) -> list[api.Adjustment]:
    """Empty where they may not be read; the run remembers that."""
    remembered = _remembered(turn)
    if remembered.get("no_adjustments"):
        return []
    turn.request()
    try:
        return list(turn.client.adjustments(turn.client_file, period.id))
    except (api.Forbidden, api.NotFound):
        # where they are, and which right they need, is assumed
        remember(turn, no_adjustments=True)
        return []


def may_read_adjustments(turn: Turn) -> bool:
    """Whether they could be read so far."""
    return not _remembered(turn).get("no_adjustments")


def _remembered(turn: Turn) -> dict:
    return turn.columns("partial_result")[0] or {}


def remember(turn: Turn, **facts) -> None:
    """Keep what the next turns need to know."""
    turn.set(partial_result=Json(_remembered(turn) | facts))
