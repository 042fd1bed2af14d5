"""What a failure means for a run: ask again when, and the sentence for the person.

docs/faults.rst has the whole table; tests/test_faults.py plays it.
"""

import random
from dataclasses import dataclass

from .. import silverfin_api as api
from .problems import said

MOST_ATTEMPTS = 8
MOST_LOOKS = 3
"""Refusals of the state that we know of, whatever was sent in between."""
FIRST_PAUSE, LONGEST_PAUSE = 60, 3600
# an answer that did not come within one request's deadline will not come
DEADLINE = 25
LOOK_PAUSE = 5


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


def outcome(env, error: Exception, attempts: int, *, of_client_file=True) -> Outcome:
    """
    :param attempts: failed tries in a row, this one included
    :param of_client_file: the run is about one client file, not about the connection
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
                    said(env, error),
                ),
                None,
            )
        case api.Misconfigured():
            return Outcome(
                env._(
                    "The connection's set-up is not right: %s Compare the address, "
                    "the client ID and the client secret on the connection with what "
                    "Silverfin sent.",
                    _ended(said(env, error)),
                ),
                None,
            )
        case api.Forbidden():
            return Outcome(
                env._(
                    "Silverfin does not allow this. Missing right: %(right)s. Press "
                    "Connect again with an admin user of the firm, or ask Silverfin "
                    "to grant the right to the client id. (%(detail)s)",
                    right=error.needs or env._("not named"),
                    detail=said(env, error),
                ),
                None,
            )
        case api.NotFound() if of_client_file:
            return Outcome(
                env._(
                    "Silverfin does not know this client file any more. Set up its "
                    "synchronisation again in Silverfin: Edit client > Sync > Set up "
                    "sync. (%s)",
                    said(env, error),
                ),
                None,
                removed=True,
            )
        case api.NotFound():
            return Outcome(firm_unknown(env, error), None)
        case api.NotSetUp() | api.Resynchronise() if not of_client_file:
            # a conflict over what belongs to the whole firm: no contract knows one
            sentence = env._(
                "Silverfin cannot be reached or is busy.%s", _detail(env, error)
            )
            return _again(env, sentence, attempts, error.retry_after, of_client_file)
        case api.NotSetUp():
            return _not_ready(env)
        case api.Resynchronise():
            if attempts >= MOST_LOOKS:
                return _not_ready(env)
            # the look at the start of the next turn says whether someone else moved
            sentence = env._(
                "Silverfin no longer has the data of this client file as this database "
                "left it. It is looked at again, by itself."
            )
            return Outcome(sentence, LOOK_PAUSE * attempts * random.uniform(1, 1.25))
        case api.Rejected():
            return Outcome(
                env._(
                    "Silverfin refused what was sent, and took over nothing of it: %s "
                    "Put right what it names, then press “Sync to Silverfin”. If it "
                    "names nothing, show this sentence to Silverfin.",
                    _ended(said(env, error)),
                ),
                None,
            )
        case api.UnknownOutcome():
            sentence = env._(
                "Silverfin's answer was lost. What it received is looked up before "
                "anything is sent again.%s",
                _detail(env, error),
            )
            # not before that request is over there
            least = max(DEADLINE, error.retry_after or 0)
            return _again(env, sentence, attempts, least, of_client_file)
        case api.Unreadable():
            sentence = env._(
                "What answered is not what Silverfin's answers look like. Check the "
                "address on the connection.%s",
                _detail(env, error),
            )
            return _again(env, sentence, attempts, None, of_client_file)
        case api.RetryLater():
            sentence = env._(
                "Silverfin cannot be reached or is busy.%s", _detail(env, error)
            )
            return _again(env, sentence, attempts, error.retry_after, of_client_file)
    raise error


def firm_unknown(env, error: api.NotFound) -> str:
    """The sentence where Silverfin does not know what belongs to the whole firm."""
    return env._(
        "Silverfin does not know the firm of this connection, or its address is "
        "another one. Compare the address and the firm on the connection with what "
        "Silverfin sent, then press Connect. (%s)",
        said(env, error),
    )


def _not_ready(env) -> Outcome:
    # Silverfin's own text speaks of things that no screen shows: the log has it
    sentence = env._(
        "Silverfin says that the client file is not ready for a synchronisation. Check "
        "it there: Edit client > Sync. If all is well there, perhaps another database "
        "sends to the same client file."
    )
    return Outcome(sentence, None)


def _detail(env, error: api.SilverfinError) -> str:
    """What happened, in brackets; not of an answer that only a programmer can read."""
    if error.status and error.status < 300:
        return ""
    return f" ({said(env, error)})"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _again(env, sentence: str, attempts: int, said, of_client_file: bool) -> Outcome:
    if attempts < MOST_ATTEMPTS:
        sentence = env._("%s It is tried again by itself.", sentence)
        return Outcome(sentence, pause(attempts, said))
    if of_client_file:
        sentence = env._(
            "%(sentence)s Tried %(count)s times without success; press “Sync to "
            "Silverfin” to try again.",
            sentence=sentence,
            count=attempts,
        )
    else:
        sentence = env._(
            "%(sentence)s Tried %(count)s times without success; it begins anew within "
            "an hour, or press the button again.",
            sentence=sentence,
            count=attempts,
        )
    return Outcome(sentence, None)


def pause(attempts: int, said: float | None) -> float:
    """Seconds until the next try: growing, never sooner than Silverfin asked.

    Spread, as many client files must not come back at the same moment.

    :param said: what Silverfin asked for, at least
    """
    growing = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    if said is None:
        return growing * random.uniform(1, 1.25)
    # who says "at once" again and again is not asked at once again and again
    return max(said, growing / 8) * random.uniform(1, 1.05)
