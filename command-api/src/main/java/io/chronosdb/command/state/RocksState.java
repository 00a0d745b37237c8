package io.chronosdb.command.state;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Evolution;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.decide.State;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import io.chronosdb.port.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** One partition's state in RocksDB: small binary values under one-letter kinds. */
final class RocksState implements PartitionState {
    /** Raised when the values' form changes: an older state is then folded anew. */
    private static final byte FORM = 1;

    private static final char ITEM = 'i';
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
        this.head = get(HEAD, "", RocksState::readHead).orElse(Head.START);
        this.settings =
                get(SETTINGS, "", in -> DecisionSettings.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<ItemState> item(ItemKey item) {
        return get(
                ITEM,
                item.toString(),
                in -> new ItemState(
                        new Ov(in.readLong()),
                        new Cv(in.readLong()),
                        Times.ofMicros(in.readLong()),
                        Times.ofMicros(in.readLong()),
                        in.readBoolean()));
    }

    @Override
    public Optional<Cv> lastCv(String collection) {
        return get(COLLECTION, collection, in -> new Cv(in.readLong()));
    }

    @Override
    public Optional<Remembered> remembered(String collection, String commandId) {
        return get(
                REMEMBERED,
                collection + "/" + commandId,
                in -> new Remembered(
                        in.readUTF(),
                        new Ov(in.readLong()),
                        new Cv(in.readLong()),
                        Op.values()[in.readByte()],
                        Times.ofMicros(in.readLong()),
                        in.readLong()));
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
            new Batch(batch).put(GENERATION, "", out -> out.writeUTF(generation));
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
            throw new IllegalStateException("the state store failed", e);
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
            throw new IllegalStateException("the state store failed", e);
        }
    }

    private <T> Optional<T> get(char kind, String name, Read<T> read) {
        try {
            byte @Nullable [] value = db.get(key(kind, name));
            if (value == null) {
                return Optional.empty();
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
            return in.readByte() == FORM ? Optional.of(read.read(in)) : Optional.empty();
        } catch (RocksDBException e) {
            throw new IllegalStateException("the state store failed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] key(char kind, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[prefix.length + 1 + text.length];
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        key[prefix.length] = (byte) kind;
        System.arraycopy(text, 0, key, prefix.length + 1, text.length);
        return key;
    }

    private static Head readHead(DataInputStream in) throws IOException {
        long next = in.readLong();
        long seq = in.readLong();
        byte[] hash = in.readNBytes(Hash.BYTES);
        return new Head(
                new Progress(next, new Chain(seq, Hash.fromBytes(hash))),
                Times.ofMicros(in.readLong()),
                in.readUTF(),
                in.readLong());
    }

    private interface Read<T> {
        T read(DataInputStream in) throws IOException;
    }

    private interface Write {
        void write(DataOutputStream out) throws IOException;
    }

    /** Collects what events change. The head is written once per batch. */
    private final class Batch implements State.Writer {
        private final WriteBatch batch;

        Batch(WriteBatch batch) {
            this.batch = batch;
        }

        @Override
        public void item(ItemKey item, ItemState state) {
            put(ITEM, item.toString(), out -> {
                out.writeLong(state.ov().value());
                out.writeLong(state.cv().value());
                out.writeLong(Times.toMicros(state.at()));
                out.writeLong(Times.toMicros(state.insertedAt()));
                out.writeBoolean(state.deleted());
            });
        }

        @Override
        public void lastCv(String collection, Cv cv) {
            put(COLLECTION, collection, out -> out.writeLong(cv.value()));
        }

        @Override
        public void remember(String collection, String commandId, Remembered what) {
            put(REMEMBERED, collection + "/" + commandId, out -> {
                out.writeUTF(what.id());
                out.writeLong(what.ov().value());
                out.writeLong(what.cv().value());
                out.writeByte(what.op().ordinal());
                out.writeLong(Times.toMicros(what.at()));
                out.writeLong(what.offset());
            });
        }

        @Override
        public void head(Head newHead) {
            head = newHead;
        }

        @Override
        public void settings(DecisionSettings newSettings) {
            settings = Optional.of(newSettings);
            put(SETTINGS, "", out -> out.write(newSettings.toJson().getBytes(StandardCharsets.UTF_8)));
        }

        void finish() {
            put(HEAD, "", out -> {
                out.writeLong(head.progress().next());
                out.writeLong(head.progress().chain().next());
                out.write(head.progress().chain().last().toBytes());
                out.writeLong(Times.toMicros(head.at()));
                out.writeUTF(head.generation());
                out.writeLong(head.commandOffset());
            });
        }

        void put(char kind, String name, Write write) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes);
                out.writeByte(FORM);
                write.write(out);
                batch.put(key(kind, name), bytes.toByteArray());
            } catch (RocksDBException e) {
                throw new IllegalStateException("the state store failed", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
