"""The proof: Silverfin's balances against the books, per account and period.

What it finds is described in ``compare/outcome.py``.
"""

from decimal import Decimal

from psycopg2.extras import Json

from odoo import fields
from odoo.tools import SQL

from .. import silverfin_api as api
from ..ledger.accounts import nature, number_of
from ..ledger.lines import date_bounds
from ..ledger.open_items import unexplained
from .compare import kept, outcome, periods, sides, there
from .compare.causes import Chart, adjustments_included
from .compare.kept import Compared, Line
from .compare.open_totals import compare_open_totals
from .compare.words import sentence
from .statement.facts import Comparison, gather
from .transaction import commit
from .turn import Turn

ZERO = Decimal(0)


def verify(turn: Turn) -> str:
    """Compare, keep the result on the client file, and say it in a sentence.

    A period that was compared is kept at once, so that many periods on a slow day take
    several turns, and end.
    """
    years = turn.link._silverfin_years()
    basis = "acknowledged"
    if turn.link.connection_id.sudo().read_back:
        basis = "silverfin"
    chosen = _chosen(turn, years, basis)
    looked_at = [*filter(None, [chosen.before]), *chosen.periods]
    retained = number_of(turn.env.cr, turn.scope, turn.scope.retained_earnings_id)
    summed = sides.read_sides(turn, looked_at, years, retained or "")
    commit(turn.env)
    done = kept.kept_ends(turn)
    last = {period.year: period for period in looked_at}
    for period in looked_at:
        if period.end in done:
            continue
        compared = _compared(turn, summed, period, basis)
        if last[period.year] != period:
            # a worker's memory holds what differs, and a trial balance for each year
            compared.lines = {
                number: line
                for number, line in compared.lines.items()
                if not line.is_equal
            }
        kept.keep(turn, compared)
        done.add(period.end)
        # another place than before: what failed so far does not count any more
        turn.set(last_id=len(done))
        commit(turn.env)
        turn.got_on = True
    comparison = _comparison(turn, summed, chosen)
    result = outcome.outcome(comparison.found, summed, comparison.chart) | {
        "basis": basis,
        "earlier": chosen.earlier,
        "no_adjustments": not there.may_read_adjustments(turn),
        "open_items": _unexplained(turn),
        "open_totals": _open_totals(turn, basis),
    }
    return _keep(turn, result, comparison)


def _chosen(turn: Turn, years: list, basis: str) -> periods.Chosen:
    (everything,) = turn.columns("all_years")
    # of the company: a period there ends at its midnight
    today = fields.Date.context_today(turn.link)
    if basis == "silverfin":
        turn.request()
        found = periods.of_silverfin(turn.client.periods(turn.client_file))
    else:
        _first, last = date_bounds(turn.env.cr, turn.scope)
        found = periods.of_books(years, last)
    first = turn.scope.start or (years[0].start if years else None)
    return periods.choose(found, first, today, everything=bool(everything))


def _compared(
    turn: Turn, summed: sides.Sides, period: periods.Period, basis: str
) -> Compared:
    should = summed.at(period)
    if basis == "silverfin":
        shown = there.read_there(turn, period)
    else:
        values = {number: figures[2] for number, figures in should.items()}
        shown = there.There(values, {}, [])
    adjusted: dict[str, Decimal] = {}
    for adjustment in shown.adjustments:
        number = adjustment.account_number
        adjusted[number] = adjusted.get(number, ZERO) + adjustment.value
    lines = {}
    for number in sorted(should.keys() | shown.values.keys() | adjusted.keys()):
        opening, movement, known, held, aside, years = should.get(number) or [ZERO] * 6
        line = Line(
            number,
            opening,
            movement,
            shown.values.get(number, ZERO),
            known,
            held,
            aside,
            years,
            adjusted.get(number, ZERO),
        )
        if (
            line.opening
            or line.movement
            or line.there
            or line.acknowledged
            or any((line.held, line.aside, line.years, line.adjusted))
        ):
            lines[number] = line
    return Compared(
        period.end,
        period.year,
        len(lines),
        lines,
        [
            {
                "id": adjustment.id,
                "description": adjustment.description,
                "account": adjustment.account_number,
                "value": str(adjustment.value),
            }
            for adjustment in shown.adjustments
        ],
        {n: name for n, name in shown.names.items() if n not in should and n in lines},
    )


