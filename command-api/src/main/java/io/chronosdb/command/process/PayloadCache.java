package io.chronosdb.command.process;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.DatabasePartition;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The latest documents of the items that were written last, of all partitions of a process, up to a number of bytes. Who
 * enriches an item again and again finds it here. For one thread.
 */
final class PayloadCache {
    private record Key(DatabasePartition partition, ItemKey item) {}

    private record Entry(Ov ov, Payload payload) {
        long bytes() {
            return ENTRY_BYTES + (long) payload.size();
        }
    }

    /** What an entry takes beside its document: small documents are many. */
    private static final int ENTRY_BYTES = 500;

    private final long bytesMax;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    PayloadCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    Optional<Payload> get(DatabasePartition partition, ItemKey item, Ov ov) {
        return Optional.ofNullable(entries.get(new Key(partition, item)))
                .filter(entry -> entry.ov().equals(ov))
                .map(Entry::payload);
    }

    void put(DatabasePartition partition, ItemKey item, Ov ov, Payload payload) {
        Entry entry = new Entry(ov, payload);
        Entry before = entries.put(new Key(partition, item), entry);
        bytes += entry.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes > bytesMax && oldest.hasNext()) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }
}
