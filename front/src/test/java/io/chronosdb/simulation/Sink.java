package io.chronosdb.simulation;

import io.chronosdb.counters.TotalsRecord;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.TotalsStore.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that lands totals, from the beginning of their topic whenever it starts: the last of each, in a store that may
 * be down, take some of them, or have later ones already.
 */
final class Sink extends Process {
    private final Map<String, Part> waiting = new LinkedHashMap<>();
    private long next;

    Sink(World world) {
        super(world);
    }

    @Override
    void step() {
        for (LogRecord record : world.records(world.totalsTopic, next, 10 + world.fate.below(10))) {
            next = record.offset() + 1;
            if (record.value().length > 0) {
                Part part = TotalsRecord.decode(record.value());
                waiting.put(TotalsRecord.key(part), part);
            }
        }
        List<Part> parts = new ArrayList<>(waiting.values());
        while (!parts.isEmpty()) {
            point();
            if (world.fate.strikes(Fault.TOTALS_DOWN)) {
                return;
            }
            world.totals.store(List.of(parts.remove(0)));
        }
        waiting.clear();
    }

    boolean isIdle() {
        return waiting.isEmpty() && next == world.log.end(world.totalsTopic);
    }
}
