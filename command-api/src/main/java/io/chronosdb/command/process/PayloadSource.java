package io.chronosdb.command.process;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.DatabasePartition;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where documents come from that are not at hand: the log, by their offset, or the archive once the log has dropped them. */
public interface PayloadSource {
    /** A version's document, and where its event lies. */
    record Wanted(ItemKey item, Ov ov, long offset) {}

    /**
     * Fetches documents. Thread-safe, and does not block.
     *
     * @param wanted of one partition, in any order
     * @return one each, in the same order, absent where it is gone for good; or exceptionally
     *     {@link io.chronosdb.error.ChronosException.Unavailable}, within a deadline
     */
    CompletableFuture<List<Optional<Payload>>> fetch(DatabasePartition partition, List<Wanted> wanted);
}
