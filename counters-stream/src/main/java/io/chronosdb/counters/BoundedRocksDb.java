package io.chronosdb.counters;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory outside of the heap: all stores of the process share one cache, from which write buffers are taken
 * too. By default each of them would have 50 MB and more of its own.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    private static final long CACHE_BYTES = 32 << 20;
    private static final long WRITE_BUFFER_BYTES = 16 << 20;
    private static final long WRITE_BUFFER_BYTES_PER_STORE = 1 << 20;

    static {
        RocksDB.loadLibrary();
    }

    // As long as the process: they are shared, so no store may close them.
    private static final Cache CACHE = new LRUCache(CACHE_BYTES);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);

    /** Called by Kafka Streams, by name. */
    public BoundedRocksDb() {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES_PER_STORE);
    }

    @Override
    public void close(String storeName, Options options) {
        // Nothing of the store's own.
    }
}
