"""A run of kind "test": does the way work by which Silverfin reads this database?

The requests go to this server's own base URL and nowhere else, in a cron's worker: a
user's request that calls its own server hangs where there is one worker.
"""

from datetime import timedelta

from odoo import fields

from ..keys import address
from ..keys.probe import Access, Finding, NoAnswer, findings
from ..silverfin_api.transport import Lost, Unusable, WatchedSession, exchange
from .problems import sentence as in_words
from .transaction import commit

SECONDS = 8
"""At most, for one request."""
TOTAL_REQUESTS = 60
KEY_LIFE = timedelta(minutes=10)
LARGEST_ANSWER = 4 * 1024 * 1024


def test(run, _client, _held, _ends_at) -> str:
    """Ask all that Silverfin would ask, with a key that lives for this only.

    :return: one sentence; each step is a line of ``silverfin.api.key.test``
    """
    env = run.env
    user = run.user_id
    values = env["silverfin.api.key.page"]._values()
    keys = env["res.users.apikeys"]
    key = keys.with_user(user)._generate(
        "rpc",
        env._("Test of the connection to Silverfin"),
        fields.Datetime.now() + KEY_LIFE,
    )
    env.cr.execute("SELECT currval(pg_get_serial_sequence('res_users_apikeys', 'id'))")
    key_id = env.cr.fetchone()[0]
    commit(env)
    found = [Finding("warning", code) for code in address.problems(values["url"])]
    try:
        if not {"unset", "invalid"} & {finding.code for finding in found}:
            access = Access(user.login, key, values["database"])
            commit(env)
            with WatchedSession(connect_timeout=4, direct=True) as session:
                found += findings(_asker(env, session, values["url"]), access)
    finally:
        keys.sudo().browse(key_id).exists().unlink()
        commit(env)
    lines = env["silverfin.api.key.test"]._keep(run, found)
    bad = lines.filtered(lambda line: line.state == "failed")
    if bad:
        return env._(
            "%(bad)s of %(all)s steps failed: %(first)s",
            bad=len(bad),
            all=len(lines),
            first=bad[0].sentence,
        )
    return env._("Silverfin can read this database, as seen from this server.")


def _asker(env, session, url: str):
    left = TOTAL_REQUESTS

    def ask(method, path, body, headers):
        nonlocal left
        left -= 1
        if left < 0:
            raise NoAnswer(env._("There are too many companies to test them all."))
        try:
            answer = exchange(
                session,
                method,
                url.rstrip("/") + path,
                deadline=SECONDS,
                largest=LARGEST_ANSWER,
                data=body or None,
                headers=headers,
            )
        except Lost as error:
            if error.left:
                sentence = env._("It gave no answer within %s seconds.", SECONDS)
            else:
                sentence = in_words(env, error.problem)
            # raised out here: it must not quote the request, which holds the key
            problem = NoAnswer(sentence)
        except Unusable:
            problem = NoAnswer(env._("The answer is unusable or too large."))
        else:
            return answer.status, answer.body
        raise problem

    return ask
