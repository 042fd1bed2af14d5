"""Columns of one row, read and written by SQL in the transaction at hand.

The worker writes nothing by the ORM: what the ORM would still have to flush could be
lost, or committed at the wrong moment.
"""

from collections.abc import Iterable

from odoo.tools import SQL


def set_columns(cr, table: str, row_id: int, values: dict) -> None:
    """Set the columns of a row; ``values`` by column name."""
    cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE id = %s",
            SQL.identifier(table),
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in values.items()
            ),
            row_id,
        )
    )


def read_columns(cr, table: str, row_id: int, columns: Iterable[str]) -> tuple:
    """The columns of a row."""
    cr.execute(
        SQL(
            "SELECT %s FROM %s WHERE id = %s",
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL.identifier(table),
            row_id,
        )
    )
    return cr.fetchone()
