"""The sentences of a statement of agreement: whole ones, in the reader's language."""

from odoo.tools import format_date, format_datetime

from ..sync.compare.page import earlier
from ..sync.phrases import amount, moment


def sentences(env, facts: dict, currency) -> dict:
    """By part of the statement, what it says.

    :param facts: see ``sync/statement/facts.py``
    """
    result, sent = facts["result"], facts["sent"]
    zone = facts.get("zone", "UTC")
    return {
        "at": moment(env, facts["at"], zone),
        "changes": env._(
            "Changes in closed years since %(moment)s",
            moment=format_datetime(env, facts["since"], tz=zone),
        )
        if facts["since"]
        else env._("Changes in closed years since the first synchronisation"),
        "when": lambda row: (
            format_datetime(env, row["when"], tz=zone)
            if row["when"][:1].isdigit()
            else env._("unknown")
        ),
        "compared": env._(
            "Balances compared: %(balances)s. Ends of periods: %(periods)s. Balances "
            "that differ: %(differing)s.",
            balances=result["accounts"],
            periods=result["periods"],
            differing=result["differing"],
        ),
        "ends": ", ".join(
            format_date(env, end[0]) for year in result["years"] for end in year["ends"]
        ),
        "earlier": earlier(env, result["earlier"]),
        "more": env._(
            "Differences not listed here: %(count)s. See the trial balances below.",
            count=result["more"],
        ),
        "retained": result["retained"]
        and env._(
            "Retained earnings: same total, on another account. Silverfin uses "
            "%(there)s, Odoo sends %(here)s.",
            there=", ".join(result["retained"]["there"]),
            here=result["retained"]["here"],
        ),
        "books": env._(
            "Items in Odoo that belong in the client file: %(books)s. Transactions "
            "that Silverfin accepted: %(items)s, debit %(debit)s, credit %(credit)s.",
            books=sent["books"],
            items=sent["items"],
            debit=amount(env, sent["debit"], currency),
            # kept with its sign, as the recomputing program prints it
            credit=amount(env, abs(float(sent["credit"])), currency),
        ),
        "open": {
            "receivable": env._("Receivables, open in Odoo and in Silverfin"),
            "payable": env._("Payables, open in Odoo and in Silverfin"),
        },
        "off_balance": lambda row: env._(
            "Off-balance account %(account)s, left out: balance", account=row["account"]
        ),
        "digest": env._(
            "SHA-256 over the ids, dates, accounts and values of all transactions "
            "(%(count)s), in the order of their ids:",
            count=sent["items"],
        ),
        "trial_balance": lambda year: env._(
            "Trial balance at %(date)s, financial year from %(start)s to %(end)s",
            date=format_date(env, year["last"]),
            start=format_date(env, year["start"]),
            end=format_date(env, year["end"]),
        ),
    }
