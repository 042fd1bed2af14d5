/* The steps of the set-up assistant: which are done, and a press on one that is open. */

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

export class SilverfinSteps extends Component {
    static template = "account_silverfin.SetupSteps";
    static props = {...standardFieldProps};

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get place() {
        return this.steps.findIndex((step) => step.current);
    }

    async go(step) {
        if (step.open && !step.current) {
            await this.props.record.update({step: step.step}, {save: true});
        }
    }
}

registry.category("fields").add("silverfin_steps", {
    component: SilverfinSteps,
    supportedTypes: ["json"],
});
