"""What keeps somebody from reading or operating a page: contrast, names, keyboard.

For pages in Chromium. The browser computes names and roles itself; what is measured is
what is shown, by the page's computed styles.
"""

from __future__ import annotations

from playwright.sync_api import Page

AREAS = [".modal-content", ".o_action_manager", "main", "body"]
"""What is looked at, the first that is shown: below Odoo's own menus."""
THEIRS = (
    ".o-mail-Chatter, .o_searchview, .o_list_record_selector, .o_button_more, "
    "sup.text-info"
)
"""What is Odoo's own within it."""
NAMED = {
    *("button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio"),
    *("tab", "menuitem", "switch", "spinbutton", "progressbar", "slider", "img"),
}
"""Roles of which each must say what it is."""
MOST_PRESSES = 300

ROOT = """areas => areas
    .flatMap(area => [...document.querySelectorAll(area)])
    .find(found => found.getClientRects().length)"""

CONTRAST = """(root, theirs) => {
    const parse = text => {
        const found = text.match(/rgba?\\(([^)]+)\\)/);
        if (!found) return null;
        const [r, g, b, a = 1] = found[1].split(/[ ,/]+/).map(Number);
        return {r, g, b, a};
    };
    const over = (top, below) => ({
        r: top.r * top.a + below.r * (1 - top.a),
        g: top.g * top.a + below.g * (1 - top.a),
        b: top.b * top.a + below.b * (1 - top.a),
        a: 1,
    });
    const light = ({r, g, b}) => {
        const [x, y, z] = [r, g, b].map(value => {
            value /= 255;
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
    };
    // null: a picture or a gradient is behind it
    const behind = element => {
        const layers = [];
        for (let node = element; node; node = node.parentElement) {
            const style = getComputedStyle(node);
            if (style.backgroundImage !== "none") return null;
            const color = parse(style.backgroundColor);
            if (color && color.a) layers.push(color);
            if (color && color.a === 1) break;
        }
        let result = {r: 255, g: 255, b: 255, a: 1};
        for (const layer of layers.reverse()) result = over(layer, result);
        return result;
    };
    const opacity = element => {
        let result = 1;
        for (let node = element; node; node = node.parentElement)
            result *= Number(getComputedStyle(node).opacity);
        return result;
    };
    const named = element => {
        const classes = [...element.classList].slice(0, 4).join(".");
        const field = element.closest("[name]");
        return (field ? `[name=${field.getAttribute("name")}] ` : "") +
            element.tagName.toLowerCase() + (classes && `.${classes}`);
    };
    const problems = new Set();
    const judge = (element, color, text) => {
        const style = getComputedStyle(element);
        const below = behind(element);
        if (!color || !below) return;
        color.a *= opacity(element);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const found = ratio(over(color, below), below);
        const shown = `${named(element)}: ${text.slice(0, 40)}`;
        if (found < (large ? 3 : 4.5) - 0.005)
            problems.add(`${found.toFixed(2)}:1 ${shown}`);
    };
    const isSeen = element => element.checkVisibility({visibilityProperty: true});
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.data.trim(), element = node.parentElement;
        if (!text || !isSeen(element) || element.closest(theirs)) continue;
        // exempt: what cannot be used at present
        if (element.closest(":disabled, [aria-disabled=true], .disabled")) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        if (!range.getClientRects().length) continue;
        judge(element, parse(getComputedStyle(element).color), text);
    }
    for (const field of root.querySelectorAll("input, textarea")) {
        if (field.disabled || !isSeen(field) || field.closest(theirs)) continue;
        if (field.placeholder && !field.value) {
            const style = getComputedStyle(field, "::placeholder");
            const color = parse(style.color);
            if (color) color.a *= Number(style.opacity);
            judge(field, color, `placeholder ${field.placeholder}`);
        } else if (field.value && !["checkbox", "radio"].includes(field.type)) {
            judge(field, parse(getComputedStyle(field).color), field.value);
        }
    }
    return [...problems].sort();
}"""

MOUSE_ONLY = """(root, theirs) => {
    const keys = "a[href], button, input, select, textarea, summary, [tabindex], label";
    return [...root.querySelectorAll("*")].filter(element =>
        getComputedStyle(element).cursor === "pointer" &&
        getComputedStyle(element.parentElement).cursor !== "pointer" &&
        element.checkVisibility({visibilityProperty: true}) &&
        !element.closest(keys) && !element.querySelector(keys) &&
        // by the arrow keys, from the list's headings
        !element.closest(".o_data_row, .o_group_header, thead") &&
        !element.closest(theirs)
    ).map(element => element.outerHTML.slice(0, 140));
}"""


