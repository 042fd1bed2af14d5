"""Rows of a SELECT, written by PostgreSQL straight into a file."""

from typing import BinaryIO

from odoo.tools import SQL


def copy(cr, select: SQL, options: SQL, target: BinaryIO) -> None:
    """Nothing of it is held in memory.

    :param options: of ``COPY … TO STDOUT``
    """
    statement = SQL("COPY (%s) TO STDOUT WITH (%s)", select, options)
    # COPY takes no parameters of its own
    cr.copy_expert(cr.mogrify(statement).decode(), target)
