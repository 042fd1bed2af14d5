"""Pictures of every screen, at a desk's and a phone's width, to look at and judge.

    dev/run screenshots.py FOLDER [--database NAME] [--only WORD] [--lang CODE]
        [--check] [--dark]

Without --database: a copy of the demo books with the client files of
screens/sample.py. Figures and states in the pictures are made up there. --lang de_DE
shows the screens in that language; with --database, that one's administrator keeps it.
--check says what of each screen cannot be read or operated by everybody
(devlib/accessible.py), and ends with status 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from devlib import Databases, OdooServer, prepare, say
from devlib.accessible import by_keyboard, problems
from devlib.browser import ensure
from playwright.sync_api import Page, sync_playwright

SAMPLE = Path(__file__).parent / "screens" / "sample.py"
LANGUAGE = Path(__file__).parent / "screens" / "language.py"
DARK = "/web/assets/any/web.assets_web_dark.min.css"
WIDTHS = {"1400": (1400, 900), "390": (390, 844)}
# name, address below /odoo, what to press once it is there
FILES = "silverfin-client-files"
# on a phone, the buttons but the first
MORE = ".o_statusbar_buttons button[title=More]"
SCREENS: list[tuple[str, str, list[str]]] = [
    ("apps", "", []),
    ("dashboard", "silverfin", []),
    ("dashboard-behind", "silverfin", ["button[name=behind]"]),
    ("client-files", FILES, []),
    ("client-file-equal", f"{FILES}/{{in_sync}}", []),
    ("client-file-equal-proof", f"{FILES}/{{in_sync}}", ["a[name=proof]"]),
    ("client-file-attention", f"{FILES}/{{attention}}", []),
    ("client-file-proof", f"{FILES}/{{attention}}", ["a[name=proof]"]),
    ("client-file-set-aside", f"{FILES}/{{attention}}", ["a[name=set_aside]"]),
    ("client-file-analytics", f"{FILES}/{{in_sync}}", ["a[name=analytics]"]),
    (
        "client-file-analytics-change",
        f"{FILES}/{{in_sync}}",
        ["a[name=analytics]", "div[name=analytics] input"],
    ),
    ("client-file-accounts", f"{FILES}/{{in_sync}}", ["a[name=accounts]"]),
    (
        "client-file-accounts-left-out",
        f"{FILES}/{{in_sync}}",
        ["a[name=accounts]", "div[name=off_balance_report]"],
    ),
    (
        "client-file-accounts-low",
        f"{FILES}/{{in_sync}}",
        ["a[name=accounts]", "div[name=carried_report]"],
    ),
    ("client-file-branches", f"{FILES}/{{in_sync}}", ["a[name=branches]"]),
    ("client-file-running", f"{FILES}/{{syncing}}", []),
    ("client-file-pending", f"{FILES}/{{pending}}", []),
    ("client-file-removed", f"{FILES}/{{removed}}", []),
    ("client-file-new", f"{FILES}/new", []),
    ("client-file-privacy", f"{FILES}/{{in_sync}}", ["a[name=privacy]"]),
    (
        "client-file-start-again",
        f"{FILES}/{{in_sync}}",
        ["button[name=action_start_again]"],
    ),
    (
        "client-file-start-again-held",
        f"{FILES}/{{attention}}",
        ["button[name=action_start_again]"],
    ),
    ("client-file-closed-years", f"{FILES}/{{attention}}", ["a[name=closed]"]),
    ("closed-years", "silverfin-closed-years", []),
    (
        "closed-years-release",
        f"{FILES}/{{attention}}",
        ["button[name=action_release_held]"],
    ),
    (
        "client-file-preview",
        f"{FILES}/{{in_sync}}",
        [MORE, "button[name=action_preview]"],
    ),
    (
        "client-file-preview-first",
        f"{FILES}/{{pending}}",
        [MORE, "button[name=action_preview]"],
    ),
    ("client-file-years", f"{FILES}/{{in_sync}}", ["a[name=years]"]),
    ("checkup", "silverfin-checkup/{checkup}", []),
    ("checkup-green", "silverfin-checkup/{checkup_green}", []),
    (
        "checkup-list",
        "silverfin-checkup/{checkup}",
        [".o_data_row:nth-child(4) button[name=action_open]"],
    ),
    ("checkups", "silverfin-checkup", []),
    ("runs", "silverfin-runs", []),
    ("run", "silverfin-runs/{run}", []),
    ("run-failed", "silverfin-runs/{failed}", []),
    ("set-aside", "silverfin-set-aside", []),
    ("entry-set-aside", "action-account.action_move_journal_line/{aside}", []),
    ("entry-held", "action-account.action_move_journal_line/{held}", []),
    (
        "entries",
        "action-account.action_move_journal_line",
        [
            ".o_optional_columns_dropdown button",
            "input[name=silverfin_status]",
            ".o_optional_columns_dropdown button",
        ],
    ),
    ("entry", "action-account.action_move_journal_line/{entry}", []),
    ("files", "action-account_silverfin.silverfin_export_action", []),
    ("file", "action-account_silverfin.silverfin_export_action/{file}", []),
    ("file-new", "action-account_silverfin.silverfin_export_action/new", []),
    ("aged-lists", "action-account_silverfin.silverfin_aged_action", []),
    ("connections", "action-account_silverfin.silverfin_connection_action", []),
    (
        "connection",
        "action-account_silverfin.silverfin_connection_action/{connection}",
        [],
    ),
    (
        "connection-extra-fields",
        "action-account_silverfin.silverfin_connection_action/{connection}",
        ["a[name=extra_fields]"],
    ),
    (
        "connection-new",
        "action-account_silverfin.silverfin_connection_action/new",
        ["a[name=extra_fields]"],
    ),
    (
        "connection-link",
        "action-account_silverfin.silverfin_connection_action/{invited}",
        [],
    ),
    (
        "connection-link-shown-once",
        "action-account_silverfin.silverfin_connection_action/{uninvited}",
        [MORE, "button[name=action_invite]"],
    ),
    ("connection-link-page", f"../silverfin/connect/{'A' * 43}", []),
    *(
        (f"set-up-{step}", f"silverfin-setup/{{setup_{step}}}", [])
        for step in (
            *("access", "connect", "companies", "silverfin"),
            *("checkup", "push", "proof"),
        )
    ),
    (
        "set-up-access-typed",
        "silverfin-setup/{setup_typed}",
        ["button[name=action_have_client_id]"],
    ),
    ("settings", "settings", [".settings_tab [data-key=account_silverfin]"]),
]


def ids(databases: Databases, database: str) -> dict[str, str]:
    """The number of one client file in each state, of a run and of the connection."""
    query = databases.environment.postgres.query
    rows = query(
        "SELECT position.state || '=' || min(link.id) FROM silverfin_link link "
        "JOIN silverfin_position position ON position.id = link.position_id "
        "GROUP BY position.state "
        "UNION ALL SELECT 'run=' || min(id) FROM silverfin_run WHERE state = 'partial' "
        "UNION ALL SELECT 'failed=' || min(id) FROM silverfin_run "
        "WHERE state = 'failed' "
        "UNION ALL SELECT 'aside=' || min(move_id) FROM silverfin_rejection "
        "WHERE kind = 'rejected' "
        "UNION ALL SELECT 'held=' || min(move_id) FROM silverfin_rejection "
        "WHERE kind = 'held' "
        "UNION ALL SELECT 'connection=' || min(id) FROM silverfin_connection "
        "UNION ALL SELECT 'invited=' || min(connection_id) FROM silverfin_invitation "
        "UNION ALL SELECT 'uninvited=' || max(id) FROM silverfin_connection "
        "UNION ALL SELECT 'checkup=' || min(id) FROM silverfin_checkup "
        "UNION ALL SELECT 'checkup_green=' || min(id) FROM silverfin_checkup "
        "WHERE state = 'green' "
        "UNION ALL SELECT 'setup_' || step || '=' || min(id) FROM silverfin_setup "
        "GROUP BY step "
        "UNION ALL SELECT 'setup_typed=' || max(id) FROM silverfin_setup "
        "WHERE step = 'access' "
        "UNION ALL SELECT 'entry=' || max(move_id) FROM silverfin_transaction "
        "UNION ALL SELECT 'file=' || min(id) FROM silverfin_export "
        "UNION ALL SELECT 'companies=' || string_agg(id::text, '-' ORDER BY id) "
        "FROM res_company WHERE parent_id IS NULL",
        database,
    )
    return dict(row.split("=") for row in rows.split())


def run_script(databases: Databases, database: str, script: str) -> None:
    """Run a script in Odoo's shell."""
    environment = databases.environment
    subprocess.run(
        environment.odoo_command("shell", "-d", database, "--no-http"),
        input=script.encode(),
        stdout=subprocess.DEVNULL,
        env=environment.variables,
        check=True,
    )


