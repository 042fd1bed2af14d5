/* An entry of a closed year is held: what changed is read, and released with a reason. */

import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

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
                ".o_data_row:contains(400000):contains(100.00):contains(130.00)" +
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
                ".modal .o_silverfin_release:contains(result of):contains(30.00)" +
                ":contains(opening on)",
        },
        {
            content: "Why it may go",
            trigger: ".modal [name=reason] textarea",
            run: "edit The client forgot an invoice",
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
    ],
});
