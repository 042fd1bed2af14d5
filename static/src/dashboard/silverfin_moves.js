/* Hears that something moved at a client file, and says so not too often. */

import {onWillUnmount} from "@odoo/owl";
import {useBus, useService} from "@web/core/utils/hooks";

const CHANNEL = "account_silverfin";
const MOVED = "silverfin/moved";
const PAUSE = 2000;

/**
 * @param {Function} callback gets the ids of the client files at which something
 *     moved; null where messages may have been missed. May return a promise: the next
 *     call waits for it.
 */
export function useSilverfinMoves(callback) {
    const bus = useService("bus_service");
    let moved = new Set();
    let missed = false;
    let timer = null;
    let ended = false;

    async function tell() {
        const ids = missed ? null : [...moved];
        moved = new Set();
        missed = false;
        try {
            await callback(ids);
        } finally {
            timer = null;
            if (moved.size || missed) {
                // each of the two calls the other
                // eslint-disable-next-line no-use-before-define
                wait(PAUSE);
            }
        }
    }
    function wait(pause) {
        if (!timer && !ended) {
            timer = setTimeout(tell, pause);
        }
    }
    function onMoved({id}) {
        moved.add(id);
        wait(moved.size === 1 ? PAUSE / 10 : PAUSE);
    }

    bus.addChannel(CHANNEL);
    bus.subscribe(MOVED, onMoved);
    useBus(bus, "BUS:RECONNECT", () => {
        missed = true;
        wait(PAUSE);
    });
    onWillUnmount(() => {
        ended = true;
        clearTimeout(timer);
        bus.unsubscribe(MOVED, onMoved);
    });
}
