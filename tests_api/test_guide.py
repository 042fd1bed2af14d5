"""Guide and Apps page: links lead somewhere, pictures exist, quotes are true."""

import ast
import importlib.util
import re
import sys
import unittest
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "static/description"
PAGE = APPS / "index.html"
TEXTS = sorted([*ROOT.glob("*.rst"), *ROOT.glob("docs/*.rst"), ROOT / "dev/README.rst"])
MOST_BYTES = 200_000
"""Of a picture."""
BY_CONVENTION = {APPS / "icon.png"}
"""Named by Odoo, not by a page."""
QUOTING = ROOT / "docs/when-something-is-wrong.rst"

HEADING = re.compile(r"^(?P<text>\S.*)\n(?P<line>([=\-~])\3+)$", re.MULTILINE)
LINK = re.compile(r"`[^`<]*<([^`>]+)>`__?")
INTERNAL = re.compile(r"`([^`<>]+)`_(?!_)", re.DOTALL)
PICTURE = re.compile(r"^\s*\.\. (?:image|figure):: (\S+)", re.MULTILINE)
FILE = re.compile(r"``((?:[\w.-]+/)+[\w.-]+\.\w+)``")
QUOTE = re.compile(r"^“(.+)”$", re.MULTILINE)
MENU = re.compile(r"(?<!> )\bSilverfin > ([A-Z][\w >-]*)")


def headings(text: str) -> set[str]:
    """The sections of a page."""
    return {
        " ".join(found["text"].split())
        for found in HEADING.finditer(text)
        if len(found["line"]) >= len(found["text"].rstrip())
    }


def anchor(heading: str) -> str:
    """The name of a section in an address."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def pictures_in(page: Path) -> list[Path]:
    """The pictures that a page shows."""
    text = page.read_text("utf-8")
    if page == PAGE:
        return [(APPS / name).resolve() for name in Html.of(text).pictures]
    return [(page.parent / name).resolve() for name in PICTURE.findall(text)]


def menu_paths() -> set[str]:
    """What the module's menu opens, as ``Review > Set Aside``."""
    parents, named = {}, {}
    for path in [*ROOT.glob("views/*.xml"), *ROOT.glob("wizard/*.xml")]:
        tree = ElementTree.parse(path)
        above = {child: parent for parent in tree.iter() for child in parent}
        for item in tree.iter("menuitem"):
            parents[item.get("id")] = item.get("parent") or above[item].get("id")
            named[item.get("id")] = item.get("name")
    paths = set()
    for leaf in named.keys() - set(parents.values()):
        names = []
        while leaf != "menu_silverfin":
            names.insert(0, named[leaf])
            leaf = parents[leaf]
        paths.add(" > ".join(names))
    return paths


class Html(HTMLParser):
    """What is of interest of the Apps page."""

    def __init__(self):
        super().__init__()
        self.pictures, self.links, self.tags, self.nameless = [], [], set(), []

    @classmethod
    def of(cls, text):
        page = cls()
        page.feed(text)
        return page

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "img":
            self.pictures.append(given["src"])
            if not given.get("alt"):
                self.nameless.append(given["src"])
        if "href" in given:
            self.links.append(given["href"])


