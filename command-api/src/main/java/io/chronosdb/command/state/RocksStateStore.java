package io.chronosdb.command.state;

import io.chronosdb.port.DatabasePartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The state of all partitions of a process in one RocksDB, since a database per partition would cost memory per tenant.
 * A partition's keys share a prefix. Writes go to RocksDB's log without a sync: what a machine's crash takes from its
 * end is folded again from the events.
 */
public final class RocksStateStore implements StateStore {
    private static final long CACHE_BYTES = 64L << 20;
    private static final long WRITE_BUFFER_BYTES = 32L << 20;
    private static final int BLOOM_BITS_PER_KEY = 10;

    /** What is looked up is most often not there: a new item, a new command id. */
    private static final double WRITE_BUFFER_BLOOM_SHARE = 0.1;

    static {
        RocksDB.loadLibrary();
    }

    private final LRUCache cache = new LRUCache(CACHE_BYTES);
    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY);
    private final Options options = new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setKeepLogFileNum(2)
            .setMemtableWholeKeyFiltering(true)
            .setMemtablePrefixBloomSizeRatio(WRITE_BUFFER_BLOOM_SHARE)
            .setTableFormatConfig(
                    new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
    private final RocksDB db;

    /**
     * Opens the store.
     *
     * @param dir made if it is not there; of this process alone
     * @throws IllegalStateException if it cannot be opened, for instance because another process has it
     */
    public RocksStateStore(Path dir) {
        try {
            Files.createDirectories(dir);
            this.db = RocksDB.open(options, dir.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RocksDBException e) {
            throw new IllegalStateException("the state store cannot be opened: dir=" + dir + " (another process?)", e);
        }
    }

    @Override
    public PartitionState open(DatabasePartition partition) {
        // The zero byte ends the name, so that no partition's prefix is the start of another's.
        return new RocksState(db, (partition + "\0").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        db.close();
        options.close();
        bloom.close();
        cache.close();
    }
}
