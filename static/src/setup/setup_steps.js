/* The steps of the set-up assistant: which are done, and a press on one that is open. */

import {Component, onMounted, onWillUnmount} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const APP = "account_silverfin.menu_silverfin";

export class SilverfinSteps extends Component {
    static template = "account_silverfin.SetupSteps";
    static props = {...standardFieldProps};

    setup() {
        this.menu = useService("menu");
        let timer = null;
        onMounted(() => {
            // after the web client, which chooses by the menus' own actions
            timer = setTimeout(() => this.showApp());
        });
        onWillUnmount(() => clearTimeout(timer));
    }

    /** The menu begins a set-up: this page, by its address, is no menu's. */
    showApp() {
        const menus = this.menu.getAll();
        const app = menus.find((menu) => menu.xmlid === APP);
        if (app) {
            this.menu.setCurrentMenu(app);
        }
    }

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
