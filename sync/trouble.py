"""Tells the client file's responsible what a run came to, and when it is over."""

import logging

from .transaction import commit

_logger = logging.getLogger(__name__)


def finished(run, pushes: bool) -> None:
    """The run ended by itself; entries may be set aside, balances may differ."""
    _tell(run, _finished, pushes)


def failed(run, sentence: str, pushes: bool) -> None:
    """The run failed, and is not tried again by itself.

    :param sentence: what happened and what to do
    """
    _tell(run, _failed, sentence, pushes)


def _tell(run, what, *values) -> None:
    """What people are told must never undo what was done."""
    try:
        if run.link_id:
            what(run, run.link_id, *values)
        commit(run.env)
    except Exception:
        _logger.exception("Run %s: nobody could be told", run.id)
        run.env.cr.rollback()


def _finished(run, link, pushes: bool) -> None:
    if pushes:
        link._solve_trouble("failed")
        if run.rejected:
            link._notify_trouble("aside", link.message or run.message)
        else:
            link._solve_trouble("aside")
    elif run.kind == "verify":
        if link.verify_state == "differs":
            link._notify_trouble("proof", run.message)
        else:
            link._solve_trouble("proof")


def _failed(run, link, sentence: str, pushes: bool) -> None:
    link._notify_trouble("failed" if pushes else "proof", sentence)
