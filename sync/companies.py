"""References out, client files in: which company belongs to which client file."""

from .. import silverfin_api as api
from ..silverfin_api import SilverfinClient
from . import acknowledged
from .rows import set_columns
from .schedule import next_night
from .transaction import commit


def push_references(env, connection, client: SilverfinClient) -> str:
    """Offer our companies in the client files' dropdown. Replaces the list there.

    :return: a sentence for the run
    """
    links = env["silverfin.link"].search([("connection_id", "=", connection.id)])
    references = [
        api.Reference(reference=link.sync_reference, name=_name(link.company_id))
        for link in links
    ]
    commit(env)
    client.replace_references(references)
    return env._(
        "Companies that can now be chosen in Silverfin (Edit client > Sync > Set up "
        "sync): %s.",
        len(references),
    )


def _name(company) -> str:
    return f"{company.name} ({company.vat})" if company.vat else company.name


def refresh_companies(env, connection, client: SilverfinClient) -> str:
    """Match Silverfin's list with our companies.

    Client files that are not ours are neither stored nor logged: the list names those
    of other databases too.

    :return: a sentence for the run
    """
    links = env["silverfin.link"].search([("connection_id", "=", connection.id)])
    by_reference = {link.sync_reference: link for link in links}
    commit(env)
    listed = {
        company.sync_reference: company
        for company in client.companies()
        if company.sync_reference in by_reference
    }
    new = removed = 0
    for reference, link in by_reference.items():
        company = listed.get(reference)
        if company:
            new += _list(env, link, company)
        else:
            removed += _unlist(env, link)
    commit(env)
    return env._(
        "Client files set up in Silverfin: %(ready)s (new: %(new)s). Removed there: "
        "%(removed)s. Waiting to be set up: %(waiting)s.",
        ready=len(listed),
        new=new,
        removed=removed,
        waiting=len(by_reference) - len(listed),
    )


def _list(env, link, company: api.Company) -> bool:
    """Silverfin lists this client file as ours: keep its number, make it ready.

    :return: whether that is news
    """
    position = link.sudo().position_id
    is_other = position.client_file_number != company.id
    is_new = is_other or position.state in ("pending", "removed")
    start_changed = position.sync_start_at != (company.sync_start_at or False)
    was_synchronised = bool(position.last_sync_at)
    # a first load that was not done leaves items there too
    holds_ours = was_synchronised or (
        not is_other
        and bool(position.in_flight or acknowledged.has_items(env.cr, link.id))
    )
    if is_other or start_changed:
        # what another client file acknowledged, or from another day on, proves nothing
        acknowledged.forget_all(env.cr, link.id)
    values = {
        "client_file_number": company.id,
        "client_file_name": company.name,
        "sync_start_at": company.sync_start_at or None,
    }
    if is_other or start_changed:
        values |= {
            "sync_point": None,
            "in_flight": None,
            "settings_sent": None,
            "held_there": None,
            "last_sync_at": None,
            "verify_state": "none",
            # the dashboard: see overview.py
            "overview": None,
            "overview_at": None,
            "behind": 0,
            "equal_since": None,
        }
    if is_new:
        values |= {
            "state": "ready",
            "message": None,
            # the first push is a person's decision
            "next_sync_at": next_night(link) if was_synchronised else None,
        }
    # a worker that sends to this client file writes the same row
    if any(position[name] != (value or False) for name, value in values.items()):
        set_columns(env.cr, "silverfin_position", position.id, values)
        env.invalidate_all(flush=False)
    if holds_ours and (is_other or start_changed):
        # it may hold items of ours from before
        env["silverfin.run"]._ask("reset", link=link, trigger="schedule")
    return is_new


def _unlist(env, link) -> bool:
    """Silverfin does not list it: nothing is pushed there any more."""
    position = link.sudo().position_id
    if position.state in ("pending", "removed"):
        return False
    set_columns(
        env.cr,
        "silverfin_position",
        position.id,
        {
            "state": "removed",
            "next_sync_at": None,
            "equal_since": None,
            "message": env._(
                "The synchronisation was removed in Silverfin. To go on, set it up "
                "there again: Edit client > Sync > Set up sync."
            ),
        },
    )
    env.invalidate_all(flush=False)
    return True
