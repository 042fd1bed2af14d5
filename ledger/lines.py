"""The journal items that belong in a client file, one row each.

One list of expressions makes both the columns and the digest: what is sent and what
is compared cannot drift apart.
"""

from datetime import date

from odoo.tools import SQL

from .opening_items import is_wanted, opening_items, part
from .scope import Scope


def source(scope: Scope) -> SQL:
    """The tables behind every expression, and the names by which it may use them.

    With a start date, ``older.value`` is what was open of the item on that day, NULL
    for an item that is sent as it is.
    """
    tables = SQL(
        """account_move_line line
        JOIN account_move move ON move.id = line.move_id
        JOIN account_journal journal ON journal.id = move.journal_id
        JOIN account_account account ON account.id = %s
        JOIN res_currency currency ON currency.id = line.currency_id
        LEFT JOIN res_partner partner
            ON partner.id = COALESCE(line.partner_id, move.partner_id)
        LEFT JOIN res_partner relation
            ON relation.id = partner.commercial_partner_id
        LEFT JOIN account_bank_statement_line statement
            ON statement.id = move.statement_line_id""",
        scope.account_id(),
    )
    return SQL("%s %s", tables, opening_items(scope)) if scope.start else tables


def is_sent(scope: Scope) -> SQL:
    """Condition on ``line`` and ``account``: posted, with a value, on the balance.

    Sections and notes have no account; off-balance accounts have no place in an
    annual account's balance and are left out, unless they are asked for.
    """
    conditions = SQL(
        """line.company_id IN %s
        AND line.parent_state = 'posted'
        AND line.display_type NOT IN ('line_section', 'line_subsection', 'line_note')
        AND round(line.balance, %s) <> 0""",
        scope.company_ids,
        scope.decimals,
    )
    if not scope.off_balance:
        conditions = SQL("%s AND account.account_type <> 'off_balance'", conditions)
    if scope.left_out_move_ids:
        conditions = SQL(
            "%s AND line.move_id NOT IN %s", conditions, scope.left_out_move_ids
        )
    return conditions


def lines(
    scope: Scope, where: SQL, shares: SQL | None = None, *, once: bool = True
) -> SQL:
    """SELECT of the items that are sent and meet ``where``.

    Columns: ``line_id``, ``part``, ``move_id``, ``account_id``, one per line
    expression, ``extra`` (text[] in the order of the labels), ``digest`` (int8) and,
    with shares, ``dimensions``. See :func:`.sent.sent`, which reads the shares first.

    :param shares: of the items that are split, as :func:`.analytics.shares` gives them
    :param once: compute every expression once, however often its column is used.
        Without it PostgreSQL may compute in parallel: for who takes the digest alone
    """
    expressions = dict(scope.line_expressions)
    own_part, tables = part(scope), source(scope)
    if shares:
        expressions = _shared(expressions)
        own_part = SQL("COALESCE(share.part, %s)", own_part)
        tables = SQL("%s LEFT JOIN %s share ON share.line_id = line.id", tables, shares)
    columns = SQL(", ").join(
        SQL("%s AS %s", expression, SQL.identifier(name))
        for name, expression in expressions.items()
    )
    extra = SQL(", ").join(
        SQL(
            "COALESCE(%s, '')",
            _of_share(expression, SQL("share.amount_currency"))
            if shares and label == scope.amount_label
            else expression,
        )
        for label, expression in scope.extra_fields
    )
    # OFFSET 0 keeps PostgreSQL from computing every expression twice, and from doing
    # it in parallel
    return SQL(
        """SELECT item.*, %(digest)s AS digest
        FROM (
            SELECT line.id AS line_id, %(part)s AS part, line.move_id,
                account.id AS account_id, %(columns)s, ARRAY[%(extra)s]::text[] AS extra
            FROM %(source)s
            WHERE %(is_sent)s AND %(is_wanted)s AND %(where)s
            %(once)s
        ) item""",
        once=SQL("OFFSET 0") if once else SQL(),
        digest=_digest(scope, bool(shares)),
        part=own_part,
        is_wanted=is_wanted(scope),
        columns=columns,
        extra=extra,
        source=tables,
        is_sent=is_sent(scope),
        where=where,
    )


