"""Which line of an entry does Silverfin refuse, where it does not say?

Some of its lines go under ids of their own, and the same request takes them out again,
so that half an entry is never there. From before the first trial until all of them are
out for certain, the in-flight record has the kind ``trial``, ``items`` (line id, part)
and, once the last request's outcome is known, ``is_over``: whatever ends the worker in
between, the next one takes them out first.
"""

from contextlib import suppress

from .. import silverfin_api as api
from ..ledger.accounts import AccountRow
from ..silverfin_api import wire
from .items import Item
from .packed import pack
from .point import land, move_point
from .transaction import commit_or_repeat
from .turn import Turn


def refused_line(
    turn: Turn, items: list[Item], accounts: list[AccountRow]
) -> int | None:
    """The line that Silverfin refuses; None where no line alone is the reason.

    :param items: of one entry, refused together without a word on which
    :param accounts: that Silverfin does not have as they are
    :raise SilverfinError: any but a refusal; the record stays where one is needed
    """
    if len({item.line_id for item in items}) == 1:
        return items[0].line_id
    if not wire.TRIALS or not turn.trials_help:
        return None
    trials = _Trials(turn, items, accounts)
    suspect = trials.narrow()
    if trials.some_taken:
        # for a server that takes out before it puts in
        take_out(turn, trials.keys)
        return suspect
    # nothing was taken, so nothing is there
    land(turn)
    return None


def take_out(turn: Turn, keys: list[tuple[int, int]]) -> None:
    """Remove what trials may have left there.

    :param keys: (line id, part) of the items that were tried, at most one request's
    """
    # by a server that refuses to remove what is not there
    with suppress(api.Rejected):
        _submit(turn, keys, [_delete(key) for key in keys])
    land(turn)


class _Trials:
    """The trials of one entry."""

    def __init__(self, turn: Turn, items: list[Item], accounts: list[AccountRow]):
        self.turn = turn
        self.items = items
        self.accounts = [
            api.Account(account.number, account.names, account.nature)
            for account in accounts
        ]
        self.keys = [(item.line_id, item.part) for item in items]
        self.some_taken = False
        """Else it is not the lines: perhaps trials as such are refused."""

    def narrow(self) -> int | None:
        """Halve the items until one is left: as many trials as halvings, or two more.

        :return: the line of the one that was refused alone
        """
        suspects, is_sure = self.items, False
        while len(suspects) > 1:
            half = suspects[: len(suspects) // 2]
            is_sure = not self._is_taken(half)
            suspects = half if is_sure else suspects[len(half) :]
        if not self.some_taken:
            self.turn.trials_help = self._is_taken(self.items[-1:])
        if not self.some_taken or not (is_sure or not self._is_taken(suspects)):
            return None
        return suspects[0].line_id

    def _is_taken(self, items: list[Item]) -> bool:
        put_in = [
            wire.under_id(
                api.Written(item.action), wire.trial_id(item.line_id, item.part)
            )
            for item in items
        ]
        out = [_delete((item.line_id, item.part)) for item in items]
        try:
            _submit(self.turn, self.keys, put_in + out, self.accounts)
        except api.Rejected:
            return False
        self.some_taken = True
        return True


def _delete(key: tuple[int, int]) -> api.Delete:
    return api.Delete(wire.trial_id(*key))


def _submit(
    turn: Turn,
    keys: list[tuple[int, int]],
    actions: list[api.Written | api.Delete],
    accounts: list[api.Account] = (),
) -> None:
    """One request, under the record, which stays."""
    turn.request()
    (base,) = turn.position("sync_point")
    record = {"kind": "trial", "items": pack(keys)}
    commit_or_repeat(turn.env, lambda: move_point(turn, base, base, record))
    point = base
    try:
        point = turn.client.submit(
            turn.client_file,
            sync_point=wire.point_to_send(base),
            actions=actions,
            accounts=accounts,
            extra_field_labels=[label for label, _sql in turn.scope.extra_fields],
        )
    except api.UnknownOutcome:
        raise
    except api.SilverfinError:
        _is_over(turn, base, base, record)
        raise
    _is_over(turn, base, point, record)


def _is_over(turn: Turn, base: str, point: str, record: dict) -> None:
    record = record | {"is_over": True}
    commit_or_repeat(turn.env, lambda: move_point(turn, base, point, record))
