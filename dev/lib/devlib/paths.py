"""Where everything lies: the checkout, and the cache folder outside of it.

`shared` holds what all checkouts use (Odoo, Python packages, tools); `own` what
belongs to this checkout alone (databases, filestore, configuration, logs).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

MODULE = "account_silverfin"

REPOSITORY = Path(__file__).resolve().parents[3]
DEV = REPOSITORY / "dev"
LIBRARY = DEV / "lib"


def _cache() -> Path:
    chosen = os.environ.get("ACCOUNT_SILVERFIN_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / MODULE


def short_hash(text: str) -> str:
    """Eight hexadecimal digits that stand for the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


CACHE = _cache()
APART = os.environ.get("ACCOUNT_SILVERFIN_APART", "")
"""Names a PostgreSQL cluster (and all that is the checkout's own) beside the usual one:
for what ends clusters. It keeps what was committed, as a real one does."""
KEY = "-".join(filter(None, [REPOSITORY.name, short_hash(str(REPOSITORY)), APART]))

SHARED = CACHE / "shared"
DOWNLOADS = SHARED / "downloads"
BYTECODE = SHARED / "bytecode"
LOCKS = SHARED / "locks"

OWN = CACHE / "checkouts" / KEY
ADDONS = OWN / "addons"
ADDONS_LINK = ADDONS / MODULE
ODOO_RC = OWN / "odoo.conf"
DATA_DIR = OWN / "data"
LOGS = OWN / "log"
OWN_LOCKS = OWN / "locks"
