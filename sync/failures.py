"""What a failure means for a run: ask again when, and the sentence for the person."""

import random
from dataclasses import dataclass

from .. import silverfin_api as api

MOST_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 60, 3600
# an answer that did not come within one request's deadline will not come
DEADLINE = 25


class NeedsAttention(Exception):
    """Only a person can go on; the text says what to do, in that person's language."""


class TakenOver(Exception):
    """Another worker acknowledged in between: this turn ends, nothing is lost."""


@dataclass(frozen=True)
class Outcome:
    """What a run does after a failure.

    ``wait``: seconds until the next try, or None when the run has failed.
    """

    sentence: str
    wait: float | None
    removed: bool = False


def outcome(env, error: Exception, attempts: int) -> Outcome:
    """
    :param attempts: failed tries in a row, this one included
    """
    match error:
        case NeedsAttention():
            return Outcome(str(error), None)
        case api.Reconnect():
            return Outcome(
                env._(
                    "Silverfin no longer accepts the connection. Press Connect on the "
                    "connection; if this happens again, perhaps a copy of this "
                    "database is connected too. (%s)",
                    error.message,
                ),
                None,
            )
        case api.Misconfigured():
            return Outcome(
                env._("The connection's set-up is not right: %s", error.message), None
            )
        case api.Forbidden():
            return Outcome(
                env._(
                    "Silverfin does not allow this. Missing right: %(right)s. Press "
                    "Connect again with an admin user of the firm, or ask Silverfin "
                    "to grant the right to the client id. (%(detail)s)",
                    right=error.right or env._("not named"),
                    detail=error.message,
                ),
                None,
            )
        case api.NotFound():
            return Outcome(
                env._(
                    "Silverfin does not know this client file any more. Set up its "
                    "synchronisation again in Silverfin: Edit client > Sync > Set up "
                    "sync. (%s)",
                    error.message,
                ),
                None,
                removed=True,
            )
        case api.Resynchronise():
            return Outcome(
                env._(
                    "Silverfin says that the client file is not ready for a "
                    "synchronisation. Check it there: Edit client > Sync. (%s)",
                    error.message,
                ),
                None,
            )
        case api.Rejected():
            return Outcome(env._("Silverfin refused: %s", error.message), None)
        case api.UnknownOutcome():
            sentence = env._(
                "Silverfin's answer was lost. What it received is looked up before "
                "anything is sent again. (%s)",
                error.message,
            )
            return _again(env, sentence, attempts, DEADLINE)
        case api.Unreadable():
            sentence = env._(
                "What answered is not what Silverfin's answers look like. Check the "
                "address on the connection. (%s)",
                error.message,
            )
            return _again(env, sentence, attempts, None)
        case api.RetryLater():
            sentence = env._(
                "Silverfin cannot be reached or is busy. (%s)",
                error.message,
            )
            return _again(env, sentence, attempts, error.retry_after)
    raise error


def _again(env, sentence: str, attempts: int, wait: float | None) -> Outcome:
    if attempts >= MOST_ATTEMPTS:
        return Outcome(
            env._(
                "%(sentence)s Tried %(count)s times without success; press “Sync to "
                "Silverfin” to try again.",
                sentence=sentence,
                count=attempts,
            ),
            None,
        )
    if wait is None:
        wait = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
        # jitter: many client files must not come back at the same moment
        wait *= random.uniform(1, 1.25)
    return Outcome(sentence, wait)
