"""In Chromium, on real processes: the assistant from nothing to proof.

One browser context is a bookkeeper's in Odoo; another, without a login there, is the
firm's admin, who follows the connection link and sets the client file up in Silverfin.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from books import Books
from control import Control
from devlib import Databases, Environment, OdooServer, SandboxProcess
from devlib.accessible import by_keyboard, problems
from devlib.browser import ensure
from devlib.odoo_command import free_port
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PATIENCE = 180_000
"""Milliseconds for whatever somebody waits for; a busy machine builds assets long."""
STILL = 20
"""Seconds after which a page that is shown has come to rest."""
FIRM_ADMIN = "admin@sandbox.test"
CALLBACK = "/silverfin/oauth/callback"


@dataclass
class Stage:
    """Odoo, Silverfin and a browser; nothing is set up."""

    browser: Browser
    odoo: str
    silverfin: str
    announced: dict
    books: Books

    def context(self) -> Page:
        """A page in a browser context of its own: no cookies of another."""
        page = self.browser.new_context(
            viewport={"width": 1400, "height": 1000}
        ).new_page()
        page.set_default_timeout(PATIENCE)
        return page

    def logged_in(self, login: str) -> Page:
        """A user's page; the password is the login."""
        page = self.context()
        page.goto(f"{self.odoo}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_web_client")
        return page

    def control(self) -> Control:
        return Control(self.silverfin)