@contextmanager
def sample_database(databases: Databases) -> Iterator[str]:
    """A copy of the demo books with the module and its sample, dropped at the end."""
    with databases.temporary("screenshots") as database:
        databases.install_module(database)
        run_script(databases, database, SAMPLE.read_text())
        yield database


def speak(databases: Databases, database: str, lang: str) -> None:
    """Load a language, and give it to the administrator."""
    run_script(databases, database, LANGUAGE.read_text() % {"lang": lang})


def log_in(page: Page, url: str) -> None:
    """As the administrator of the demo books."""
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_web_client", timeout=120000)


def settle(page: Page) -> None:
    """Wait for what is shown: Odoo's web client never stops asking for messages."""
    page.wait_for_timeout(900)
    page.wait_for_selector(".o_loading_indicator", state="hidden")


def picture(page: Page, target: Path, url: str, presses: list[str]) -> None:
    """Open the address, press, and take the whole of what can be scrolled."""
    page.goto(url)
    page.wait_for_selector(".o_action_manager > div, main")
    settle(page)
    for selector in presses:
        found = page.locator(selector)
        if found.count():
            found.first.click()
            settle(page)
    if page.locator(".o_error_dialog").count():
        raise SystemExit(f"an error is shown at {url}")
    page.screenshot(path=target)


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", help="one that has the sample already")
    parser.add_argument("--only", default="", help="screens with this word")
    parser.add_argument("--lang", help="as de_DE: the language of the screens")
    parser.add_argument(
        "--check", action="store_true", help="contrast, names and keyboard too"
    )
    parser.add_argument(
        "--dark",
        action="store_true",
        help="with Odoo's dark stylesheet (Community's own colours in it are light)",
    )
    return parser.parse_args()


