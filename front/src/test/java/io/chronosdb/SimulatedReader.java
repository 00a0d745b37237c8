package io.chronosdb;

import io.chronosdb.address.Route;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.log.EventReader;
import io.chronosdb.port.Index;
import io.chronosdb.port.TotalsStore;
import java.util.List;

/** The real reads of a collection, on stores that a simulation gives them. It cannot write. */
public final class SimulatedReader {
    private SimulatedReader() {}

    @SuppressWarnings("NullAway") // There is no client: nothing is written.
    public static ItemCollection of(
            Route route, Index index, TotalsStore totals, ArchiveReader archive, EventReader events) {
        return new ItemCollection(
                route,
                null,
                index,
                totals,
                new PayloadReader(
                        archive,
                        events,
                        new BlobReader(archive.archive(), archive.location(), events, index, List.of())),
                CollectionMap.EVERYTHING,
                new Session(true),
                1 << 20,
                false,
                new ItemCollection.Ends() {
                    @Override
                    public int partitions() {
                        return 0;
                    }

                    @Override
                    public long end(int partition) {
                        return 0;
                    }
                });
    }
}
