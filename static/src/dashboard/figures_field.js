/* Six figures: Odoo's beside Silverfin's, what differs in bold and with its amount. */

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

export class SilverfinFigures extends Component {
    static template = "account_silverfin.Figures";
    static props = {...standardFieldProps};

    get figures() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("silverfin_figures", {
    component: SilverfinFigures,
    supportedTypes: ["json"],
});
