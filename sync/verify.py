"""The proof: Silverfin's balances against the books, per account and year.

``silverfin.position.verify_result`` keeps what was compared: ``basis`` (``silverfin``:
balances were read there; ``acknowledged``: without the right to read, what Silverfin
acknowledged), ``accounts`` (how many balances were compared), ``years`` (a list of
``{start, end, accounts, differences}``) and in ``differences`` at most
:data:`MOST_DIFFERENCES` of ``{account, books, there, acknowledged, difference}``,
amounts as text. ``open_items`` names the receivable and payable accounts whose open
items do not make their balance in the books: ``{account, balance, open}``.
"""

from datetime import date
from decimal import Decimal

from psycopg2.extras import Json

from odoo import fields
from odoo.tools import SQL, format_date, formatLang

from .. import silverfin_api as api
from ..ledger.balances import trial_balance
from ..ledger.open_items import unexplained
from ..ledger.years import FinancialYear
from .transaction import commit
from .turn import Turn

MOST_DIFFERENCES = 200
ZERO = Decimal(0)


def verify(turn: Turn) -> str:
    """Compare, keep the result on the client file, and say it in a sentence.

    A year that was compared is kept at once, so that many years on a slow day take
    several turns, and end.
    """
    years = turn.link._silverfin_years()
    reads = turn.link.connection_id.sudo().read_back
    report = _compared_before(turn)
    done = {year["start"] for year in report}
    last_periods = _last_periods(turn, years) if reads else {}
    for year in years:
        if year.start.isoformat() in done:
            continue
        end, there = year.end, None
        if reads:
            end, there = _silverfin_balances(turn, year, last_periods.get(year))
        report.append(_compare(turn, year, end, there))
        turn.set(partial_result=Json(report))
        commit(turn.env)
        turn.got_on = True
    basis = "silverfin" if reads else "acknowledged"
    return _keep(turn, basis, report, _unexplained(turn))


def _unexplained(turn: Turn) -> list[dict]:
    return [
        {
            "account": account.number,
            "balance": str(account.balance),
            "open": str(account.open),
        }
        for account in unexplained(turn.env.cr, turn.scope)
    ]


def _compared_before(turn: Turn) -> list[dict]:
    turn.env.cr.execute(
        SQL("SELECT partial_result FROM silverfin_run WHERE id = %s", turn.run_id)
    )
    return turn.env.cr.fetchone()[0] or []


def _last_periods(
    turn: Turn, years: list[FinancialYear]
) -> dict[FinancialYear, api.Period]:
    """Per year the last of its periods that Silverfin has."""
    turn.request()
    last: dict[FinancialYear, api.Period] = {}
    for period in turn.client.periods(turn.link.client_file_number):
        for year in years:
            is_later = year not in last or period.end > last[year].end
            if year.start <= period.end <= year.end and is_later:
                last[year] = period
    return last


def _silverfin_balances(
    turn: Turn, year: FinancialYear, period: api.Period | None
) -> tuple[date, dict[str, Decimal]]:
    """The end of the period, and the balances there.

    Without a period nothing of that year is there: every balance of ours differs.
    """
    if not period:
        return year.end, {}
    turn.request()
    balances: dict[str, Decimal] = {}
    values = turn.client.period_accounts(turn.link.client_file_number, period.id)
    for value in values:
        balances[value.number] = balances.get(value.number, ZERO) + value.value
    return period.end, balances


def _compare(
    turn: Turn,
    year: FinancialYear,
    end: date,
    there: dict[str, Decimal] | None,
) -> dict:
    books = trial_balance(turn.env.cr, turn.scope, year.start, end, turn.scope.earliest)
    acknowledged = _acknowledged_balances(turn, year.start, end)
    if there is None:
        there = acknowledged
    numbers = sorted(
        number
        for number in books.keys() | there.keys() | acknowledged.keys()
        if any(side.get(number, ZERO) for side in (books, there, acknowledged))
    )
    differences = [
        {
            "account": number,
            "books": str(books.get(number, ZERO)),
            "there": str(there.get(number, ZERO)),
            "acknowledged": str(acknowledged.get(number, ZERO)),
            "difference": str(there.get(number, ZERO) - books.get(number, ZERO)),
        }
        for number in numbers
        if books.get(number, ZERO) != there.get(number, ZERO)
    ]
    return {
        "start": year.start.isoformat(),
        "end": end.isoformat(),
        "accounts": len(numbers),
        "differing": len(differences),
        "differences": differences[:MOST_DIFFERENCES],
    }


def _acknowledged_balances(turn: Turn, start: date, end: date) -> dict[str, Decimal]:
    """The balances that Silverfin should show, from what it acknowledged."""
    retained = turn.link.retained_earnings_account_id.with_company(
        turn.link.company_id.root_id
    ).code
    turn.env.cr.execute(
        SQL(
            """SELECT CASE WHEN account.nature IN ('income', 'expense')
                    AND known.date < %s THEN %s ELSE known.account_number END AS target,
                sum(known.value)::text
            FROM silverfin_transaction known
            LEFT JOIN silverfin_account account ON account.link_id = known.link_id
                AND account.number = known.account_number
            WHERE known.link_id = %s AND known.date <= %s
            GROUP BY target HAVING sum(known.value) <> 0""",
            start,
            retained or "",
            turn.link.id,
            end,
        )
    )
    return {number: Decimal(value) for number, value in turn.env.cr.fetchall()}


def _keep(turn: Turn, basis: str, report: list[dict], open_items: list[dict]) -> str:
    differs = any(year["differing"] for year in report)
    result = {
        "basis": basis,
        "accounts": sum(year["accounts"] for year in report),
        "differing": sum(year["differing"] for year in report),
        "years": report,
        "open_items": open_items[:MOST_DIFFERENCES],
    }
    turn.set_position(
        verify_state="differs" if differs else "equal",
        verified_at=fields.Datetime.now(),
        verify_result=Json(result),
    )
    commit(turn.env)
    return sentence(turn.link, result)


def sentence(link, result: dict) -> str:
    """The result in one sentence, amounts and dates as the reader writes them."""
    env = link.env
    text = _compared(link, result)
    open_items = result["open_items"]
    if open_items:
        text += " " + env._(
            "In Odoo, the open items of %(accounts)s do not make its balance.",
            accounts=", ".join(row["account"] for row in open_items[:3]),
        )
    return text


def _compared(link, result: dict) -> str:
    env = link.env
    if not result["differing"]:
        return env._(
            "%(count)s balances compared, all equal.", count=result["accounts"]
        )
    named = [
        env._(
            "%(account)s in the year to %(end)s: %(books)s in Odoo, %(there)s in "
            "Silverfin",
            account=difference["account"],
            end=format_date(env, year["end"]),
            books=_money(link, difference["books"]),
            there=_money(link, difference["there"]),
        )
        for year in report_years(result)
        for difference in year["differences"][:3]
    ]
    return env._(
        "%(count)s balances compared, %(differing)s differ: %(named)s.",
        count=result["accounts"],
        differing=result["differing"],
        named="; ".join(named[:3]),
    )


def _money(link, amount: str) -> str:
    currency = link.company_id.currency_id
    return formatLang(link.env, float(amount), currency_obj=currency)


def report_years(result: dict) -> list[dict]:
    """The years that differ."""
    return [year for year in result["years"] if year["differing"]]
