/* An entry is booked into a closed year and held: what changed is read, released with a
   reason, and stands in the next statement of agreement. The worker works in between. */

import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("account_silverfin_closed_years_book", {
    url: "/odoo/action-account.action_move_journal_line",
    steps: () => [
        {
            content: "The sale of last year, which was signed",
            trigger: ".o_data_row td[name=name]:contains(MISC/2025)",
            run: "click",
        },
        {
            content: "Was it none?",
            trigger: ".o_form_statusbar button:contains(Reverse Entry)",
            run: "click",
        },
        {
            content: "The day of the correction",
            trigger: ".modal [name=date] .o_input",
            run: "click",
        },
        {
            content: "In the closed year",
            trigger: ".modal [name=date] input.o_input",
            run: "edit 07/31/2025 && press Tab",
        },
        {
            content: "Reverse",
            trigger: ".modal button[name=refund_moves]",
            run: "click",
        },
        {
            content: "It is booked",
            trigger:
                ".o_form_view:contains(Reversal of) .o_arrow_button_current:contains(Posted)",
        },
    ],
});

registry.category("web_tour.tours").add("account_silverfin_closed_years", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("account_silverfin.menu_silverfin", "Open Silverfin"),
        {
            content: "From the dashboard to the list",
            trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_link']",
            run: "click",
        },
        {
            content: "One entry is held, says the list",
            trigger: ".o_data_row:contains(Books Ltd) td[name=held_count]:contains(1)",
        },
        {
            content: "The client file",
            trigger: ".o_data_row td[name=company_id]:contains(Books Ltd)",
            run: "click",
        },
        {
            content: "What changed?",
            trigger: ".alert[name=held] button[name=action_open_held]",
            run: "click",
        },
        {
            content:
                "The amount as Silverfin has it, as it is here, and whose hand it was",
            trigger:
                ".o_data_row:contains(MISC/2025/07):contains(400000):contains(-100.00)" +
                ":contains(silverfin-books):contains(Held)",
        },
        {
            content: "All of it",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Release",
            trigger: ".o_control_panel button[name=action_release]",
            run: "click",
        },
        {
            content: "What it does to the result and to the opening",
            trigger:
                ".modal .o_silverfin_release:contains(the result):contains(100.00)" +
                ":contains(the opening on)",
        },
        {
            content: "Why it may go",
            trigger: ".modal [name=reason] textarea",
            run: "edit The client took it back",
        },
        {
            content: "Release and send",
            trigger: ".modal button[name=action_release]",
            run: "click",
        },
        {
            content: "It goes",
            trigger: ".o_notification:contains(Started for Books Ltd)",
        },
        {
            content: "Read that",
            trigger: ".o_notification .o_notification_close",
            run: "click",
        },
        {
            content: "Back to the client file",
            trigger: ".o_breadcrumb a:contains(Books Ltd)",
            run: "click",
        },
        {
            content: "The next statement of agreement",
            trigger: ".o_form_statusbar button[name=action_statement]",
            run: "click",
        },
        {
            content: "It is being made",
            trigger: ".o_notification:contains(Started for Books Ltd)",
        },
    ],
});

registry.category("web_tour.tours").add("account_silverfin_closed_years_statement", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("account_silverfin.menu_silverfin", "Open Silverfin"),
        {
            content: "What was reported",
            trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_reporting']",
            run: "click",
        },
        {
            content: "The statements",
            trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_statement']",
            run: "click",
        },
        {
            content: "The second one",
            trigger: ".o_data_row:contains(-0002):contains(Equal) td[name=name]",
            run: "click",
        },
        {
            content: "What changed in closed years since the first, and why it went",
            trigger:
                "[name=page] h4:contains(since) + table tbody tr:contains(400000)" +
                ":contains(07/31/2025):contains(100.00):contains(silverfin-books)" +
                ":contains(Sent: The client took it back)",
        },
        {
            content: "Both sides of it",
            trigger: "[name=page] h4:contains(since) + table tr:contains(700000)",
        },
    ],
});
