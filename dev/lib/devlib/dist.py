"""`make dist`: the module as a zip for Odoo Apps, without what only developers need."""

from __future__ import annotations

import ast
import zipfile
from pathlib import Path

from .lint import files
from .paths import MODULE, REPOSITORY

# Beside these, names that start with a dot stay out.
LEFT_OUT = {
    *("Makefile", "dev", "tests_api"),
    *("eslint.config.cjs", "prettier.config.cjs"),
}
# The same files give the same bytes, whenever they are packed.
PACKED_AT = (2000, 1, 1, 0, 0, 0)


def make() -> Path:
    """Write dist/account_silverfin-VERSION.zip and answer its path."""
    manifest = ast.literal_eval((REPOSITORY / "__manifest__.py").read_text())
    target = REPOSITORY / "dist" / f"{MODULE}-{manifest['version']}.zip"
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files():
            top = name.split("/")[0]
            if top not in LEFT_OUT and not top.startswith("."):
                entry = zipfile.ZipInfo(f"{MODULE}/{name}", PACKED_AT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, (REPOSITORY / name).read_bytes())
    return target
