/* The dashboard: a kanban of client files that follows what the workers do. */

import {registry} from "@web/core/registry";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {SilverfinCounts, SilverfinSearchModel} from "./dashboard_counts";
import {useSilverfinMoves} from "./silverfin_moves";

const MANY = 5;

export class SilverfinDashboardController extends KanbanController {
    setup() {
        super.setup();
        useSilverfinMoves((ids) => this.onMoved(ids));
    }

    /** Reads the cards anew at which something moved, with this person's rights. */
    async onMoved(ids) {
        const {root} = this.model;
        const cards = root.isGrouped
            ? null
            : root.records.filter((record) => ids && ids.includes(record.resId));
        if (!cards || !ids || cards.length > MANY) {
            await root.load();
        } else {
            await Promise.all(cards.map((record) => record.load()));
        }
        this.env.bus.trigger("silverfin:moved");
    }
}

export class SilverfinDashboardRenderer extends KanbanRenderer {
    static template = "account_silverfin.DashboardRenderer";
    static components = {...KanbanRenderer.components, SilverfinCounts};
}

export const silverfinDashboardView = {
    ...kanbanView,
    Controller: SilverfinDashboardController,
    Renderer: SilverfinDashboardRenderer,
    SearchModel: SilverfinSearchModel,
};

registry.category("views").add("silverfin_dashboard", silverfinDashboardView);
