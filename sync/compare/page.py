"""The sentences of the page Proof: whole ones, so that they can be translated."""

from functools import partial

from markupsafe import Markup

from odoo.tools import format_date

from ..phrases import period
from .words import money

BOLD = Markup("<b>%s</b>")


def page_words(link, result: dict, names: dict[str, str]) -> dict:
    """What the page says of a comparison, by its part.

    :param result: see ``outcome.py``
    :param names: the names of accounts, by number
    """
    env = link.env
    return {
        "headline": _headline(env, result),
        "more": env._("Differences not listed: %(count)s.", count=result["more"]),
        "open_items": [
            env._(
                "%(account)s: balance %(balance)s, open %(open)s",
                account=_account(row, names),
                balance=money(link, row["balance"]),
                open=money(link, row["open"]),
            )
            for row in result["open_items"]
        ],
        "retained": _retained(env, result["retained"]),
        "years": [_other_year(env, year) for year in result["years"] if year["own"]],
        "adjustments": [_adjustment(link, row, names) for row in result["adjustments"]],
        "earlier": earlier(env, result["earlier"]),
        "period": partial(period, env),
        "differing": lambda year: env._(
            "Differing: %(count)s", count=year["differing"]
        ),
    }


def earlier(env, count: int) -> str:
    """Of periods that end before the first day sent."""
    return env._(
        "Periods in Silverfin that end before the first day that is sent: %(count)s. "
        "They come from another source and were not compared.",
        count=count,
    )


def _headline(env, result: dict) -> str:
    if result["differing"]:
        return env._(
            "Balances that differ: %(differing)s of %(balances)s.",
            differing=result["differing"],
            balances=result["accounts"],
        )
    counts = {"balances": result["accounts"], "periods": result["periods"]}
    if result["basis"] == "silverfin":
        return env._(
            "All balances read back from Silverfin are equal to the books, to the "
            "cent. Balances compared: %(balances)s. Ends of periods: %(periods)s.",
            **counts,
        )
    return env._(
        "All balances of what Silverfin accepted are equal to the books, to the cent. "
        "Balances compared: %(balances)s. Ends of periods: %(periods)s.",
        **counts,
    )


def _account(row: dict, names: dict[str, str]) -> str:
    return f"{row['account']} {names.get(row['account'], '')}".strip()


def _retained(env, retained: dict | None) -> str:
    if not retained:
        return ""
    return env._(
        "Same total on the retained earnings accounts, on another account: Silverfin "
        "uses %(there)s, Odoo sends %(here)s. To change that, choose another retained "
        "earnings account here, or in Silverfin.",
        there=BOLD % ", ".join(retained["there"]),
        here=BOLD % retained["here"],
    )


def _other_year(env, year: dict) -> str:
    own_start, own_end = year["own"]
    return env._(
        "Silverfin counts a financial year from %(start)s to %(end)s. In Odoo it is "
        "from %(own_start)s to %(own_end)s. The balances above are compared on "
        "Silverfin's year.",
        start=format_date(env, year["start"]),
        end=format_date(env, year["end"]),
        own_start=format_date(env, own_start),
        own_end=format_date(env, own_end),
    )


def _adjustment(link, row: dict, names: dict[str, str]) -> str:
    env = link.env
    values = {
        "number": row["id"],
        "account": _account(row, names),
        "end": format_date(env, row["year"]),
        "value": money(link, row["value"]),
    }
    if not row["description"]:
        return env._(
            "Adjustment %(number)s on the account %(account)s, year to %(end)s: "
            "%(value)s",
            **values,
        )
    return env._(
        "Adjustment %(number)s “%(description)s” on the account %(account)s, year to "
        "%(end)s: %(value)s",
        description=row["description"],
        **values,
    )
