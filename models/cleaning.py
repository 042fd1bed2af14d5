"""What autovacuum does with records that are older than runs are kept."""

from collections.abc import Callable
from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT


def remove_old(model, found: Callable[[datetime], SQL]) -> tuple[int, bool]:
    """Remove what a SELECT of ids finds, as many as Odoo removes at once.

    :param found: makes the SELECT, of the moment before which something is old
    :return: how many, and whether there may be more: what ``@api.autovacuum`` takes
    """
    months = model.env["silverfin.setting"]._run_months()
    old = fields.Datetime.now() - relativedelta(months=months)
    model.env.cr.execute(SQL("%s LIMIT %s", found(old), GC_UNLINK_LIMIT))
    ids = [record_id for (record_id,) in model.env.cr.fetchall()]
    model.browse(ids).unlink()
    return len(ids), len(ids) == GC_UNLINK_LIMIT