def problems(page: Page) -> list[str]:
    """What is wrong on the page at hand, each in a line; empty where nothing is."""
    return [
        *(f"contrast {found}" for found in _looked(page, CONTRAST)),
        *(f"by mouse only: {found}" for found in _looked(page, MOUSE_ONLY)),
        *nameless(page),
    ]


def _looked(page: Page, script: str) -> list[str]:
    found: list[str] = page.evaluate(
        f"([areas, theirs]) => ({script})(({ROOT})(areas), theirs)", [AREAS, THEIRS]
    )
    return found


def nameless(page: Page) -> list[str]:
    """Controls of which a screen reader cannot say what they are, or how far."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    found = []
    for node in nodes:
        role = node.get("role", {}).get("value")
        if node.get("ignored") or role not in NAMED:
            continue
        missing = [] if node.get("name", {}).get("value") else ["name"]
        if role == "progressbar" and "value" not in node:
            missing.append("value")
        if missing and (shown := _shown(session, node["backendDOMNodeId"])):
            found.append(f"{role} without {' and '.join(missing)}: {shown}")
    session.detach()
    return found


def _shown(session, node_id: int) -> str:
    """The beginning of the element's HTML; empty where it is none of ours."""
    remote = session.send("DOM.resolveNode", {"backendNodeId": node_id})
    answer = session.send(
        "Runtime.callFunctionOn",
        {
            "objectId": remote["object"]["objectId"],
            "functionDeclaration": f"""function (areas, theirs) {{
                const root = ({ROOT})(areas);
                return root.contains(this) && this.getClientRects?.().length &&
                    !this.closest(theirs) ? this.outerHTML.slice(0, 160) : "";
            }}""",
            "arguments": [{"value": AREAS}, {"value": THEIRS}],
            "returnByValue": True,
        },
    )
    return answer["result"].get("value") or ""


WALK = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const look = () => {
        const style = getComputedStyle(element);
        return [style.outlineStyle === "none" ? "" : style.outline, style.boxShadow,
            style.borderColor, style.backgroundColor, style.color,
            style.textDecorationLine].join("|");
    };
    const parents = [];
    for (let node = element.parentElement; node && parents.length < 4;
        node = node.parentElement) parents.push(node);
    const around = () => parents.map(node => {
        const style = getComputedStyle(node);
        return [style.outlineStyle === "none" ? "" : style.outline, style.boxShadow,
            style.borderColor, style.backgroundColor].join("|");
    }).join("/");
    // with transitions, a style is half way
    const still = document.createElement("style");
    still.textContent = "*, *::before, *::after {transition: none !important}";
    document.head.append(still);
    const focused = look() + around();
    const caret = element.matches("input:not([type=checkbox], [type=radio]), textarea");
    element.blur();
    const blurred = look() + around();
    element.focus();
    still.remove();
    const again = Boolean(element.silverfinReached);
    element.silverfinReached = true;
    const box = element.getBoundingClientRect();
    return {
        again,
        seen: focused !== blurred || caret,
        size: box.width * box.height,
        what: element.outerHTML.slice(0, 140),
        ours: Boolean(element.closest(".modal-content, .o_action_manager, main, form")),
    };
}"""

UNREACHED = """(root, theirs) => {
    const keys = "a[href], button, input, select, textarea, [tabindex='0']";
    return [...root.querySelectorAll(keys)].filter(element =>
        !element.silverfinReached && element.tabIndex >= 0 && !element.disabled &&
        element.checkVisibility({visibilityProperty: true}) &&
        element.getClientRects().length &&
        // the arrow keys lead from one to the other
        element.type !== "radio" && !element.closest(theirs) &&
        !element.closest("[role=tablist], .o_list_renderer") &&
        // another element is in its place as soon as it has the focus
        !element.matches(".o_daterange_start, .o_select_menu_toggler")
    ).map(element => element.outerHTML.slice(0, 140));
}"""


def by_keyboard(page: Page) -> list[str]:
    """Press Tab from the top to the end: what is not reached, or not seen to be."""
    page.evaluate("() => document.activeElement && document.activeElement.blur()")
    found: list[str] = []
    # what lies under the mouse may look as if it had the focus
    page.mouse.move(0, 0)
    for _press in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        at = page.evaluate(WALK)
        if at is None:
            # past the end: it goes on at the top
            continue
        if at["again"]:
            break
        if at["ours"] and at["size"] and not at["seen"]:
            found.append(f"focus is not seen: {at['what']}")
    found += [f"Tab does not reach: {it}" for it in _looked(page, UNREACHED)]
    return list(dict.fromkeys(found))
