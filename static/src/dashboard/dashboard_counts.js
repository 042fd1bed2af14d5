/* Above the cards: how many need somebody, run, are behind, are in order. */

import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useBus, useService} from "@web/core/utils/hooks";
import {SearchModel} from "@web/search/search_model";

const FILTERS = ["needs_you", "running", "behind", "in_order"];

/* Knows what was searched for besides the filters that are counted. */
export class SilverfinSearchModel extends SearchModel {
    get countedFilters() {
        const items = this.getSearchItems(
            (item) => item.type === "filter" && FILTERS.includes(item.name)
        );
        return FILTERS.map((name) => items.find((item) => item.name === name));
    }

    get domainBesides() {
        const counted = new Set(this.countedFilters.map((item) => item.id));
        const asked = this.query;
        this.query = asked.filter((part) => !counted.has(part.searchItemId));
        try {
            return this._getDomain();
        } finally {
            this.query = asked;
        }
    }
}

export class SilverfinCounts extends Component {
    static template = "account_silverfin.Counts";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.state = useState({counts: {}});
        this.labels = {
            needs_you: _t("Need you"),
            running: _t("Running"),
            behind: _t("Behind"),
            in_order: _t("In order"),
        };
        onWillStart(() => this.load());
        onWillUpdateProps(() => {
            this.load();
        });
        useBus(this.env.bus, "silverfin:moved", () => this.load());
    }

    async load() {
        this.state.counts = await this.orm.silent.call(
            "silverfin.link",
            "dashboard_counts",
            [this.env.searchModel.domainBesides]
        );
    }

    get shown() {
        return this.env.searchModel.countedFilters.map((item) => ({
            id: item.id,
            name: item.name,
            label: this.labels[item.name],
            isActive: Boolean(item.isActive),
            count: this.state.counts[item.name],
        }));
    }

    get silentSince() {
        const since = this.state.counts.silent_since;
        return since && formatDateTime(deserializeDateTime(since));
    }

    toggle(id) {
        this.env.searchModel.toggleSearchItem(id);
    }
}
