"""Periods and amounts as the reader writes them, to stand in a cell or a sentence."""

from odoo.tools import format_date, formatLang


def period(env, start, end) -> str:
    """Two days, standing alone: in a cell or as a heading.

    :param start: a date, or its ISO text
    """
    return env._(
        "%(start)s to %(end)s",
        start=format_date(env, start),
        end=format_date(env, end),
    )


def amount(env, value, currency) -> str:
    """An amount with its currency; ``value`` is a number or its text."""
    return formatLang(env, float(value), currency_obj=currency)
