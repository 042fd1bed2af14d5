"""Has Silverfin call this database where it can, and stop when it shall."""

import logging

from odoo import fields

from .. import silverfin_api as api
from ..silverfin_api import SilverfinClient, TokenAuth, webhook
from . import lock
from .problems import said, sentence
from .transaction import commit

_logger = logging.getLogger(__name__)


def keep_registered(env, connection, client: SilverfinClient) -> None:
    """Register our address, or keep it, or remove it: what a probe shows to be right.

    The probe calls this server's own address as Silverfin would. That is done here, by
    a worker, because a request that calls its own server waits for itself where there
    is one process. The address is the base URL's, and no other.

    :raise Reconnect: the grant is gone
    """
    try:
        obstacle, detail = _register(env, connection, client)
    except api.Reconnect:
        raise
    except api.SilverfinError as error:
        env.cr.rollback()
        obstacle, detail = "refused", said(env, error)
    env["silverfin.webhook"]._set(
        connection,
        obstacle=obstacle or None,
        detail=detail or None,
        checked_at=fields.Datetime.now(),
    )
    commit(env)


def _register(env, connection, client: SilverfinClient) -> tuple[str, str]:
    """Why Silverfin does not call, as (obstacle, detail): both "" where it does."""
    hooks = env["silverfin.webhook"]
    connection.invalidate_recordset()
    address, tokens = connection._webhook_address(), connection._signing_tokens()
    digest = hooks._key_digest(connection)
    commit(env)
    ours = _registered(client, digest) if digest else []
    good = [
        registered
        for registered in ours
        if registered.url.startswith(address)
        # events cannot be edited: another list is another webhook
        and set(registered.events) == set(api.WEBHOOK_EVENTS)
        and not registered.expired
    ][:1]
    for registered in ours:
        if registered not in good:
            client.delete_webhook(registered.id)
    obstacle = _obstacle_before(address, tokens)
    if not obstacle[0]:
        url = good[0].url if good else address + hooks._new_key(connection)
        commit(env)
        obstacle = _probe(env, url, tokens[0])
    if obstacle[0]:
        for registered in good:
            client.delete_webhook(registered.id)
    elif not good:
        client.create_webhook(url, api.WEBHOOK_EVENTS)
    return obstacle


def _registered(client: SilverfinClient, digest: str) -> list[api.Webhook]:
    """Those at Silverfin that hold our key; others belong to other databases."""
    return [
        registered
        for registered in client.webhooks()
        if _digest_of(registered.url) == digest
    ]


def _digest_of(url: str) -> str:
    return webhook.key_digest(url.rstrip("/").rpartition("/")[2])


def _obstacle_before(address: str, tokens: list[str]) -> tuple[str, str]:
    """What is wrong before anything is called."""
    if not tokens:
        return "no_token", ""
    try:
        # https, or http on this very machine
        api.check_base_url("/".join(address.split("/")[:3]))
    except api.Misconfigured:
        return "not_https", ""
    return "", ""


def _probe(env, url: str, token: str) -> tuple[str, str]:
    result = webhook.probe(url, token, _digest_of(url))
    if result.reached:
        return "", ""
    if result.status == 404:
        return "not_found", ""
    if result.problem:
        return "not_reached", sentence(env, result.problem)
    return "not_reached", f"HTTP {result.status}"


def leave(env) -> None:
    """Remove the webhooks of connections that were disconnected meanwhile."""
    waiting = env["silverfin.webhook"]._leaving()
    commit(env)
    for connection_id, record in waiting:
        with lock.hold(env.registry, lock.CONNECTION, connection_id) as held:
            if held:
                _leave(env, connection_id, record)


def _leave(env, connection_id: int, record: dict) -> None:
    if _removed(record):
        env["silverfin.webhook"]._left(connection_id)
        commit(env)


def _removed(record: dict) -> bool:
    """Whether there is nothing left to do; False: try again with the next turn."""

    def refused(_token):
        raise api.Reconnect("The access was forgotten on disconnect.")

    auth = TokenAuth(lambda: record["access_token"], refused)
    try:
        with SilverfinClient(
            record["base_url"], firm_id=record["firm_number"], auth=auth
        ) as client:
            for registered in _registered(client, record["key_digest"]):
                client.delete_webhook(registered.id)
    except (api.RetryLater, api.UnknownOutcome) as error:
        _logger.info("A webhook could not be removed yet: %s", error.message)
        return False
    except api.SilverfinError as error:
        _logger.info("A webhook stays at Silverfin: %s", error.message)
    return True