def present(scope: Scope, where: SQL, shares: SQL | None = None) -> SQL:
    """SELECT of ``line_id`` and ``part`` alone of the same items."""
    if scope.start or shares:
        return SQL(
            "SELECT line_id, part FROM (%s) item",
            lines(scope, where, shares, once=False),
        )
    # without the tables that only texts come from: a third of the time
    return SQL(
        """SELECT line.id AS line_id, %s AS part
        FROM account_move_line line
        JOIN account_account account ON account.id = %s
        WHERE %s AND %s""",
        part(scope),
        scope.account_id(),
        is_sent(scope),
        where,
    )


def _digest(scope: Scope, has_shares: bool) -> SQL:
    names = SQL(", ").join(SQL.identifier(name) for name, _ in scope.line_expressions)
    # ROW keeps the place of every column (concat_ws would skip NULLs)
    whole = SQL("hashtextextended(ROW(%s, %s, extra)::text, 0)", scope.version, names)
    if not has_shares:
        return whole
    # an item without analytics does not go again when they are switched on
    return SQL(
        """CASE WHEN dimensions IS NULL THEN %s
            ELSE hashtextextended(ROW(%s, %s, extra, dimensions)::text, 0) END""",
        whole,
        scope.version,
        names,
    )


def _shared(expressions: dict[str, SQL]) -> dict[str, SQL]:
    """The expressions, of a split item those of the share at hand."""
    of_share = {
        "value": SQL("share.value"),
        "open_value": SQL("share.open_value"),
        "open_category": SQL(
            "CASE WHEN share.open_value IS NOT NULL THEN %s END",
            expressions["open_category"],
        ),
    }
    own = {
        name: _of_share(expressions[name], expression)
        for name, expression in of_share.items()
    }
    return expressions | own | {"dimensions": SQL("share.dimensions")}


def _of_share(whole: SQL, share: SQL) -> SQL:
    return SQL("CASE WHEN share.line_id IS NULL THEN %s ELSE %s END", whole, share)


def last_id(cr) -> int:
    """The greatest id of a journal item, or 0."""
    cr.execute("SELECT max(id) FROM account_move_line")
    return cr.fetchone()[0] or 0


def next_entries(cr, scope: Scope, after: int, limit: int) -> tuple[int | None, int]:
    """The window of the next ``limit`` posted entries.

    :return: the id that ends it (None: there is none), and how many entries it has
    """
    cr.execute(
        SQL(
            """SELECT max(id), count(*) FROM (
                SELECT id FROM account_move
                WHERE company_id IN %s AND state = 'posted' AND id > %s
                ORDER BY id LIMIT %s
            ) entry""",
            scope.company_ids,
            after,
            limit,
        )
    )
    return cr.fetchone()


def count_entries(cr, scope: Scope, upto: int | None = None) -> int:
    """How many posted entries the books hold, all or with an id up to ``upto``."""
    cr.execute(
        SQL(
            """SELECT count(*) FROM account_move
            WHERE company_id IN %s AND state = 'posted'
                AND (%s::int IS NULL OR id <= %s)""",
            scope.company_ids,
            upto,
            upto,
        )
    )
    return cr.fetchone()[0]


def date_bounds(cr, scope: Scope):
    """First and last plausible day of an item that is sent, or (None, None).

    By two look-ups per account in Odoo's index on account and date: a company's books
    are not read through for it.
    """
    some = SQL(
        """SELECT %(day)s AS day FROM account_move_line line
        WHERE line.account_id = account.id AND %(is_sent)s
            AND line.date BETWEEN %(earliest)s AND %(latest)s""",
        day=scope.day(),
        is_sent=is_sent(scope),
        earliest=scope.earliest,
        latest=scope.latest,
    )
    cr.execute(
        SQL(
            """SELECT min(first.day), max(last.day)
            FROM account_account account
            LEFT JOIN LATERAL (%(some)s ORDER BY line.date LIMIT 1) first ON TRUE
            LEFT JOIN LATERAL (%(some)s ORDER BY line.date DESC LIMIT 1) last ON TRUE
            WHERE jsonb_exists(account.code_store, %(root)s)
                OR account.code_store IS NULL""",
            some=some,
            root=str(scope.root_id),
        )
    )
    return cr.fetchone()


def has_others_upto(cr, scope: Scope, day: date, move_ids: list[int]) -> bool:
    """Whether other entries than these count on a plausible day up to this one."""
    cr.execute(
        SQL(
            """SELECT 1 FROM account_move_line line
            JOIN account_account account ON account.id = line.account_id
            WHERE %s AND line.date BETWEEN %s AND %s AND line.move_id <> ALL(%s)
            LIMIT 1""",
            is_sent(scope),
            scope.earliest,
            day,
            move_ids,
        )
    )
    return bool(cr.fetchone())
