package io.chronosdb.archive;

import io.chronosdb.address.Database;
import io.chronosdb.address.Selection;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Event;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.SortedTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/**
 * Holds an archive to the log: the hash of every object that it should have is taken from the events, and compared with that of
 * the object that it has. Changes nothing, unless a finding is mended. For one thread.
 */
public final class ArchiveAudit {
    private static final String EXPECTED = "archive\0";
    private static final String UNKNOWN = "archive-unknown\0";
    private static final byte[] NOTHING = {};

    /** How many objects are fetched at the same time. */
    private static final int GETS_MAX = 32;

    private final Database database;
    private final Archive archive;
    private final ArchiveLocation location;
    private final Duration patience;
    private final Selection only;
    private final SortedTable table;
    private final Pattern versions;

    /**
     * An object that is not as the log has it.
     *
     * @param problem for a person
     * @param unknown whether the log does not have it at all
     * @param mend makes it as the log has it
     */
    public record Finding(ObjectKey object, String problem, boolean unknown, Runnable mend) {}

    /**
     * @param patience how long to wait for the archive; longer than its own deadline
     * @param only what to look at
     * @param table for what is expected; it may have keys of others that do not begin with {@code archive}
     */
    public ArchiveAudit(
            Database database,
            Archive archive,
            ArchiveLocation location,
            Duration patience,
            Selection only,
            SortedTable table) {
        this.database = database;
        this.archive = archive;
        this.location = location;
        this.patience = patience;
        this.only = only;
        this.table = table;
        this.versions = Pattern.compile(Pattern.quote(location.prefix())
                + only.collection().map(Pattern::quote).orElse("[A-Za-z0-9_-]{1,100}") + "/"
                + only.item().map(Pattern::quote).orElse("[^/]{1,200}") + "/v[0-9]{1,19}/.+");
    }

    /** A batch of the log, in its partition's order. */
    public void expect(List<LoggedEvent> events) {
        VersionObjects objects = new VersionObjects(location);
        for (LoggedEvent event : events) {
            for (Version version : event.event().fact().versions()) {
                if (only.has(version.item())) {
                    objects.put(
                            version,
                            (key, body, contentType) ->
                                    table.put(entry(EXPECTED, key), expected(body, event.position())));
                    objects.remove(version, key -> table.delete(entry(EXPECTED, key)));
                }
            }
        }
    }

    private static byte[] expected(byte[] body, Position position) {
        return ByteBuffer.allocate(Hash.BYTES + Integer.BYTES + Long.BYTES)
                .put(Hash.of(body).toBytes())
                .putInt(position.partition())
                .putLong(position.offset())
                .array();
    }

    /**
     * Fetches every object that is expected and compares it.
     *
     * @param events gives an event of the log again: an object is mended from it
     * @param findings told of every one that is missing or different
     * @param progress told how many were compared
     * @return how many there are
     * @throws Unavailable if the archive cannot be reached
     */
    public long compare(Function<Position, Optional<Event>> events, Consumer<Finding> findings, LongConsumer progress) {
        long done = 0;
        Deque<Get> underWay = new ArrayDeque<>();
        try (SortedTable.Scan scan = table.scan(EXPECTED.getBytes(StandardCharsets.UTF_8))) {
            while (scan.hasNext() || !underWay.isEmpty()) {
                if (scan.hasNext() && underWay.size() < GETS_MAX) {
                    underWay.add(get(scan.next()));
                } else {
                    underWay.remove().check(events, findings);
                    done++;
                    progress.accept(done);
                }
            }
        }
        return done;
    }

    private Get get(Map.Entry<byte[], byte[]> entry) {
        ObjectKey key = key(EXPECTED, entry.getKey());
        return new Get(key, ByteBuffer.wrap(entry.getValue()), archive.get(key));
    }

    /** One that is being fetched. */
    private final class Get {
        private final ObjectKey key;
        private final Hash hash;
        private final int partition;
        private final long offset;
        private final CompletableFuture<Optional<byte[]>> answer;

        private Get(ObjectKey key, ByteBuffer expected, CompletableFuture<Optional<byte[]>> answer) {
            byte[] bytes = new byte[Hash.BYTES];
            expected.get(bytes);
            this.key = key;
            this.hash = Hash.fromBytes(bytes);
            this.partition = expected.getInt();
            this.offset = expected.getLong();
            this.answer = answer;
        }

        private void check(Function<Position, Optional<Event>> events, Consumer<Finding> findings) {
            Optional<String> problem;
            try {
                problem = Futures.await(answer, patience, "comparing, object=" + key)
                        .map(body -> Hash.of(body).equals(hash)
                                ? Optional.<String>empty()
                                : Optional.of("its bytes differ from the log"))
                        .orElse(Optional.of("the archive does not have it"));
            } catch (Invalid e) {
                problem = Optional.of("it cannot be read");
            }
            problem.ifPresent(text -> findings.accept(new Finding(key, text, false, () -> mend(events))));
        }

        private void mend(Function<Position, Optional<Event>> events) {
            Position position = position();
            Event event = events.apply(position)
                    .orElseThrow(() -> new Unavailable("kafka", "the log has dropped an event: " + position, null));
            VersionObjects objects = new VersionObjects(location);
            VersionObjects.Stored storing = (other, body, contentType) -> {
                if (other.equals(key)) {
                    await(archive.delete(key));
                    await(archive.putIfAbsent(key, body, contentType));
                }
            };
            event.fact().versions().forEach(version -> objects.put(version, storing));
        }

        private Position position() {
            return new Position(database, partition, offset);
        }
    }

    /**
     * Looks through what the archive has for objects of versions that are not expected.
     *
     * @return how many there are, as far as is known: {@link #expectLater} may know of some
     */
    public long search() {
        long[] unknown = {0};
        String prefix = location.prefix()
                + only.collection().map(name -> name + "/").orElse("")
                + only.item().map(id -> id + "/").orElse("");
        archive.list(location.bucket(), prefix, key -> {
            if (versions.matcher(key.key()).matches()
                    && table.get(entry(EXPECTED, key)).isEmpty()) {
                table.put(entry(UNKNOWN, key), NOTHING);
                unknown[0]++;
            }
        });
        return unknown[0];
    }

    /** A batch of the log that came after what was compared: it may be what was found already. */
    public void expectLater(List<LoggedEvent> events) {
        VersionObjects objects = new VersionObjects(location);
        VersionObjects.Stored known = (key, body, contentType) -> table.delete(entry(UNKNOWN, key));
        events.stream()
                .flatMap(event -> event.event().fact().versions().stream())
                .forEach(version -> objects.put(version, known));
    }

    /** What was found by {@link #search} and never expected. */
    public void unknown(Consumer<Finding> findings) {
        try (SortedTable.Scan scan = table.scan(UNKNOWN.getBytes(StandardCharsets.UTF_8))) {
            scan.forEachRemaining(entry -> {
                ObjectKey key = key(UNKNOWN, entry.getKey());
                findings.accept(new Finding(key, "the log does not have it", true, () -> {
                    await(archive.delete(key));
                }));
            });
        }
    }

    private void await(CompletableFuture<Boolean> answer) {
        boolean unused = Futures.await(answer, patience, "mending the archive");
    }

    private static byte[] entry(String kind, ObjectKey key) {
        return (kind + key.key()).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectKey key(String kind, byte[] entry) {
        return new ObjectKey(location.bucket(), new String(entry, StandardCharsets.UTF_8).substring(kind.length()));
    }
}
