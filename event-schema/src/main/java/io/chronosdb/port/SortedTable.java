package io.chronosdb.port;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * A map on disk in the order of its keys' unsigned bytes: for work whose size must not decide how much memory it takes. Gone
 * when it is closed. For one thread.
 */
public interface SortedTable extends AutoCloseable {
    void put(byte[] key, byte[] value);

    Optional<byte[]> get(byte[] key);

    void delete(byte[] key);

    /** Removes every key from {@code first} on, below {@code end}. */
    void delete(byte[] first, byte[] end);

    /** The entries whose keys begin with a prefix, in order, as they are at the time of the call. */
    Scan scan(byte[] prefix);

    @Override
    void close();

    /** To be closed. */
    interface Scan extends Iterator<Map.Entry<byte[], byte[]>>, AutoCloseable {
        @Override
        void close();
    }
}
