package io.chronosdb.embedded;

import java.util.OptionalInt;

/**
 * Where one run of a broker listens on 127.0.0.1.
 *
 * @param clients for producers and consumers
 * @param controller for the broker's own talk with its controller
 */
record BrokerPorts(int clients, int controller) {

    /** Free ports, for clients the wanted one. */
    static BrokerPorts choose(OptionalInt wanted) {
        return new BrokerPorts(wanted.orElseGet(FreePorts::one), FreePorts.one()).requireFree();
    }

    BrokerPorts requireFree() {
        FreePorts.requireFree("kafka", clients);
        FreePorts.requireFree("kafka controller", controller);
        return this;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + clients;
    }
}
