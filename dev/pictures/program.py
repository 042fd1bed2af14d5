"""Takes the pictures in Chromium, small enough for a repository."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devlib import SetupError, prepare, say
from devlib.browser import ensure
from devlib.paths import REPOSITORY
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from .album import ALBUM, COVER, Picture
from .situation import situation

LONGEST = 120_000
"""Milliseconds; the first page builds all of Odoo's assets."""
COLOURS = 255
COVER_PAGE = Path(__file__).with_name("cover.html")


def main(arguments: Sequence[str]) -> int:
    """Entry of the program."""
    parser = argparse.ArgumentParser(prog="pictures.py", description=__doc__)
    parser.add_argument("--only", default="", help="pictures with this word")
    word = parser.parse_args(arguments).only
    program = ensure()
    if not program:
        raise SetupError("pictures need Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        wanted = [picture for picture in ALBUM if word in picture.name]
        if wanted:
            with situation(prepare()) as (url, known):
                take(browser, url, known, wanted)
        if word in COVER:
            cover(browser)
        browser.close()
    return 0


def take(
    browser: Browser, url: str, known: dict[str, Any], wanted: Sequence[Picture]
) -> None:
    """All pictures of the running Odoo."""
    # where the person of the demo books lives
    context = browser.new_context(timezone_id="Europe/Brussels")
    # every company ticked in the company menu
    context.add_cookies([{"name": "cids", "value": known["ticked"], "url": url}])
    page = context.new_page()
    page.set_default_timeout(LONGEST)
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", known["login"])
    page.fill("input[name=password]", known["password"])
    page.click("button[type=submit]")
    page.wait_for_selector(".o_web_client")
    for picture in wanted:
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        address = picture.address.format(**known)
        page.goto(address if "://" in address else f"{url}/odoo/{address}")
        page.wait_for_selector(".o_action_manager > div, main, .article")
        settle(page)
        for press in picture.presses:
            do(page, press, known)
        if picture.at:
            page.locator(picture.at).first.evaluate("it => it.scrollIntoView()")
        keep(page, picture.path)


def do(page: Page, press: str | tuple[str, str], known: dict[str, Any]) -> None:
    """Click, or type."""
    selector, text = press if isinstance(press, tuple) else (press, None)
    if text is None:
        page.locator(selector).first.click()
    else:
        page.locator(selector).first.fill(text.format(**known))
    settle(page)


def settle(page: Page) -> None:
    """Wait for what is shown: Odoo's web client never stops asking for messages."""
    page.wait_for_timeout(900)
    page.wait_for_selector(".o_loading_indicator", state="hidden")
    page.evaluate("document.activeElement?.blur()")


def keep(page: Page, path: str) -> None:
    """The picture in a palette of its own: a third of the bytes."""
    error = page.locator(".o_error_dialog")
    if error.count():
        raise SetupError(f"an error is shown for {path}: {error.first.inner_text()}")
    target = REPOSITORY / path
    target.parent.mkdir(parents=True, exist_ok=True)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image = image.quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(target, optimize=True)
    say(f"{path} {target.stat().st_size // 1024} KB")


def cover(browser: Browser) -> None:
    """The picture on top of the Apps page, from cover.html."""
    page = browser.new_page(
        viewport={"width": 560, "height": 280}, device_scale_factor=2
    )
    page.goto(COVER_PAGE.as_uri())
    page.wait_for_timeout(300)
    keep(page, COVER)
