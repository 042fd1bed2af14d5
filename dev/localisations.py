"""Try every localisation of Odoo that has demo entries, and print a table.

    dev/run localisations.py [MODULE …]

Without names: every ``l10n_*`` module that brings a chart of accounts. Each company
that comes with them is connected to the sandbox, synchronised and verified as in ``make
demo``, and its trial balance is compared by the demonstration's own sums. Whatever
fails is named with its reason; the exit status is 1 then. ``l10n_be`` is what the other
tests use: here it is left out.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from demo.database import Books
from demo.failure import DemoFailure
from demo.linking import connect, link_all
from demo.program import LOGIN, PASSWORD, Demo
from demo.report import problems
from demo.syncing import Result
from devlib import Databases, Environment, SetupError, prepare, say
from devlib.children import end_cleanly_on_signals

TOGETHER = 6
"""Modules in one database: a database costs more than a module does."""
COUNTRY = re.compile(r"l10n_[a-z]{2}(_account)?$")
"""In some countries, France is one, the chart is in a module beside the country's."""


@dataclass(frozen=True)
class Row:
    """What became of one company, or of a module that brought none."""

    module: str
    company: str
    result: Result | None
    failure: str

    @property
    def text(self) -> str:
        """A line of the table."""
        if not self.result:
            why = self.failure or "has no demo entries"
            return f"{self.module:15} {self.company:34} {why}"
        result = self.result
        state = "equal" if not self.failure else f"NOT EQUAL: {self.failure}"
        return (
            f"{self.module:15} {self.company:34} {result.entries:7,} {result.sent:7,} "
            f"{result.aside:5,} {result.comparison.accounts:8,}  {state}"
        )


def charts(environment: Environment) -> list[str]:
    """The countries' modules that bring a chart of accounts."""
    places = [environment.odoo.root / "odoo" / "addons", *environment.odoo.addons]
    return sorted(
        module.name
        for addons in places
        for module in addons.glob("l10n_*")
        if COUNTRY.match(module.name)
        and module.name != "l10n_be"
        and any(module.glob("models/template_*.py"))
    )


def groups(modules: Sequence[str]) -> Iterator[Sequence[str]]:
    """Some at a time."""
    for start in range(0, len(modules), TOGETHER):
        yield modules[start : start + TOGETHER]


def tried(environment: Environment, modules: Sequence[str]) -> Iterator[Row]:
    """Install, then company by company: link, synchronise, verify, compare."""
    try:
        with Demo(environment, "localisations", modules) as demo:
            demo.browser.log_in(LOGIN, PASSWORD)
            connection = connect(demo.browser, demo.silverfin, demo.sandbox.announced)
            demo.runs.forget()
            companies = _companies(demo, modules)
            for module in modules:
                mine = companies.get(module, [])
                if not mine:
                    yield Row(module, "-", None, "")
                for company in mine:
                    yield _company(demo, connection, module, company)
    except (DemoFailure, SetupError) as failure:
        if len(modules) == 1:
            yield Row(modules[0], "-", None, str(failure))
            return
        # one of them spoils the database of all: each on its own
        for module in modules:
            yield from tried(environment, [module])


def _companies(demo: Demo, modules: Sequence[str]) -> dict[str, list[dict]]:
    """The companies by the module that their chart of accounts belongs to."""
    templates = demo.browser.search(
        "res.company", [("chart_template", "!=", False)], "name", "chart_template"
    )
    countries = {
        module: module.removeprefix("l10n_").removesuffix("_account")
        for module in modules
    }
    return {
        module: [
            company
            for company in templates
            if re.match(rf"{country}(_|$)", company["chart_template"])
            and company["name"] != "BE Company CoA"
        ]
        for module, country in countries.items()
    }


def _company(demo: Demo, connection: int, module: str, company: dict) -> Row:
    name = company["name"]
    demo.silverfin.control("client_file", firm=demo.silverfin.firm(), name=name)
    if not Books(demo.postgres, demo.database, company["id"]).entries():
        return Row(module, name, None, "")
    try:
        links = link_all(
            demo.browser,
            demo.silverfin,
            connection,
            demo.runs,
            [("id", "=", company["id"])],
        )
        demo.rounds.choose_retained_earnings(links)
        (result,) = demo.first(links)
    except DemoFailure as failure:
        demo.runs.forget()
        return Row(module, name, None, str(failure))
    return Row(module, name, result, "; ".join(problems([result])))


def main(modules: Sequence[str]) -> int:
    """Try them all; 0 where each company is equal."""
    end_cleanly_on_signals()
    environment = prepare()
    began = time.monotonic()
    rows: list[Row] = []
    with environment.postgres:
        Databases(environment).template("test")
        for group in groups(modules or charts(environment)):
            for row in tried(environment, group):
                rows.append(row)
                say(row.text)
    head = ("entries", "sent", "aside", "balances")
    print(
        f"\n{'module':15} {'company':34} {head[0]:>7} {head[1]:>7} {head[2]:>5} "
        f"{head[3]:>8}"
    )
    for row in rows:
        print(row.text)
    wrong = [row for row in rows if row.failure]
    seconds = time.monotonic() - began
    compared = [row for row in rows if row.result]
    equal = [row for row in compared if not row.failure]
    print(
        f"\n{len(equal)} of {len(compared)} companies with entries are equal, "
        f"{len(wrong)} failures, in {seconds:.0f} s."
    )
    return 1 if wrong or not equal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
