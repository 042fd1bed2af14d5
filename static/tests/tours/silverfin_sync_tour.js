/* A client file is opened and "Sync to Silverfin" pressed: the run is shown. */

import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("account_silverfin_sync", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("account_silverfin.menu_silverfin", "Open Silverfin"),
        {
            content: "From the dashboard to the list",
            trigger: "[data-menu-xmlid='account_silverfin.menu_silverfin_link']",
            run: "click",
        },
        {
            content: "The client file is in the list, with its state",
            trigger:
                ".o_data_row:contains(Ready) td[name=company_id]:contains(Tour Company)",
            run: "click",
        },
        {
            content: "No run is shown yet",
            trigger: ".o_form_view:has(.oe_title):not(:has([name=open_run]))",
        },
        {
            content: "Synchronise",
            trigger: ".o_statusbar_buttons button[name=action_sync]",
            run: "click",
        },
        {
            content: "The press is answered",
            trigger: ".o_notification:contains(Started for Tour Company)",
        },
        {
            content: "The run is shown, waiting for its turn",
            trigger:
                "[name=open_run]:contains(Synchronise):contains(Waits for its turn)" +
                // for screen readers too
                ":has([role=progressbar][aria-valuenow][aria-label])",
        },
        {
            content: "And in the list of runs",
            trigger:
                "[name=run_ids] .o_data_row:contains(Synchronise):contains(Waiting)",
        },
    ],
});
