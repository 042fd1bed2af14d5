"""Set-up and real processes for development: Odoo, PostgreSQL, databases, sandbox.

Programs in dev/ run by `dev/run NAME.py` import what they need from here:

    from devlib import Databases, OdooServer, SandboxProcess, prepare

    databases = Databases(prepare())
    databases.new("mine", "demo", install=True)
    with SandboxProcess(["--scenario", "demo"]) as sandbox, OdooServer("mine") as odoo:
        …  # odoo.url, sandbox.url, odoo.kill()

Standard library only, so that it runs before anything is installed.
"""

from .children import Child
from .databases import Databases, drop_database, new_database
from .environment import Environment, prepare
from .odoo_command import free_port
from .postgres import Postgres
from .progress import SetupError, say, step
from .sandbox_process import SandboxProcess
from .server import OdooServer