def _comparison(turn: Turn, summed: sides.Sides, chosen: periods.Chosen) -> Comparison:
    compared = kept.kept(turn.env.cr, turn.link.id, turn.run_id)
    first = chosen.periods[0].end if chosen.periods else None
    before = [period for period in compared if first and period.end < first]
    rest = compared[len(before) :]
    chart = _chart(turn, summed)
    adjusted = adjustments_included(compared, api.wire.ADJUSTMENTS_IN_VALUE)
    found = outcome.find(before, rest, chart, adjusted=adjusted)
    return Comparison(before, found, chart)


def _chart(turn: Turn, summed: sides.Sides) -> Chart:
    turn.env.cr.execute(
        SQL(
            """SELECT %(number)s, account.account_type,
                %(nature)s IN ('income', 'expense')
            FROM account_account account WHERE %(number)s IS NOT NULL""",
            number=turn.scope.number(),
            nature=nature(turn.scope),
        )
    )
    accounts = turn.env.cr.fetchall()
    nominal = {number for number, _type, is_nominal in accounts if is_nominal}
    known = summed.books.numbers() | summed.acknowledged.numbers()
    return Chart(
        retained=summed.retained,
        family=_Family(
            summed.retained,
            {
                number
                for number, account_type, _nominal in accounts
                if account_type == "equity_unaffected" and number[0] not in "67"
            },
        ),
        nominal=nominal | summed.acknowledged.numbers(nominal=True),
        known=known | turn.known_accounts.keys() | {summed.retained},
    )


class _Family:
    """The numbers that may take the result: those of the retained-earnings account's
    own group, and Odoo's accounts for undistributed profits."""

    def __init__(self, retained: str, others: set[str]) -> None:
        self._group = retained[:2]
        self._others = others

    def __contains__(self, number: str) -> bool:
        return number in self._others or bool(
            self._group and number.startswith(self._group)
        )


def _unexplained(turn: Turn) -> list[dict]:
    return [
        {
            "account": account.number,
            "balance": str(account.balance),
            "open": str(account.open),
        }
        for account in unexplained(turn.env.cr, turn.scope)
    ][: outcome.MOST]


def _open_totals(turn: Turn, basis: str) -> dict | None:
    if basis != "silverfin" or not turn.link.connection_id.sudo().read_open_items:
        return None
    return compare_open_totals(turn)


def _keep(turn: Turn, result: dict, comparison: Comparison) -> str:
    open_differs = any(
        Decimal(total["books"]) != Decimal(total["there"])
        for total in (result["open_totals"] or {}).values()
    )
    verdict = "differs" if result["differing"] or open_differs else "equal"
    kept.forget_others(turn)
    turn.set_position(
        verify_state=verdict,
        verified_at=fields.Datetime.now(),
        verify_result=Json(result),
    )
    said = sentence(turn.link, result)
    if statement := _statement(turn, result, comparison, verdict):
        said += " " + turn.env._("Statement of agreement %s.", statement.name)
    commit(turn.env)
    return said


def _statement(turn: Turn, result: dict, comparison: Comparison, verdict: str):
    """The statement that was asked for; the same where a crash had the run repeated."""
    run = turn.env["silverfin.run"].browse(turn.run_id)
    statements = turn.env["silverfin.statement"].sudo()
    # asked since the turn began, perhaps
    (wanted,) = turn.columns("with_statement")
    made = statements.search([("run_id", "=", run.id)])
    if not wanted or made:
        return made
    facts = gather(turn, result, comparison)
    return statements._make(turn.link, facts, verdict, run)
