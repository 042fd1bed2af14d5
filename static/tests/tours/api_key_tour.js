/* A person makes an API key, copies it, and later deletes it. The key is kept in this
   page only: the tour reads the books with it, as Silverfin would, and says it to nobody. */

import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const SHOWN = ".modal:contains(Your Key, Shown Once)";
const READ = "/json/2/account.move.line/search_read";

/** Silverfin > Configuration > API Keys */
function fromTheMenu() {
    return [
        ...stepUtils.goToAppSteps("account_silverfin.menu_silverfin", "Open Silverfin"),
        {
            content: "Configuration",
            trigger:
                "[data-menu-xmlid='account_silverfin.menu_silverfin_configuration']",
            run: "click",
        },
        {
            content: "API Keys",
            trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_api_key']",
            run: "click",
        },
    ];
}

/** The button in the user's own preferences */
function fromPreferences() {
    return [
        {content: "The user's menu", trigger: ".o_user_menu button", run: "click"},
        {
            content: "My Preferences",
            trigger: "[data-menu=preferences]",
            run: "click",
        },
        {
            content: "Security",
            trigger: ".o_form_view .nav-link:contains(Security)",
            run: "click",
        },
        {
            content: "API keys for Silverfin",
            trigger: "button:contains(API Keys for Silverfin)",
            run: "click",
        },
    ];
}

function confirmPassword(login) {
    return [
        {
            content: "Odoo asks for the password, which is the login in tests",
            trigger: ".modal [name=password] input",
            run: `edit ${login}`,
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=run_check]",
            run: "click",
        },
    ];
}

/** The text of a value on the one-time screen, without that of its copy button */
function shown(name) {
    const field = document.querySelector(`.modal [name=${name}]`);
    return field.querySelector("span, input").textContent.trim();
}

function checkFourValues(login) {
    const wanted = {login, url: window.location.origin, database: odoo.info.db};
    for (const [name, value] of Object.entries(wanted)) {
        if (shown(name) !== value) {
            throw new Error(`${name}: "${shown(name)}" instead of "${value}"`);
        }
    }
    if (!/^[0-9a-f]{40}$/.test(shown("key"))) {
        throw new Error("What is shown as the key is none");
    }
}

async function readTheBooks() {
    const answer = await fetch(READ, {
        method: "POST",
        headers: {
            Authorization: `bearer ${shown("key")}`,
            "Content-Type": "application/json",
        },
        body: JSON.stringify({domain: [], fields: ["balance"], limit: 5}),
    });
    const rows = await answer.json();
    if (answer.status !== 200 || !rows.length) {
        throw new Error(`JSON-2 answers ${answer.status}, ${rows.length} rows`);
    }
}

async function checkForgotten(key) {
    const kept = JSON.stringify([{...localStorage}, {...sessionStorage}]);
    if ((kept + window.location.href + document.body.innerHTML).includes(key)) {
        throw new Error("The key is still in the browser");
    }
}

function makeSteps(door, login) {
    let key = null;
    return [
        ...door(),
        {
            content: "The page has the values, and tells of no key yet",
            trigger:
                ".o_form_view:contains(Let Silverfin read this database)" +
                ":contains(You have no key for Silverfin yet)",
        },
        {
            content: "New API key",
            trigger: "button[name=action_new_key]",
            run: "click",
        },
        {
            content: "Description",
            trigger: ".modal [name=name] input",
            run: "edit Key of the tour",
        },
        {
            content: "Duration",
            trigger: ".modal [name=duration] input",
            run: "click",
        },
        {
            content: "One week",
            trigger: ".o_select_menu_item:contains(1 week)",
            run: "click",
        },
        {
            content: "The duration is chosen",
            trigger: ".modal [name=duration] input:value(1 week)",
        },
        {
            content: "Make the key",
            trigger: ".modal button[name=action_make_key]",
            run: "click",
        },
        ...confirmPassword(login),
        {
            content: "The four values are shown, once",
            trigger: `${SHOWN} [name=key]`,
            run: () => checkFourValues(login),
        },
        {
            content: "Each has its copy button, and all four have one",
            trigger: `${SHOWN}:has([name=login] button):has([name=key] button):has([name=url] button):has([name=database] button):has([name=everything] button)`,
        },
        {
            content: "The key reads journal items",
            trigger: SHOWN,
            run: async () => {
                key = shown("key");
                await readTheBooks();
            },
        },
        {
            content: "Done",
            trigger: `${SHOWN} button:contains(I have copied it)`,
            run: "click",
        },
        {
            content: "The key is in the list, by its description",
            trigger:
                "body:not(:has(.modal)) [name=key_ids] .o_data_row:contains(Key of the tour)",
            run: () => checkForgotten(key),
        },
    ];
}

function deleteSteps(login) {
    return [
        ...fromTheMenu(),
        {
            content: "Delete",
            trigger:
                "[name=key_ids] .o_data_row:contains(Key of the tour) button[name=action_delete]",
            run: "click",
        },
        {
            content: "It asks, and says that there is no way back",
            trigger:
                ".modal:contains(This cannot be undone) .modal-footer button:contains(Delete)",
            run: "click",
        },
        ...confirmPassword(login),
        {
            content: "The key is gone",
            trigger:
                "body:not(:has(.modal)) .o_form_view:contains(You have no key for Silverfin yet)",
        },
    ];
}

for (const [name, door] of Object.entries({
    accountant: fromTheMenu,
    admin: fromPreferences,
})) {
    registry
        .category("web_tour.tours")
        .add(`account_silverfin_api_key_make_${name}`, {
            url: "/odoo",
            steps: () => makeSteps(door, `key-${name}`),
        })
        .add(`account_silverfin_api_key_delete_${name}`, {
            url: "/odoo",
            steps: () => deleteSteps(`key-${name}`),
        });
}
