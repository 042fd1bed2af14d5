"""Run pytest as Odoo 19 needs it: `python pytest_odoo19.py ARGUMENT …`.

pytest-odoo takes Odoo's parts as attributes of ``odoo``, which Odoo 19 no longer
imports by itself, and does not name the running test, which Odoo's test cursors ask.
"""

import sys

import odoo.http
import odoo.init
import odoo.modules.module
import odoo.modules.registry
import odoo.service.server
import odoo.tests
import odoo.tools
import pytest


class CurrentTest:
    """What Odoo's own runner does around each test."""

    @pytest.fixture(autouse=True)
    def current_test(self, request):
        odoo.modules.module.current_test = request.instance
        yield
        odoo.modules.module.current_test = None


if __name__ == "__main__":
    sys.exit(pytest.main(sys.argv[1:], plugins=[CurrentTest()]))
