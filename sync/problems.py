"""What an error of the Silverfin client says, in the reader's language where known."""

from .. import silverfin_api as api


def said(env, error: api.SilverfinError) -> str:
    """What happened: translated where it is a known problem, else as it came."""
    if error.problem is None:
        return error.message
    return sentence(env, error.problem)


def sentence(env, problem: api.Problem) -> str:
    """The sentence of a problem; see ``silverfin_api/problems.py``."""
    sentences = {
        "host_unknown": env._("The host %(host)s was not found."),
        "host_late": env._("The host %(host)s could not be reached in time."),
        "host_unreached": env._("The host %(host)s was not reached: %(reason)s."),
        "certificate": env._("The server's certificate was refused: %(reason)s."),
        "not_secure": env._("No secure connection could be made."),
        "closed": env._("The connection was closed."),
        "broken": env._("The connection to Silverfin broke."),
        "late": env._("Silverfin did not answer within %(seconds)s seconds."),
        "not_sendable": env._(
            "The request cannot be sent as configured (address or proxy)."
        ),
        "no_answer": env._("No answer came."),
        "answered": env._("Silverfin answered %(status)s."),
        "answered_with": env._("Silverfin answered %(status)s: %(text)s"),
        "needs_right": env._(
            "Silverfin answered %(status)s: this needs the right %(right)s."
        ),
        "needs_right_with": env._(
            "Silverfin answered %(status)s: %(text)s (this needs the right %(right)s)"
        ),
    }
    known = sentences.get(problem.code)
    return known % problem.values if known else problem.sentence
