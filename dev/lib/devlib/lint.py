"""`make lint` and `make format`: OCA's checks of Odoo 19.0 over the repository.

The checks run side by side; each prints one line, and its output where it fails.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import node_tools, virtualenv
from .paths import MODULE, OWN, REPOSITORY, SHARED, short_hash
from .progress import SetupError, say

PRETTIER_SUFFIXES = {
    *(".css", ".htm", ".html", ".js", ".cjs", ".json", ".md", ".scss"),
    *(".xml", ".yaml", ".yml"),
}
# As in .pre-commit-config.yaml: generated files, libraries and people's texts.
UNFORMATTED = re.compile(
    r"^static/description/index\.html$|(^|/)static/(src/)?lib/|^readme/"
    r"|^tests/samples/|^eslint\.config\.cjs$|^prettier\.config\.cjs$"
)
TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
TEXT_SUFFIXES = PRETTIER_SUFFIXES | {".py", ".rst", ".toml", ".txt", ".csv", ".sql"}
# Without Odoo's models, where `write`, `close` or `print` mean something else.
PLAIN_PYTHON = ("silverfin_api", "tests/sandbox")
ORM_ONLY = "method-required-super,missing-return,print-used"
NOT_MODULE = {".ci", "dev", "docs", "readme", "tests_api"}


@dataclass(frozen=True)
class Check:
    """One command, run in `folder`; `name` is what the report calls it."""

    name: str
    command: list[str]
    folder: Path = REPOSITORY
    # What the verdict depends on; a check that passed with it is not run again.
    key: str = ""


def files() -> list[str]:
    """The repository's files, new ones included, ignored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        raise SetupError(f"git does not know {REPOSITORY}: {listed.stderr.strip()}")
    names = sorted(set(filter(None, listed.stdout.split("\0"))))
    return [name for name in names if (REPOSITORY / name).is_file()]


def _copy_of_module(names: list[str]) -> Path:
    """A copy of the module's files in a folder called as the module."""
    copy = OWN / "lint" / MODULE
    shutil.rmtree(copy, ignore_errors=True)
    for name in names:
        if name.split("/")[0] not in NOT_MODULE:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, copy / name)
    return copy


class Lint:
    """The prepared tools."""

    def __init__(self) -> None:
        self.bin = virtualenv.ensure("lint", label="lint").parent
        self.node = node_tools.ensure()
        self.files = files()

    def check(self) -> bool:
        """Run every check; answers whether all passed."""
        checks = list(self._checks())
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            results = list(pool.map(self._report, checks))
        passed = sum(results) + self._plain_text()
        total = len(checks) + 1
        say(f"lint: {passed} of {total} checks passed")
        return passed == total

    def format(self) -> None:
        """Let ruff and prettier rewrite what they can."""
        ruff = str(self.bin / "ruff")
        for command in (
            [ruff, "check", "--quiet", "--fix", "--exit-zero", "."],
            [ruff, "format", "--quiet", "."],
            [*self._prettier("--write", "--log-level=warn"), *self._formatted()],
        ):
            subprocess.run(command, cwd=REPOSITORY, env=self._env(), check=False)

    # --- the checks

    def _checks(self) -> Iterator[Check]:
        ruff = str(self.bin / "ruff")
        # The module's name is its folder's name, and pylint follows links: so a copy.
        copy = _copy_of_module(self.files)
        pylint = [str(self.bin / "pylint")]
        pylint.append(f"--rcfile={REPOSITORY / '.pylintrc-mandatory'}")
        plain = "|".join(f".*/{place}/.*" for place in PLAIN_PYTHON)
        module = [*pylint, f"--ignore-paths={plain}", MODULE]
        yield Check("pylint-odoo", module, copy.parent, self._key([copy]))
        places = [f"{MODULE}/{place}" for place in PLAIN_PYTHON]
        unfit = f"--disable={ORM_ONLY}"
        command = [*pylint, unfit, *places]
        key = self._key([copy / place for place in PLAIN_PYTHON])
        yield Check("pylint-odoo, plain Python", command, copy.parent, key)
        yield Check("ruff", [ruff, "check", "--no-fix", "."])
        yield Check("ruff format", [ruff, "format", "--check", "."])
        oca = str(self.bin / "oca-checks-odoo-module")
        yield Check("oca-checks-odoo-module", [oca, str(copy)])
        catalogues = [name for name in self.files if name.endswith((".po", ".pot"))]
        if catalogues:
            po = [str(self.bin / "oca-checks-po"), "--disable=po-pretty-format"]
            yield Check("oca-checks-po", [*po, *catalogues])
        scripts = [name for name in self._formatted() if name.endswith(".js")]
        if scripts:
            eslint = [str(self.node / ".bin" / "eslint"), "--quiet"]
            yield Check("eslint", [*eslint, *scripts])
        prettier = self._prettier("--check", "--log-level=warn")
        yield Check("prettier", [*prettier, *self._formatted()])

    def _prettier(self, *options: str) -> list[str]:
        config = f"--config={REPOSITORY / 'prettier.config.cjs'}"
        return [str(self.node / ".bin" / "prettier"), config, *options]

    def _formatted(self) -> list[str]:
        return [
            name
            for name in self.files
            if Path(name).suffix in PRETTIER_SUFFIXES and not UNFORMATTED.search(name)
        ]

    def _env(self) -> dict[str, str]:
        return {
            **os.environ,
            "NODE_PATH": str(self.node),
            "PYLINTHOME": str(SHARED / "pylint"),
            "RUFF_CACHE_DIR": str(SHARED / "ruff"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _key(self, folders: list[Path]) -> str:
        """A hash of the files below, the configuration and the tools."""
        digest = hashlib.sha256(str(self.bin).encode())
        names = [name for folder in folders for name in folder.rglob("*")]
        for file in [REPOSITORY / ".pylintrc-mandatory", *sorted(names)]:
            if file.is_file():
                digest.update(str(file).encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()[:16]

    def _report(self, check: Check) -> bool:
        passed = OWN / "lint" / "passed" / short_hash(f"{check.command}{check.key}")
        if check.key and passed.exists():
            say(f"ok     {check.name} (unchanged since it passed)")
            return True
        started = time.monotonic()
        done = subprocess.run(
            check.command,
            cwd=check.folder,
            env=self._env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - started
        verdict = "failed" if done.returncode else "ok"
        report = f"{verdict:6} {check.name} ({seconds:.1f} s)"
        if done.returncode:
            report += "\n" + done.stdout.rstrip()
        elif check.key:
            passed.parent.mkdir(parents=True, exist_ok=True)
            passed.touch()
        say(report)
        return not done.returncode

    def _plain_text(self) -> bool:
        """No blanks at line ends, an end of line at the end, no carriage returns."""
        wrong = []
        for name in self.files:
            if Path(name).suffix not in TEXT_SUFFIXES or UNFORMATTED.search(name):
                continue
            text = (REPOSITORY / name).read_bytes().decode(errors="replace")
            if text and (not text.endswith("\n") or "\r" in text):
                wrong.append(
                    f"{name}: its last line has no end, or it has CR line ends"
                )
            wrong += [
                f"{name}:{text[: found.start()].count(chr(10)) + 1}: blanks at line end"
                for found in TRAILING.finditer(text)
            ]
        say("\n".join([f"{'failed' if wrong else 'ok':6} plain text", *wrong]))
        return not wrong
