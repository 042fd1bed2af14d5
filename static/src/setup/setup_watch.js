/* Reads the page again every few seconds while something is on its way elsewhere. */

import {Component, onMounted, onWillUnmount, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const PAUSE = 3000;

export class SilverfinWatch extends Component {
    static template = xml`<span class="o_silverfin_watch d-none"/>`;
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        onMounted(() => this.again());
        onWillUnmount(() => {
            this.ended = true;
            clearTimeout(this.timer);
        });
    }

    again() {
        if (!this.ended) {
            this.timer = setTimeout(() => this.look(), PAUSE);
        }
    }

    async look() {
        const {record} = this.props;
        try {
            // a dialog on top shows something of its own
            const isSeen = !document.hidden && !document.querySelector(".modal");
            if (record.data.is_waiting && isSeen) {
                // where somebody waits there is nothing to type, only to choose
                if (await record.isDirty()) {
                    await record.save({reload: false});
                }
                await this.orm.silent.call(record.resModel, "action_watch", [
                    record.resId,
                ]);
                if (!this.ended && !(await record.isDirty())) {
                    await record.model.load();
                }
            }
        } catch {
            // the server is away, or the right is gone: the next press says so
        }
        this.again();
    }
}

registry.category("view_widgets").add("silverfin_watch", {component: SilverfinWatch});
