"""What every page shares: the frame, the stylesheet, tables and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup, escape
from werkzeug.wrappers import Response

STYLE = Markup(
    """
:root { color-scheme: light; --ink: #1d2733; --soft: #5d6b7a; --line: #dde3e9;
  --accent: #14627a; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, "Segoe UI", sans-serif; color: var(--ink);
  background: #f5f7f9; }
header { background: var(--accent); color: #fff; padding: .7rem 1.5rem; display: flex;
  gap: 1.5rem; align-items: baseline; flex-wrap: wrap; }
header a { color: #fff; text-decoration: none; }
header a:hover { text-decoration: underline; }
header strong { font-size: 1.05rem; }
main { max-width: 1180px; margin: 1.5rem auto; padding: 1.25rem 1.5rem;
  background: #fff; border: 1px solid var(--line); border-radius: 8px; }
main.narrow { max-width: 560px; }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
p { margin: .4rem 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.bad { color: #a3261f; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
tfoot td { font-weight: 600; border-bottom: 0; }
nav.tabs { display: flex; gap: 1.25rem; margin: .75rem 0 1rem; flex-wrap: wrap;
  border-bottom: 1px solid var(--line); }
nav.tabs a { padding: .3rem 0; text-decoration: none; }
nav.tabs a[aria-current] { border-bottom: 2px solid var(--accent); font-weight: 600; }
form { margin: .5rem 0; }
form.row { display: flex; gap: .75rem; align-items: end; flex-wrap: wrap; }
label { display: block; margin: .5rem 0 .15rem; color: var(--soft); font-size: .9rem; }
input, select { font: inherit; padding: .35rem .5rem; border: 1px solid #b9c3cd;
  border-radius: 5px; background: #fff; min-width: 12rem; max-width: 100%; }
button { font: inherit; padding: .4rem 1rem; border: 1px solid var(--accent);
  border-radius: 5px; background: var(--accent); color: #fff; cursor: pointer;
  margin-top: .75rem; }
form.row button { margin-top: 0; padding: .3rem .9rem; }
form.row > span { padding: .3rem 0; }
button.plain { background: #fff; color: var(--accent); }
code { background: #eef2f5; padding: .1rem .3rem; border-radius: 4px;
  overflow-wrap: anywhere; }
ul.plain { list-style: none; padding: 0; }
ul.plain li { border-bottom: 1px solid var(--line); padding: .45rem 0; }
"""
)


def page(
    title: str, body: Markup, *, status: int = 200, narrow: bool = False
) -> Response:
    """A whole page."""
    html = Markup(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<title>{title} · Sandbox</title><style>{style}</style></head><body>"
        "<header><strong><a href='/'>Silverfin sandbox</a></strong>"
        "<a href='/'>Firms</a><a href='/log'>Requests</a></header>"
        "<main{narrow}><h1>{title}</h1>{body}</main></body></html>"
    ).format(
        title=title,
        style=STYLE,
        narrow=Markup(' class="narrow"') if narrow else "",
        body=body,
    )
    return Response(html, status, mimetype="text/html")


def join(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def hidden(fields: dict[str, str]) -> Markup:
    """Hidden inputs."""
    return join(
        Markup("<input type='hidden' name='{}' value='{}'>").format(name, value)
        for name, value in fields.items()
    )


def options(choices: Iterable[tuple[object, str]], selected: object = None) -> Markup:
    """The options of a select, as (value, text)."""
    return join(
        Markup("<option value='{}'{}>{}</option>").format(
            value, Markup(" selected") if value == selected else "", text
        )
        for value, text in choices
    )


def table(
    heads: Iterable[str],
    rows: Iterable[Iterable[object]],
    *,
    foot: Iterable[object] = (),
    empty: str = "Nothing yet.",
) -> Markup:
    """A table; columns with numbers stand to the right, a Decimal is an amount."""
    lines = [list(row) for row in rows]
    if not lines:
        return Markup("<p class='soft'>{}</p>").format(empty)
    right = [
        any(isinstance(value, Decimal | int) for value in column)
        for column in zip(*lines, strict=True)
    ]
    body = join(Markup("<tr>{}</tr>").format(_cells(line, right)) for line in lines)
    closing = _cells(foot, right) if foot else Markup("")
    return Markup(
        "<div class='scroll'><table><thead><tr>{}</tr></thead><tbody>{}</tbody>"
        "<tfoot><tr>{}</tr></tfoot></table></div>"
    ).format(_cells(heads, right, "th"), body, closing)


def _cells(values: Iterable[object], right: list[bool], tag: str = "td") -> Markup:
    return join(
        Markup("<{0}{1}>{2}</{0}>").format(
            Markup(tag),
            Markup(" class='number'") if to_right else Markup(""),
            _shown(value),
        )
        for value, to_right in zip(values, right, strict=True)
    )


def _shown(value: object) -> Markup:
    return escape(f"{value:,.2f}") if isinstance(value, Decimal) else escape(value)
