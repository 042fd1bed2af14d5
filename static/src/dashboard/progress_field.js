/* Odoo's progress bar, which screen readers can read: its role and its name. */

import {registry} from "@web/core/registry";
import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";

export class SilverfinProgress extends ProgressBarField {
    static template = "account_silverfin.Progress";

    get label() {
        return this.props.record.fields[this.props.name].string;
    }
}

registry.category("fields").add("silverfin_progress", {
    ...progressBarField,
    component: SilverfinProgress,
});
