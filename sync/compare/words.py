"""A comparison in an accountant's words."""

from odoo.tools import format_date

from ..phrases import amount as amount_text
from .causes import (
    ADJUSTMENT,
    ASIDE,
    HELD,
    MONTH,
    RETAINED,
    SOURCE,
    UNKNOWN,
    UNSENT,
    YEARS,
)

MOST_NAMED = 3


def cause_names(env) -> dict[str, str]:
    """What each cause is called."""
    return {
        ADJUSTMENT: env._("adjustment in Silverfin"),
        HELD: env._("held here"),
        ASIDE: env._("set aside here"),
        UNSENT: env._("not yet sent"),
        YEARS: env._("other financial year in Silverfin"),
        MONTH: env._("in another month of the year"),
        RETAINED: env._("other retained earnings account"),
        SOURCE: env._("from another source"),
        UNKNOWN: env._("cause unknown"),
    }


def money(link, amount) -> str:
    """An amount as the reader writes it."""
    return amount_text(link.env, amount, link.company_id.currency_id)


def causes_text(link, row: dict) -> str:
    """The causes of a difference; with amounts where there are several."""
    names = cause_names(link.env)
    if len(row["causes"]) == 1:
        return names[row["causes"][0][0]]
    return ", ".join(
        f"{names[cause]} {money(link, amount)}" for cause, amount in row["causes"]
    )


def sentence(link, result: dict) -> str:
    """The result in a few sentences."""
    env = link.env
    parts = [_compared(link, result), *_differences(link, result)]
    parts += [
        env._(
            "The open amounts differ: %(books)s in Odoo, %(there)s in Silverfin.",
            books=money(link, total["books"]),
            there=money(link, total["there"]),
        )
        for total in (result["open_totals"] or {}).values()
        if float(total["books"]) != float(total["there"])
    ]
    if result["open_items"]:
        parts.append(
            env._(
                "In Odoo, the open items of %(accounts)s do not make its balance.",
                accounts=", ".join(
                    row["account"] for row in result["open_items"][:MOST_NAMED]
                ),
            )
        )
    if result["basis"] != "silverfin":
        parts.append(
            env._("What was compared is what Silverfin accepted, not its own figures.")
        )
    return " ".join(parts)


def _compared(link, result: dict) -> str:
    env = link.env
    if not result["differing"]:
        return env._(
            "%(count)s balances at the end of %(periods)s periods compared, all equal.",
            count=result["accounts"],
            periods=result["periods"],
        )
    return env._(
        "%(count)s balances at the end of %(periods)s periods compared, %(differing)s "
        "differ.",
        count=result["accounts"],
        periods=result["periods"],
        differing=result["differing"],
    )


def _differences(link, result: dict) -> list[str]:
    env = link.env
    return [
        env._(
            "%(account)s from %(date)s on: %(books)s in Odoo, %(there)s in Silverfin "
            "(%(causes)s).",
            account=row["account"],
            date=format_date(env, row["from"]),
            books=money(link, row["books"]),
            there=money(link, row["there"]),
            causes=causes_text(link, row),
        )
        for row in result["differences"][:MOST_NAMED]
    ]
