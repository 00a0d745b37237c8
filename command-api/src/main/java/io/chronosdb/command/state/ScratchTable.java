package io.chronosdb.command.state;

import io.chronosdb.port.SortedTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/** A table in RocksDB in a temporary folder, which goes with it. */
public final class ScratchTable implements SortedTable {
    private static final long WRITE_BUFFER_BYTES = 32L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final Path folder;
    private final Options options = new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);

    /** Nobody wants it after a crash. */
    private final WriteOptions writing = new WriteOptions().setDisableWAL(true);

    private final RocksDB db;

    public ScratchTable() {
        try {
            folder = Files.createTempDirectory("chronos-scratch-");
            db = RocksDB.open(options, folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void put(byte[] key, byte[] value) {
        try {
            db.put(writing, key, value);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        try {
            return Optional.ofNullable(db.get(key));
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void delete(byte[] key) {
        try {
            db.delete(writing, key);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void delete(byte[] first, byte[] end) {
        try {
            db.deleteRange(writing, first, end);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public Scan scan(byte[] prefix) {
        ReadOptions reading = new ReadOptions();
        RocksIterator iterator = db.newIterator(reading);
        iterator.seek(prefix);
        return new Scan() {
            @Override
            public boolean hasNext() {
                if (!iterator.isValid()) {
                    return false;
                }
                int differs = Arrays.mismatch(prefix, iterator.key());
                return differs < 0 || differs == prefix.length;
            }

            @Override
            public Map.Entry<byte[], byte[]> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Map.Entry<byte[], byte[]> entry = Map.entry(iterator.key(), iterator.value());
                iterator.next();
                return entry;
            }

            @Override
            public void close() {
                iterator.close();
                reading.close();
            }
        };
    }

    private static IllegalStateException failed(RocksDBException cause) {
        return new IllegalStateException("the temporary table failed (is the disk full?)", cause);
    }

    @Override
    public void close() {
        db.close();
        writing.close();
        options.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
