/* Both files for Silverfin's import; and what somebody of another company sees. */

import {registry} from "@web/core/registry";

// A page that loads quickly
const START = "/odoo/silverfin-set-aside";
const READY = ".alert-success:contains(all amounts together are):contains(0.00)";

const openFiles = () => [
    {
        content: "Reporting",
        trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_reporting']",
        run: "click",
    },
    {
        content: "Files for Silverfin's import",
        trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_export']",
        run: "click",
    },
    {
        content: "They are shown",
        trigger: ".o_breadcrumb:contains(Files for Silverfin)",
    },
];

registry.category("web_tour.tours").add("account_silverfin_export", {
    url: START,
    steps: () => [
        ...openFiles(),
        {
            content: "A new one",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "The last year that has entries is proposed, with openings",
            trigger: ".o_form_view [name=with_opening] input:checked",
        },
        {
            content: "It is synchronised: the file is for elsewhere, says the page",
            trigger: ".alert-warning:contains(would count twice)",
        },
        {
            content: "Journal items as XLSX",
            trigger: "button[name=action_make]:contains(Make the file)",
            run: "click",
        },
        {
            content: "How many rows, and that they make nil",
            trigger: `${READY}:contains(7 rows)`,
        },
        {
            content: "Another one",
            trigger: ".o_form_button_create",
            run: "click",
        },
        {
            content: "One total per account",
            trigger: "[name=content] .o_radio_item:contains(total per account) input",
            run: "click",
        },
        {
            content: "There is no first day then",
            trigger: ".o_form_view:not(:has([name=date_from]))",
        },
        {
            content: "As CSV",
            trigger: "[name=file_type] .o_radio_item:contains(CSV) input",
            run: "click",
        },
        {
            content: "Make it",
            trigger: "button[name=action_make]:contains(Make the file)",
            run: "click",
        },
        {
            content: "Four accounts, that make nil",
            trigger: `${READY}:contains(4 rows)`,
        },
        {
            content: "To the list",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Both are there, to download again",
            trigger: ".o_list_view:has(.o_data_row + .o_data_row)",
        },
        {
            content: "And only these two",
            trigger: ".o_list_view:not(:has(.o_data_row ~ .o_data_row ~ .o_data_row))",
        },
        {
            content: "The first once more",
            trigger: ".o_data_row:contains(XLSX) button[name=action_download]",
            run: "click",
        },
    ],
});

registry.category("web_tour.tours").add("account_silverfin_export_nothing", {
    url: START,
    steps: () => [
        ...openFiles(),
        {
            content: "No file of anybody else",
            trigger: ".o_view_nocontent:contains(Make a file for Silverfin)",
        },
        {
            content: "A new one",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Of the year",
            trigger: ".o_form_view [name=date_from] input",
            run: "edit 01/01/2026 && press Tab",
        },
        {
            content: "To its end",
            trigger: ".o_form_view [name=date_to] input",
            run: "edit 12/31/2026 && press Tab",
        },
        {
            content: "Make it",
            trigger: "button[name=action_make]:contains(Make the file)",
            run: "click",
        },
        {
            content: "His own company has nothing, and another one he does not see",
            trigger: ".modal .modal-body:contains(Elsewhere has nothing posted)",
        },
        {
            content: "Well then",
            trigger: ".modal .modal-footer button",
            run: "click",
        },
        {
            content: "The client files",
            trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_link']",
            run: "click",
        },
        {
            content: "None of them is his",
            trigger: ".o_view_nocontent:contains(No client file yet)",
        },
    ],
});