def said_by_the_module() -> str:
    """Every text of its Python files, and of its views without their tags."""
    texts = []
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] in ("tests", "tests_api", "dev"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    for path in ROOT.rglob("*.xml"):
        text = path.read_text("utf-8")
        text = re.sub(r"<(field|t)\b[^>]*?/>", "…", text)
        texts.append(re.sub(r"<[^>]+>", "", text))
    said = " ".join(" ".join(texts).split())
    for written, shown in (("&gt;", ">"), ("&lt;", "<"), ("&amp;", "&")):
        said = said.replace(written, shown)
    return said


class Guide(unittest.TestCase):
    def test_links_lead_somewhere(self):
        sections = {path.resolve(): headings(path.read_text("utf-8")) for path in TEXTS}
        for page in TEXTS:
            for target in LINK.findall(page.read_text("utf-8")):
                if "://" in target or target.startswith("mailto:"):
                    continue
                with self.subTest(page=page.name, target=target):
                    name, _hash, section = target.partition("#")
                    path = (page.parent / name).resolve() if name else page.resolve()
                    self.assertTrue(path.is_file())
                    if section:
                        self.assertIn(section, map(anchor, sections[path]))

    def test_references_within_a_page(self):
        for page in TEXTS:
            text = page.read_text("utf-8")
            known = {heading.lower() for heading in headings(text)}
            for name in INTERNAL.findall(text):
                with self.subTest(page=page.name, name=name):
                    self.assertIn(" ".join(name.split()).lower(), known)

    def test_files_that_are_named_exist(self):
        for page in TEXTS:
            for name in FILE.findall(page.read_text("utf-8")):
                with self.subTest(page=page.name, name=name):
                    self.assertTrue((ROOT / name).exists())

    def test_every_page_is_in_the_index(self):
        index = (ROOT / "docs/README.rst").read_text("utf-8")
        for page in (ROOT / "docs").glob("*.rst"):
            if page.name != "README.rst":
                with self.subTest(page=page.name):
                    self.assertIn(f"<{page.name}>", index)

    def test_what_is_quoted_is_said(self):
        said = said_by_the_module()
        quotes = QUOTE.findall(QUOTING.read_text("utf-8"))
        self.assertGreater(len(quotes), 30)
        for quote in quotes:
            for part in re.split(r"\(?…\)?", quote):
                part = part.strip(" .:,;()")
                with self.subTest(quote=quote, part=part):
                    self.assertIn(part, said)

    def test_menus_are_where_texts_say(self):
        paths = menu_paths()
        self.assertLessEqual(len({path.split(" > ")[0] for path in paths}), 6)
        texts = {page.name: page.read_text("utf-8") for page in [*TEXTS, PAGE]}
        texts["the module"] = said_by_the_module()
        found = 0
        for name, text in texts.items():
            text = " ".join(text.replace("&gt;", ">").split())
            for path in MENU.findall(text):
                found += 1
                with self.subTest(page=name, path=path):
                    known = [menu for menu in paths if path.startswith(menu)]
                    self.assertTrue(known, "no such menu")
        self.assertGreater(found, 20)


class Pictures(unittest.TestCase):
    def setUp(self):
        self.shown = {
            picture for page in [*TEXTS, PAGE] for picture in pictures_in(page)
        }
        manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text("utf-8"))
        self.shown |= {(ROOT / name).resolve() for name in manifest["images"]}

    def test_what_is_shown_exists_and_is_small(self):
        for picture in self.shown:
            with self.subTest(picture=picture.name):
                self.assertTrue(picture.is_file())
                self.assertLess(picture.stat().st_size, MOST_BYTES)
                self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_none_is_unused(self):
        there = {*(ROOT / "docs").rglob("*.png"), *APPS.glob("*.png")}
        self.assertFalse(
            {path.resolve() for path in there - BY_CONVENTION} - self.shown
        )

    def test_all_are_made_by_make_screenshots(self):
        path = ROOT / "dev/pictures/album.py"
        spec = importlib.util.spec_from_file_location("album", path)
        album = importlib.util.module_from_spec(spec)
        # dataclasses look their module up
        sys.modules["album"] = album
        self.addCleanup(sys.modules.pop, "album")
        spec.loader.exec_module(album)
        made = [picture.path for picture in album.ALBUM] + [album.COVER]
        self.assertEqual(len(made), len(set(made)))
        self.assertEqual({(ROOT / name).resolve() for name in made}, self.shown)


class AppsPage(unittest.TestCase):
    """Odoo's store takes no scripts and styles, and no links to elsewhere."""

    def test_rules_of_the_store(self):
        page = Html.of(PAGE.read_text("utf-8"))
        self.assertFalse(page.links)
        self.assertFalse(page.nameless, "pictures without a text for the blind")
        self.assertFalse(page.tags & {"script", "style", "link", "iframe", "form"})
        for name in page.pictures:
            self.assertRegex(name, r"^[\w-]+\.png$")
        manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text("utf-8"))
        self.assertLessEqual(len(manifest["name"]), 25)
        self.assertEqual(manifest["images"][0], "static/description/cover.png")

    def test_it_names_every_language_that_there_is(self):
        text = PAGE.read_text("utf-8")
        names = {
            "da": "Danish",
            "de": "German",
            "fr": "French",
            "nl": "Dutch",
            "vi": "Vietnamese",
        }
        self.assertEqual({path.stem for path in ROOT.glob("i18n/*.po")}, set(names))
        for name in names.values():
            self.assertIn(name, text)
