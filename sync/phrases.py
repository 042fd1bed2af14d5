"""Periods, moments and amounts as the reader writes them, in a cell or a sentence."""

from odoo.tools import format_date, format_datetime, formatLang


def period(env, start, end) -> str:
    """Two days, standing alone: in a cell or as a heading.

    :param start: a date, or its ISO text
    """
    return env._(
        "%(start)s to %(end)s",
        start=format_date(env, start),
        end=format_date(env, end),
    )


def moment(env, at, zone: str) -> str:
    """Day and time in a time zone that is named, as the reader may be in another.

    :param at: in UTC; a datetime, or its text as Odoo writes it
    """
    return env._(
        "%(moment)s (time of %(zone)s)",
        moment=format_datetime(env, at, tz=zone),
        zone=zone,
    )


def amount(env, value, currency) -> str:
    """An amount with its currency; ``value`` is a number or its text."""
    return formatLang(env, float(value), currency_obj=currency)
