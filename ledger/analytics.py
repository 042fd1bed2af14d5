"""Journal items by analytic account: the amounts of Odoo's analytic lines.

An item is one transaction, or one for each share. The first share keeps the item's own
part, 0: what was sent whole becomes its first share, so that nothing counts twice while
the others are on their way.
"""

import json
from collections.abc import Iterable, Iterator
from operator import itemgetter

from odoo.tools import SQL, groupby

from .amounts import LARGEST_AMOUNT, MOST_UNITS, largest_split
from .lines import is_sent, source
from .scope import Scope
from .split import Key, NotSplit, Share, in_proportion, split

WINDOW = 10_000
"""Items looked at in one statement."""


def shares(cr, scope: Scope, where: SQL) -> SQL:
    """The shares of the items that are sent and meet ``where``, as a table.

    Columns: ``line_id``, ``part``, ``value``, ``open_value`` (NULL where nothing is
    open), ``amount_currency`` (a text, NULL where the item has none) and ``dimensions``
    (jsonb: a list of type, code and name, in the order of the types). Items that go
    whole, without an analytic account, are not in it.
    """
    found: list[tuple[int, int, Share]] = []
    foreign: list[tuple[int | None, int]] = []
    for line_id, item_shares, *currency in _split(cr, scope, where):
        if not isinstance(item_shares, NotSplit):
            found += [
                (line_id, place + 1 if place else 0, share)
                for place, share in enumerate(item_shares)
            ]
            foreign += _in_currency(item_shares, *currency)
    keys = sorted({share.key for _line_id, _part, share in found})
    numbers = {key: number for number, key in enumerate(keys, 1)}
    texts = _texts(cr, scope, set(keys))
    return SQL(
        """(SELECT line_id, part,
                round(value / %(unit)s::numeric, %(decimals)s) AS value,
                NULLIF(round(open_value / %(unit)s::numeric, %(decimals)s), 0)
                    AS open_value,
                round(amount / 10::numeric ^ places, places)::text AS amount_currency,
                text.dimensions
            FROM unnest(%(lines)s::int4[], %(parts)s::int4[], %(values)s::int8[],
                %(opens)s::int8[], %(amounts)s::int8[], %(places)s::int4[],
                %(numbers)s::int4[])
                AS share(line_id, part, value, open_value, amount, places, number)
            JOIN unnest(%(texts)s::jsonb[]) WITH ORDINALITY
                AS text(dimensions, number) ON text.number = share.number)""",
        unit=10**scope.decimals,
        decimals=scope.decimals,
        lines=_array(line_id for line_id, _part, _share in found),
        parts=_array(part for _line_id, part, _share in found),
        values=_array(share.value for _line_id, _part, share in found),
        opens=_array(share.open_value for _line_id, _part, share in found),
        amounts=_array("NULL" if amount is None else amount for amount, _ in foreign),
        places=_array(places for _amount, places in foreign),
        numbers=_array(numbers[share.key] for _line_id, _part, share in found),
        texts=[texts[key] for key in keys],
    )


def _in_currency(
    item_shares: list[Share], amount: int | None, places: int
) -> list[tuple[int | None, int]]:
    """The amount in another currency of each share, in units, and its decimals."""
    if amount is None or not item_shares:
        return [(None, places)] * len(item_shares)
    parts = in_proportion(amount, [share.value for share in item_shares])
    return [(part, places) for part in parts]


def _array(numbers: Iterable[int | str]) -> str:
    """An array as one text: psycopg2 would adapt each number for itself."""
    return f"{{{','.join(map(str, numbers))}}}"


def unsplit(cr, scope: Scope) -> dict[int, str]:
    """Items that go whole though they have analytic lines: why, by the item's id.

    The reasons are those of :class:`~.split.NotSplit`.
    """
    cr.execute(_strange(scope))
    line_ids = [line_id for (line_id,) in cr.fetchall()]
    found = {}
    for start in range(0, len(line_ids), WINDOW):
        some = SQL("line.id IN %s", tuple(line_ids[start : start + WINDOW]))
        found |= {
            line_id: reason.reason
            for line_id, reason, *_currency in _split(cr, scope, some)
            if isinstance(reason, NotSplit)
        }
    return found


def is_own(scope: Scope) -> SQL:
    """Condition on ``line``: sent as it is, not as what was open on the start date."""
    return SQL("NOT %s", scope.is_before())


def has_analytics(columns: tuple[str, ...]) -> SQL:
    """Condition on ``line``: it has analytic lines in one of these columns."""
    return SQL(
        """EXISTS (SELECT FROM account_analytic_line analytic
            WHERE analytic.move_line_id = line.id AND (%s))""",
        SQL(" OR ").join(
            SQL("%s IS NOT NULL", SQL.identifier("analytic", column))
            for column in columns
        )
        or SQL("FALSE"),
    )


def _split(
    cr, scope: Scope, where: SQL
) -> Iterator[tuple[int, list[Share] | NotSplit, int | None, int]]:
    """The shares of each item that has analytic lines, or why there are none.

    Behind them, of the item, the amount in another currency in units, and its decimals.
    """
    for line_id, rows in groupby(_rows(cr, scope, where), key=itemgetter(0)):
        _line_id, value, open_value, *currency = rows[0][:5]
        yield line_id, _shares_of(value, open_value, rows), *currency