def checked(page: Page, where: str) -> list[str]:
    """What is wrong with a screen, each in a line that is printed too."""
    found = [f"{where}: {line}" for line in problems(page) + by_keyboard(page)]
    for line in found:
        say(line)
    return found


def take(
    databases: Databases, database: str, folder: Path, asked: argparse.Namespace
) -> int:
    """All pictures of one database; how much was found wrong."""
    wrong = 0
    known = ids(databases, database)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        # no worker: the runs stay as they are
        OdooServer(database, max_cron_threads=0) as odoo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=ensure(), args=["--no-sandbox"]
        )
        for name, (width, height) in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, has_touch=width < 500
            )
            page = context.new_page()
            if asked.dark:
                page.route(
                    "**/web.assets_web.min.css",
                    lambda route: route.continue_(url=f"{odoo.url}{DARK}"),
                )
            # the first page builds all of Odoo's assets
            page.set_default_timeout(120_000)
            log_in(page, odoo.url)
            # every company ticked in the company menu, which a login resets
            context.add_cookies(
                [{"name": "cids", "value": known["companies"], "url": odoo.url}]
            )
            for screen, address, presses in SCREENS:
                if asked.only in screen:
                    target = folder / f"{screen}-{name}.png"
                    address = f"{odoo.url}/odoo/{address.format(**known)}"
                    picture(page, target, address, presses)
                    say(str(target))
                    # the pages of journal entries are Odoo's own
                    if asked.check and "action-account." not in address:
                        wrong += len(checked(page, target.stem))
            context.close()
        browser.close()
    return wrong


def main() -> int:
    """Make the database where none is given, and take the pictures."""
    asked = arguments()
    databases = Databases(prepare())
    with (
        nullcontext(asked.database) if asked.database else sample_database(databases)
    ) as database:
        if asked.lang:
            speak(databases, database, asked.lang)
        return 1 if take(databases, database, asked.folder, asked) else 0


if __name__ == "__main__":
    sys.exit(main())
