/* From the dashboard: what is set aside is found by its card, and tried again. */

import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const CARD = ".o_silverfin_dashboard .o_kanban_record:contains(Books Ltd)";

const toWhatIsSetAside = () => [
    ...stepUtils.goToAppSteps("account_silverfin.menu_silverfin", "Open Silverfin"),
    {
        content: "One client file needs somebody",
        trigger: ".o_silverfin_counts button[name=needs_you]:contains(1)",
        run: "click",
    },
    {
        content: "Its card says why, and shows both sides",
        trigger:
            `${CARD}:contains(Needs you):contains(Entries set aside: 1)` +
            ":has(.o_silverfin_figures tr[name=customers]:contains(5.00):contains(0.00))" +
            ":contains(Differs by)",
    },
    {
        content: "What is to do",
        trigger: `${CARD} button[name=action_step]:contains(See what is set aside)`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("account_silverfin_dashboard", {
    url: "/odoo",
    steps: () => [
        ...toWhatIsSetAside(),
        {
            content: "Silverfin's reason; it was put right there: once more",
            trigger:
                ".o_data_row:contains(Not this one.) button[name=action_retry]:last",
            run: "click",
        },
        {
            content: "It goes",
            trigger: ".o_notification:contains(Started for Books Ltd)",
        },
    ],
});

registry.category("web_tour.tours").add("account_silverfin_dashboard_reader", {
    url: "/odoo",
    steps: () => [
        ...toWhatIsSetAside(),
        {
            content: "The entry itself, to be read",
            trigger: ".o_data_row:contains(Not this one.) .o_data_cell:contains(MISC)",
            run: "click",
        },
        {
            content: "It says the same",
            trigger: ".o_form_view .alert:contains(Not this one.)",
        },
    ],
});

registry.category("web_tour.tours").add("account_silverfin_dashboard_stranger", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("account_silverfin.menu_silverfin", "Open Silverfin"),
        {
            content: "Nothing to see, and no number either",
            trigger:
                ".o_silverfin_counts button[name=needs_you]:contains(0)" +
                ":not(:contains(1))",
        },
        {
            content: "It says what this page is",
            trigger: ".o_view_nocontent:contains(No client file to show)",
        },
        {
            content: "No card",
            trigger: "body:not(:has(.o_kanban_record:contains(Books Ltd)))",
        },
    ],
});
