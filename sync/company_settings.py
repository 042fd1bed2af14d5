"""Financial years and the retained-earnings account, sent before the first item."""

from psycopg2.extras import Json

from .. import silverfin_api as api
from ..ledger.accounts import number_of
from .failures import NeedsAttention
from .point import move_point
from .problems import said
from .transaction import commit
from .turn import Turn


def send_settings(turn: Turn) -> None:
    """Send them where Silverfin does not have them as they are now.

    :raise NeedsAttention: a person must choose the retained-earnings account
    """
    years = years_of(turn)
    if not years:
        return
    number = number_of(turn.env.cr, turn.scope, turn.scope.retained_earnings_id)
    if (len(years) > 1 or turn.scope.start) and not number:
        raise NeedsAttention(
            turn.env._(
                "Choose the retained earnings account of %s on the client file's form: "
                "Silverfin adds the result of the years before to it.",
                turn.link.company_id.name,
            )
        )
    wanted = [
        [
            [
                year.start.isoformat(),
                year.end.isoformat(),
                year.compute_opening_balances,
                year.compute_retained_earnings,
            ]
            for year in years
        ],
        number,
    ]
    base, sent = turn.position("sync_point", "settings_sent")
    if sent == wanted:
        return
    turn.request()
    try:
        turn.client.update_company_settings(
            turn.client_file,
            years=years,
            retained_earnings_account=number,
        )
    except api.Rejected as refusal:
        raise NeedsAttention(
            turn.env._(
                "Silverfin refused the financial years or the retained earnings "
                "account of %(company)s. Check them on the client file's form, then "
                "press “Sync to Silverfin”. (%(detail)s)",
                company=turn.link.company_id.name,
                detail=said(turn.env, refusal),
            )
        ) from refusal
    turn.request()
    # nobody knows whether settings move the sync point: this move would be our own
    after = turn.client.company_info(turn.client_file)
    move_point(turn, base, after.sync_point)
    turn.set_position(settings_sent=Json(wanted))
    commit(turn.env)


def years_of(turn: Turn) -> list[api.Year]:
    """The years with Silverfin's computations: off in the first, on in the others.

    The opening of the first year comes from the bookkeeping; with the computations on
    there, and older data in the client file, every opening would double (documented).
    """
    return [
        api.Year(
            start=year.start,
            end=year.end,
            compute_opening_balances=number > 0,
            compute_retained_earnings=number > 0,
        )
        for number, year in enumerate(turn.link._silverfin_years())
    ]
