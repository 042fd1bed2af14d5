"""After a crash or a lost answer: what happened to the batch that was on its way?"""

import logging
import time
from datetime import date

from odoo.tools import SQL

from ..silverfin_api import RetryLater
from . import aside, closed, flight, trial
from .batch import Batch, by_entry
from .failures import DEADLINE
from .items import changed
from .openings import opening_items
from .packed import unpack
from .point import land, move_point
from .transaction import commit
from .turn import Turn

_logger = logging.getLogger(__name__)


def recover(turn: Turn, info) -> bool:
    """Deal with an in-flight record, if there is one.

    Silverfin may still be working on the request, so it is first waited out. Then the
    same items go again, as they are now: a repeat is harmless, whether or not the
    first try arrived.

    :param info: Silverfin's ``CompanyInfo``
    :return: whether something was in flight
    :raise RetryLater: too early to know
    """
    base, record = turn.position("sync_point", "in_flight")
    if not record:
        return False
    age = time.time() - record["at"]
    is_over = record.get("is_over")
    # a clock that was set back must not make us wait for ever
    if 0 <= age < DEADLINE and not is_over:
        raise RetryLater(
            "The request before this one may still be running.",
            retry_after=DEADLINE - age,
        )
    accepted = info.sync_point != base
    if accepted and is_over:
        # what we sent is known, so it was someone else: all of it goes again
        land(turn)
        return False
    _logger.info(
        "Client file %s: a request was on its way, Silverfin %s it",
        turn.link.id,
        "very probably accepted" if accepted else "did not accept",
    )
    if accepted:
        # the record stays until its items are sent again
        move_point(turn, base, info.sync_point, record)
        # that it was ours is probable, not certain: prove it
        turn.env["silverfin.run"]._ask("verify", link=turn.link, trigger="schedule")
        commit(turn.env)
    if record["kind"] == "reset":
        flight.reset(turn, _reach(turn, record))
    elif record["kind"] == "trial":
        trial.take_out(turn, unpack(record["items"]))
    else:
        _send_again(turn, record)
    return True


def _reach(turn: Turn, record: dict) -> date | None:
    """From when the reset on record wiped, or further back where the run is to."""
    first = record.get("first") and date.fromisoformat(record["first"])
    kind, wanted = turn.columns("kind", "reset_from")
    if kind != "reset":
        return first
    return min(first, wanted) if first and wanted else None


def _send_again(turn: Turn, record: dict) -> None:
    """Send what was on its way, and what was accepted but not remembered yet."""
    wanted = [record["before"], record] if "before" in record else [record]
    batches = list(filter(None, (_batch(turn, keys) for keys in wanted)))
    if not batches:
        land(turn)
        return
    first, last = batches[0], batches[-1]
    if record["run"] == turn.run_id:
        # the same run goes on behind it
        last.upto = record["upto"]
    if first is not last:
        first.uncertain = last.keys()
    for batch in batches:
        flight.send(turn, batch)
    flight.settle(turn)


def _batch(turn: Turn, record: dict) -> Batch | None:
    """These items as the books have them now, and the removal of those that went."""
    keys = unpack(record["items"])
    line_ids = tuple(line_id for line_id, _part in keys) or (0,)
    items = changed(
        turn.env.cr,
        turn.scope,
        turn.link.id,
        SQL("line.id IN %s", line_ids),
        everything=True,
    )
    if any(line_id < 0 for line_id in line_ids):
        items += [item for item in opening_items(turn) if item.line_id in line_ids]
    present = {(item.line_id, item.part) for item in items}
    gone = [key for key in keys if key not in present] + unpack(record["gone"])
    openings = [item for item in items if item.line_id < 0 and not item.problem]
    journal_items = [item for item in items if item.line_id > 0]
    entries = aside.sendable(turn, list(by_entry(journal_items)))
    sent = [item for entry in entries for item in entry]
    gone = closed.removable_again(turn, gone)
    batch = Batch(items=sent + openings, gone=gone, is_repeat=True)
    return batch if batch.items or batch.gone else None
