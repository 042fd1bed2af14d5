/* The page of a client file: follows what the workers do, as long as nobody edits it. */

import {registry} from "@web/core/registry";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {useSilverfinMoves} from "./silverfin_moves";

export class SilverfinFormController extends FormController {
    setup() {
        super.setup();
        useSilverfinMoves((ids) => this.onMoved(ids));
    }

    async onMoved(ids) {
        const {root} = this.model;
        if (ids && !ids.includes(root.resId)) {
            return;
        }
        if (root.resId && !(await root.isDirty())) {
            await root.load();
        }
    }
}

registry.category("views").add("silverfin_link_form", {
    ...formView,
    Controller: SilverfinFormController,
});