def _shares_of(
    value: int | None, open_value: int, rows: list[tuple]
) -> list[Share] | NotSplit:
    if value is None:
        return NotSplit("large")
    analytic = [(row[6:], row[5]) for row in rows]
    named = [(key, amount) for key, amount in analytic if any(key)]
    if any(amount is None for _key, amount in named):
        return NotSplit("over")
    try:
        # each line may be a unit away from its exact amount: see Odoo's
        # _round_analytic_distribution_line
        return split(value, open_value, named, slack=len(analytic))
    except NotSplit as reason:
        return reason


def _rows(cr, scope: Scope, where: SQL) -> Iterator[tuple]:
    """By item: (item, value, open value, amount in another currency, its decimals,
    analytic amount, *analytic accounts).

    The value is None where it is too large to be shared out.
    """
    expressions = dict(scope.line_expressions)
    value = expressions["value"]
    open_value = SQL("COALESCE(%s, 0)", expressions["open_value"])
    # LATERAL … OFFSET 0: one look-up per item in the index, whatever the statistics say
    cr.execute(
        SQL(
            """SELECT item.id, item.value, item.open_value, item.amount_currency,
                item.places,
                CASE WHEN abs(analytic.amount) < %(most)s
                    THEN (round(-analytic.amount, %(decimals)s) * %(unit)s)::int8 END,
                %(accounts)s
            FROM (
                SELECT id,
                    CASE WHEN fits THEN (value * %(unit)s)::int8 END AS value,
                    CASE WHEN fits THEN (open_value * %(unit)s)::int8 END AS open_value,
                    CASE WHEN fits AND is_foreign
                        THEN (round(amount_currency, places) * 10::numeric ^ places
                            )::int8 END AS amount_currency,
                    places
                FROM (
                    SELECT line.id, %(value)s AS value, %(open_value)s AS open_value,
                        line.amount_currency, currency.decimal_places AS places,
                        line.currency_id <> line.company_currency_id AS is_foreign,
                        GREATEST(abs(%(value)s), abs(%(open_value)s)) < %(most)s
                            AND abs(line.amount_currency)
                                < %(most_units)s / 10::numeric ^ currency.decimal_places
                            AS fits
                    FROM %(source)s
                    WHERE %(is_sent)s AND %(is_own)s AND %(where)s
                        AND GREATEST(abs(%(value)s), abs(%(open_value)s)) < %(largest)s
                ) amount
                OFFSET 0
            ) item
            CROSS JOIN LATERAL (
                SELECT * FROM account_analytic_line
                WHERE move_line_id = item.id OFFSET 0
            ) analytic
            ORDER BY item.id, analytic.id""",
            value=value,
            open_value=open_value,
            decimals=scope.decimals,
            unit=10**scope.decimals,
            most=largest_split(scope.decimals),
            largest=LARGEST_AMOUNT,
            most_units=MOST_UNITS,
            accounts=SQL(", ").join(
                SQL("COALESCE(%s, 0)", SQL.identifier("analytic", column))
                for _type, column in scope.analytic_plans
            ),
            source=source(scope),
            is_sent=is_sent(scope),
            is_own=is_own(scope),
            where=where,
        )
    )
    yield from cr.fetchall()


def _strange(scope: Scope) -> SQL:
    """SELECT of the ids of all items that may have to go whole, and of some others."""
    return SQL(
        """SELECT item.id FROM account_move_line item
        JOIN account_analytic_line analytic ON analytic.move_line_id = item.id
        WHERE item.company_id IN %s AND item.parent_state = 'posted'
        GROUP BY item.id
        HAVING bool_or(sign(analytic.amount) = sign(item.balance)) OR count(*) > 12
            OR bool_or(GREATEST(abs(analytic.amount), abs(item.balance)) >= %s)
            OR %s""",
        scope.company_ids,
        largest_split(scope.decimals),
        SQL(" OR ").join(
            SQL(
                "sum(abs(analytic.amount)) FILTER (WHERE %s IS NOT NULL) > "
                "abs(item.balance)",
                SQL.identifier("analytic", column),
            )
            for _type, column in scope.analytic_plans
        ),
    )


def _texts(cr, scope: Scope, keys: set[Key]) -> dict[Key, str | None]:
    """The analytic accounts of each key as JSON; None where it has none."""
    named = _accounts(cr, scope, {account for key in keys for account in key} - {0})
    return {
        key: json.dumps(
            [
                [number, *named[account]]
                for (number, _column), account in zip(
                    scope.analytic_plans, key, strict=True
                )
                if account
            ]
        )
        if any(key)
        else None
        for key in keys
    }


def _accounts(cr, scope: Scope, ids: set[int]) -> dict[int, tuple[str, str]]:
    """(code, name) of analytic accounts.

    Odoo asks for no code and lets two accounts have the same one, but a reader knows an
    account by its code: without one it is the account's id, and where another account
    of the plan has it too, the id stands behind it.
    """
    if not ids:
        return {}
    cr.execute(
        SQL(
            """SELECT account.id,
                CASE WHEN account.code ~ '\\S' THEN btrim(account.code)
                    || CASE WHEN EXISTS (SELECT FROM account_analytic_account other
                        WHERE other.root_plan_id = account.root_plan_id
                            AND btrim(other.code) = btrim(account.code)
                            AND other.id <> account.id)
                        THEN ' (' || account.id || ')' ELSE '' END
                    ELSE account.id::text END,
                COALESCE(account.name->>%s, account.name->>'en_US', '')
            FROM account_analytic_account account WHERE account.id IN %s""",
            scope.analytic_language,
            tuple(ids),
        )
    )
    return {account_id: (code, name) for account_id, code, name in cr.fetchall()}