@contextmanager
def staged(environment: Environment, database: str) -> Iterator[Stage]:
    """The processes, on a database in which nobody did anything yet."""
    program = ensure()
    if not program:
        pytest.skip("no browser")
    port = free_port()
    redirect = f"http://127.0.0.1:{port}{CALLBACK}"
    options = ["--scenario", "demo", "--redirect-uri", redirect]
    with (
        SandboxProcess(options, environment=environment) as sandbox,
        OdooServer(database, http_port=port, environment=environment) as odoo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        expect.set_options(timeout=PATIENCE)
        yield Stage(browser, odoo.url, sandbox.url, sandbox.announced, Books(database))
        browser.close()


def test_from_nothing_to_proof(environment: Environment, databases: Databases) -> None:
    with (
        databases.temporary("assistant", "test") as database,
        staged(environment, database) as stage,
    ):
        walk(stage)


def walk(stage: Stage) -> None:
    """All steps, and what a user who may only read sees of them."""
    page, admin = stage.logged_in("admin"), stage.context()
    open_set_up(page)
    ask_for_access(page, stage)
    type_access(page, stage)
    connect_by_link(page, admin)
    choose_company(page)
    assert_in_its_app(page)
    # left, and found again where it was
    page.goto(f"{stage.odoo}/odoo")
    open_set_up(page)
    set_up_in_silverfin(page, admin, stage)
    check_up(page)
    send(page)
    prove(page, stage)
    assert_pages_are_for_everybody(page, stage)
    assert_hidden_from_users(stage)


def open_set_up(page: Page) -> None:
    """Silverfin > Configuration > Set Up."""
    page.click(".o_navbar_apps_menu button")
    page.click(".o-dropdown--menu [data-menu-xmlid='account_silverfin.menu_silverfin']")
    page.click("[data-menu-xmlid='account_silverfin.menu_silverfin_configuration']")
    page.click("[data-menu-xmlid='account_silverfin.menu_silverfin_setup']")
    page.wait_for_selector(".o_silverfin_steps")


def assert_in_its_app(page: Page) -> None:
    """Opened by its address alone, as from a mail: Silverfin's menus are on top."""
    fresh = page.context.new_page()
    fresh.goto(page.url)
    expect(fresh.locator(".o_menu_brand")).to_have_text("Silverfin")
    fresh.close()


def section(page: Page, name: str) -> Locator:
    """A step's part of the page, once it is shown."""
    found = page.locator(f"div[name={name}]")
    expect(found).to_be_visible()
    assert_for_everybody(page)
    return found


def assert_for_everybody(page: Page) -> None:
    """Read and operated by who sees little, hears the page, or uses no mouse."""
    deadline = time.monotonic() + STILL
    # it may still be coming in
    while (found := problems(page)) and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert not found


def assert_pages_are_for_everybody(page: Page, stage: Stage) -> None:
    link = stage.books.value("SELECT id FROM silverfin_link")
    for address, there in (
        (f"silverfin-client-files/{link}", ".oe_title"),
        ("silverfin", ".o_silverfin_figures"),
    ):
        page.goto(f"{stage.odoo}/odoo/{address}")
        expect(page.locator(there).first).to_be_visible()
        assert_for_everybody(page)
    assert by_keyboard(page) == []


def rows(page: Page) -> Locator:
    """The client files."""
    return page.locator(".o_silverfin_rows .o_kanban_record:not(.o_kanban_ghost)")


def ask_for_access(page: Page, stage: Stage) -> None:
    step = section(page, "access")
    step.get_by_role("button", name="Not yet").click()
    letter = step.locator("[name=letter].o_field_text")
    for words in (stage.odoo + CALLBACK, "financials:transactions:sync", "webhook/"):
        expect(letter).to_contain_text(words)
    mail = step.get_by_role("link", name="Write the e-mail").get_attribute("href")
    assert mail and mail.startswith("mailto:") and "transactions%3Async" in mail
    expect(step.get_by_role("button", name="Let Silverfin read")).to_be_visible()
    step.get_by_role("button", name="Yes, Silverfin sent it").click()


def type_access(page: Page, stage: Stage) -> None:
    step = section(page, "access")
    one, two = stage.announced["webhook_tokens"]
    typed = {
        "connection_name": "Fiduciaire",
        "client_id": stage.announced["client_id"],
        "webhook_token_1_input": one,
        "webhook_token_2_input": two,
        "base_url": stage.silverfin,
    }
    for name, value in typed.items():
        step.locator(f"[name={name}] input:visible").fill(value)
    step.locator("[name=read_back] input").check()
    button = page.get_by_role("button", name="Continue")
    button.click()
    # the secret is missing: said, and nothing of the rest is lost
    dialog = page.locator(".modal")
    expect(dialog).to_contain_text("Fill in the client ID and the client secret")
    dialog.get_by_role("button", name="Close").first.click()
    secret = stage.announced["client_secret"]
    step.locator("[name=client_secret_input] input:visible").fill(secret)
    button.click()
    section(page, "connect")
    assert secret not in page.content()


def connect_by_link(page: Page, admin: Page) -> None:
    """The admin of the firm follows it elsewhere, and this page notices."""
    step = section(page, "connect")
    step.get_by_role("button", name="Make a Connection Link").click()
    address = page.locator(".modal [name=address]").inner_text()
    address = re.search(r"http\S+/silverfin/connect/\S+", address)[0]
    page.get_by_role("button", name="I have copied it").click()
    expect(step).to_contain_text("Open until")

    admin.goto(address)
    expect(admin.locator("main")).to_contain_text("asks you, as an admin user")
    assert_for_everybody(admin)
    assert by_keyboard(admin) == []
    admin.get_by_role("button", name="Go to Silverfin").click()
    admin.get_by_role("link", name=FIRM_ADMIN).click()
    admin.get_by_role("button", name="Allow").click()
    expect(admin.locator("main")).to_contain_text("Odoo has access to Silverfin now")

    expect(step).to_contain_text("Silverfin gave access to the firm")
    expect(step).to_contain_text("Fiduciaire Sandbox")
    page.get_by_role("button", name="Continue").click()


def choose_company(page: Page) -> None:
    step = section(page, "companies")
    proposal = step.locator(".o_silverfin_proposal")
    expect(proposal).to_have_count(1)
    # what is proposed follows the ticks, before anything is saved
    box = step.get_by_role("checkbox").first
    box.uncheck()
    expect(proposal).to_have_count(0)
    box.check()
    expect(proposal.first).to_contain_text("Financial years:")
    expect(proposal.first).to_contain_text("Retained earnings:")
    page.get_by_role("button", name="Continue").click()
    section(page, "silverfin")


def set_up_in_silverfin(page: Page, admin: Page, stage: Stage) -> None:
    """Silverfin calls this server when it is done: the page shows it by itself."""
    step = section(page, "silverfin")
    expect(step).to_contain_text("Set up sync")
    step.get_by_label("Earlier years that are not in Odoo").check()
    expect(step).to_contain_text("stays as it is")
    row = rows(page).first
    reference = re.search(r"[0-9a-f-]{36}:\d+", row.inner_text())[0]
    firm = stage.announced["firms"][0]
    file = stage.announced["client_files"][0]
    admin.goto(f"{stage.silverfin}/f/{firm}/{file}/sync")
    offered = admin.locator(f"#reference option[value$=' {reference}']")
    admin.locator("#reference").select_option(offered.get_attribute("value"))
    admin.get_by_role("button", name="Set up sync").click()
    expect(step).to_contain_text("All client files are set up in Silverfin")
    expect(row).to_contain_text("Client file 1")
    page.get_by_role("button", name="Continue").click()


def check_up(page: Page) -> None:
    section(page, "checkup")
    page.get_by_role("button", name="Check the Books").click()
    expect(rows(page).first).to_contain_text("See what was found")
    page.locator(".btn-primary", has_text="Continue").click()


def send(page: Page) -> None:
    section(page, "push")
    page.get_by_role("button", name="Send Now").click()
    expect(rows(page).first).to_contain_text("items")
    page.locator(".btn-primary", has_text="Continue").click()


def prove(page: Page, stage: Stage) -> None:
    """The first comparison goes by itself; the sandbox agrees with the books."""
    step = section(page, "proof")
    expect(step).to_contain_text("Every balance is equal")
    rows(page).get_by_role("button", name="Statement of agreement").first.click()
    expect(rows(page).first).to_contain_text("Statements: 1")
    page.get_by_role("button", name="Finish").click()
    page.wait_for_selector(".o_breadcrumb:has-text('Client Files')")
    file = stage.announced["client_files"][0]
    sent = stage.control()("transactions", client_file=file)
    company = stage.books.value("SELECT company_id FROM silverfin_link")
    assert len(sent) == len(stage.books.lines(company)) > 0


def assert_hidden_from_users(stage: Stage) -> None:
    """Who may only read has no set-up, not in the menu and not by its address."""
    stage.books.rows(
        """WITH them AS (SELECT id FROM res_users WHERE login = 'demo')
        DELETE FROM res_groups_users_rel USING ir_model_data
        WHERE uid IN (SELECT id FROM them) AND gid = res_id
            AND module = 'account_silverfin' AND name = 'group_manager'"""
    )
    stage.books.rows(
        """INSERT INTO res_groups_users_rel (uid, gid)
        SELECT them.id, res_id FROM res_users them, ir_model_data
        WHERE login = 'demo' AND module = 'account_silverfin' AND name = 'group_user'
        ON CONFLICT DO NOTHING"""
    )
    page = stage.logged_in("demo")
    page.goto(f"{stage.odoo}/odoo/silverfin-client-files")
    page.wait_for_selector(".o_menu_brand:has-text('Silverfin')")
    expect(
        page.locator("[data-menu-xmlid='account_silverfin.menu_silverfin_link']")
    ).to_be_visible()
    page.click("[data-menu-xmlid='account_silverfin.menu_silverfin_configuration']")
    expect(
        page.locator("[data-menu-xmlid='account_silverfin.menu_silverfin_api_key']")
    ).to_be_visible()
    for name in ("setup", "connection"):
        hidden = f"[data-menu-xmlid='account_silverfin.menu_silverfin_{name}']"
        expect(page.locator(hidden)).to_have_count(0)
    page.goto(f"{stage.odoo}/odoo/silverfin-setup")
    expect(page.locator(".modal, .o_notification")).to_contain_text(
        re.compile("not allowed|access", re.IGNORECASE)
    )
    expect(page.locator(".o_silverfin_steps")).to_have_count(0)
