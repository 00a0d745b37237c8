package io.chronosdb.command.state;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Evolution;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.decide.State;
import io.chronosdb.command.decide.VersionState;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** One partition's state in RocksDB: small binary values under one-letter kinds. */
final class RocksState implements PartitionState {
    /** Raised when the values' form changes: an older state is then folded anew. */
    private static final byte FORM = 2;

    private static final char ITEM = 'i';
    private static final char VERSION = 'v';
    private static final char COLLECTION = 'c';
    private static final char REMEMBERED = 'r';
    private static final char HEAD = 'h';
    private static final char SETTINGS = 's';
    private static final char GENERATION = 'g';

    private final RocksDB db;
    private final byte[] prefix;
    private Head head;
    private Optional<DecisionSettings> settings;

    RocksState(RocksDB db, byte[] prefix) {
        this.db = db;
        this.prefix = prefix;
        this.head = get(HEAD, "", StateForm::readHead).orElse(Head.START);
        this.settings =
                get(SETTINGS, "", in -> DecisionSettings.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<ItemState> item(ItemKey item) {
        return get(ITEM, item.toString(), StateForm::readItem);
    }

    @Override
    public Optional<VersionState> version(ItemKey item, Ov ov) {
        return get(versionKey(item, ov), StateForm::readVersion);
    }

    /** Documents are in the log and in the archive already. */
    @Override
    public Optional<Payload> payload(ItemKey item, Ov ov) {
        return Optional.empty();
    }

    @Override
    public List<Entry> items(String collection, Optional<String> after, int limit) {
        List<Entry> entries = new ArrayList<>();
        byte[] start = key(ITEM, collection + "/");
        // The zero byte is behind no id, so that this is the first key behind the item's.
        byte[] from = after.isPresent() ? key(ITEM, collection + "/" + after.get() + "\0") : start;
        try (RocksIterator iterator = db.newIterator()) {
            for (iterator.seek(from); iterator.isValid() && entries.size() < limit; iterator.next()) {
                byte[] key = iterator.key();
                if (key.length < start.length || !Arrays.equals(key, 0, start.length, start, 0, start.length)) {
                    break;
                }
                String id = new String(key, start.length, key.length - start.length, StandardCharsets.UTF_8);
                read(iterator.value(), StateForm::readItem).ifPresent(state -> entries.add(new Entry(id, state)));
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw failed(e);
        }
        return entries;
    }

    @Override
    public Optional<Cv> lastCv(String collection) {
        return get(COLLECTION, collection, in -> new Cv(in.readLong()));
    }

    @Override
    public Optional<Remembered> remembered(String scope, String commandId) {
        return get(REMEMBERED, scope + "/" + commandId, StateForm::readRemembered);
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public Optional<DecisionSettings> settings() {
        return settings;
    }

    @Override
    public String eventsGeneration() {
        return get(GENERATION, "", in -> in.readUTF()).orElse("");
    }

    @Override
    public void belongsTo(String generation) {
        try (WriteBatch batch = new WriteBatch()) {
            new Batch(batch).put(key(GENERATION, ""), out -> out.writeUTF(generation));
            write(batch);
        }
    }

    @Override
    public void commit(List<LoggedEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        try (WriteBatch batch = new WriteBatch()) {
            Batch writer = new Batch(batch);
            events.forEach(event -> Evolution.evolve(event, writer));
            writer.finish();
            write(batch);
        }
    }

    @Override
    public void reset() {
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        try {
            db.deleteRange(prefix, end);
        } catch (RocksDBException e) {
            throw failed(e);
        }
        head = Head.START;
        settings = Optional.empty();
    }

    /** The store stays open: it is everybody's. */
    @Override
    public void close() {}

    private void write(WriteBatch batch) {
        try (WriteOptions options = new WriteOptions()) {
            db.write(options, batch);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private <T> Optional<T> get(char kind, String name, Read<T> read) {
        return get(key(kind, name), read);
    }

    private <T> Optional<T> get(byte[] key, Read<T> read) {
        try {
            byte @Nullable [] value = db.get(key);
            return value == null ? Optional.empty() : read(value, read);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private static <T> Optional<T> read(byte[] value, Read<T> read) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
            return in.readByte() == FORM ? Optional.of(read.read(in)) : Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Nothing about what is being decided: the partition rests and tries again. */
    private static Unavailable failed(Exception e) {
        return new Unavailable(
                "state", "the state store failed: error=" + e.getClass().getSimpleName(), e);
    }

    private byte[] versionKey(ItemKey item, Ov ov) {
        byte[] start = key(VERSION, item + "\0");
        return ByteBuffer.allocate(start.length + Long.BYTES)
                .put(start)
                .putLong(ov.value())
                .array();
    }

    private byte[] key(char kind, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[prefix.length + 1 + text.length];
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        key[prefix.length] = (byte) kind;
        System.arraycopy(text, 0, key, prefix.length + 1, text.length);
        return key;
    }

    private interface Read<T> {
        T read(DataInputStream in) throws IOException;
    }

    private interface Write {
        void write(DataOutputStream out) throws IOException;
    }

    /** Collects what events change. The head and each collection's last cv are written once per batch. */
    private final class Batch implements State.Writer {
        private final WriteBatch batch;
        private final Map<String, Cv> lastCvs = new HashMap<>();

        Batch(WriteBatch batch) {
            this.batch = batch;
        }

        @Override
        public void item(ItemKey item, ItemState state) {
            put(key(ITEM, item.toString()), out -> StateForm.writeItem(out, state));
        }

        @Override
        public void version(ItemKey item, VersionState version, Optional<Payload> payload) {
            put(versionKey(item, version.ov()), out -> StateForm.writeVersion(out, version));
        }

        @Override
        public void forgetVersions(ItemKey item, Ov below) {
            try {
                batch.deleteRange(versionKey(item, Ov.FIRST), versionKey(item, below));
            } catch (RocksDBException e) {
                throw failed(e);
            }
        }

        @Override
        public void lastCv(String collection, Cv cv) {
            lastCvs.put(collection, cv);
        }

        @Override
        public void remember(String scope, String commandId, Remembered what) {
            put(key(REMEMBERED, scope + "/" + commandId), out -> StateForm.writeRemembered(out, what));
        }

        @Override
        public void head(Head newHead) {
            head = newHead;
        }

        @Override
        public void settings(DecisionSettings newSettings) {
            settings = Optional.of(newSettings);
            put(key(SETTINGS, ""), out -> out.write(newSettings.toJson().getBytes(StandardCharsets.UTF_8)));
        }

        void finish() {
            lastCvs.forEach((collection, cv) -> put(key(COLLECTION, collection), out -> out.writeLong(cv.value())));
            put(key(HEAD, ""), out -> StateForm.writeHead(out, head));
        }

        void put(byte[] key, Write write) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes);
                out.writeByte(FORM);
                write.write(out);
                batch.put(key, bytes.toByteArray());
            } catch (RocksDBException e) {
                throw failed(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
