"""Tells the responsible what a run came to, and when it is over: once for each trouble.

Of a client file, or of the connection where the run is about all of them.
"""

import logging

from .closed import held_sentence
from .compare.causes import ASIDE, HELD, REMARKS
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
        elif run.connection_id:
            _tell_of_connection(run.connection_id)
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
        if waiting := link._waiting_recodings_sentence():
            link._notify_trouble("recoded", waiting)
        else:
            link._solve_trouble("recoded")
        if run.held:
            link._notify_trouble("held", held_sentence(run.env, run.held))
        else:
            link._solve_trouble("held")
    elif run.kind == "verify":
        if link.verify_state == "differs" and not _is_told(link):
            link._notify_trouble("proof", run.message)
        else:
            link._solve_trouble("proof")


def _is_told(link) -> bool:
    """Nothing differs but what is set aside: the responsible knows that already."""
    result = link.sudo().position_id.verify_result
    causes = {
        cause for row in result["differences"] for cause, _amount in row["causes"]
    }
    return (
        bool(causes)
        and causes <= {ASIDE, HELD, *REMARKS}
        and not result["more"]
        and bool(link.rejection_ids)
    )


def _failed(run, link, sentence: str, pushes: bool) -> None:
    link._notify_trouble("failed" if pushes else "proof", sentence)


def _tell_of_connection(connection) -> None:
    """What its last runs of each kind failed at, if one did, in one activity."""
    Run = connection.env["silverfin.run"]
    last = [
        Run.search(
            [
                ("connection_id", "=", connection.id),
                ("kind", "=", kind),
                ("state", "in", ("done", "failed")),
            ],
            order="id desc",
            limit=1,
        )
        for kind in ("references", "companies")
    ]
    sentences = [run.message for run in last if run.state == "failed"]
    if sentences:
        connection._notify_trouble("run", "\n".join(dict.fromkeys(sentences)))
    else:
        connection._solve_trouble("run")
