package io.chronosdb.archive;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Selection;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Event;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.SortedTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds an archive to the log: the hash of every object that it should have is taken from the events, and compared with that of
 * the object that it has, or of the version in a pack. Changes nothing, unless a finding is mended. What is mended of a pack becomes
 * objects. For one thread.
 */
public final class ArchiveAudit {
    private static final String EXPECTED = "archive\0";
    private static final String PACKS = "archive-packs\0";
    private static final String PACKED = "archive-packed\0";
    private static final String EXTRA = "archive-extra\0";
    private static final String UNKNOWN = "archive-unknown\0";
    private static final byte[] NOTHING = {};

    /** How many objects are fetched at the same time. */
    private static final int GETS_MAX = 32;

    private final Database database;
    private final ArchiveReader reader;
    private final Archive archive;
    private final ArchiveLocation location;
    private final Selection only;
    private final SortedTable table;
    private final Pattern versions;
    private final Pattern packs;
    private final Set<Integer> partitions = new TreeSet<>();

    /** How far the archiver was in each partition before its packs were listed. */
    private final Map<Integer, StoredProgress> archived = new HashMap<>();

    private long unknown;

    /**
     * An object, or a version in a pack, that is not as the log has it.
     *
     * @param object the version's own, also where it is in a pack
     * @param pack whether it is a whole pack, and not a version
     * @param problem for a person
     * @param unknown whether the log does not have it at all
     * @param mend makes it as the log has it
     */
    public record Finding(ObjectKey object, boolean pack, String problem, boolean unknown, Runnable mend) {}

    /**
     * @param reader of the archive, whose deadline is longer than the archive's own
     * @param only what to look at
     * @param table for what is expected; it may have keys of others that do not begin with {@code archive}
     */
    public ArchiveAudit(Database database, ArchiveReader reader, Selection only, SortedTable table) {
        this.database = database;
        this.reader = reader;
        this.archive = reader.archive();
        this.location = reader.location();
        this.only = only;
        this.table = table;
        this.versions = Pattern.compile(Pattern.quote(location.prefix())
                + "(" + only.collection().map(Pattern::quote).orElse("[A-Za-z0-9_-]{1,100}") + ")/("
                + only.item().map(Pattern::quote).orElse("[^/]{1,200}") + ")/v([0-9]{1,19})/(.+)");
        this.packs = Pattern.compile(Pattern.quote(location.packs(database)) + "([0-9]+)/([0-9]+)/([0-9]+)\\.pack");
    }

    /** A batch of the log, in its partition's order. */
    public void expect(List<LoggedEvent> events) {
        VersionObjects objects = new VersionObjects(location);
        for (LoggedEvent event : events) {
            partitions.add(event.position().partition());
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
     * Fetches every object that is expected, and every pack, and compares them.
     *
     * @param events gives an event of the log again: an object is mended from it
     * @param findings told of every one that is missing or different
     * @param progress told how many were compared
     * @return how many there are
     * @throws Unavailable if the archive cannot be reached
     */
    public long compare(Function<Position, Optional<Event>> events, Consumer<Finding> findings, LongConsumer progress) {
        long done = only.item().isPresent() ? 0 : comparePacks(events, findings, progress);
        return done + compare(EXPECTED, events, findings, count -> progress.accept(done + count));
    }

    /** What is in packs is not expected as an object any more, but may be one too. A pack that goes meanwhile is passed over. */
    private long comparePacks(
            Function<Position, Optional<Event>> events, Consumer<Finding> findings, LongConsumer progress) {
        partitions.forEach(this::readProgress);
        archive.list(location.bucket(), location.packs(database), key -> {
            Matcher parts = packs.matcher(key.key());
            if (parts.matches() && isNamed(parts)) {
                table.put(entry(PACKS, key), NOTHING);
            }
        });
        long[] done = {0};
        try (SortedTable.Scan scan = table.scan(PACKS.getBytes(StandardCharsets.UTF_8))) {
            while (scan.hasNext()) {
                ObjectKey pack = key(PACKS, scan.next().getKey());
                try {
                    await(archive.get(pack), pack)
                            .map(PackIndex::readAll)
                            .orElse(List.of())
                            .forEach(version -> {
                                if (only.has(version.item())) {
                                    compare(pack, version, events, findings);
                                    done[0]++;
                                    progress.accept(done[0]);
                                }
                            });
                } catch (Invalid e) {
                    findings.accept(
                            new Finding(pack, true, "it cannot be read: " + e.getMessage(), false, () -> remove(pack)));
                }
            }
        }
        return done[0];
    }

    private void readProgress(int partition) {
        ObjectKey key = location.progress(new DatabasePartition(database, partition));
        await(archive.get(key), key).ifPresent(body -> archived.put(partition, StoredProgress.decode(key, body)));
    }

    /** Readers find it: its range is over, or the progress names it. What else there is was left by a crash, or goes just now. */
    private boolean isNamed(Matcher pack) {
        DatabasePartition partition = new DatabasePartition(database, Integer.parseInt(pack.group(1)));
        PackRange range = new PackRange(partition, Long.parseLong(pack.group(2)));
        long end = Long.parseLong(pack.group(3));
        return end == range.end()
                || Optional.ofNullable(archived.get(partition.number()))
                        .flatMap(StoredProgress::pack)
                        .filter(open ->
                                open.end() == end && open.range(partition).equals(range))
                        .isPresent();
    }

    private void compare(
            ObjectKey pack,
            PackedVersion version,
            Function<Position, Optional<Event>> events,
            Consumer<Finding> findings) {
        ObjectKey object = location.item(version.item(), version.ov());
        Optional<byte[]> expected = table.get(entry(EXPECTED, object));
        if (expected.isEmpty()) {
            if (table.get(entry(PACKED, object)).isEmpty()) {
                addUnknown(object, pack.key().getBytes(StandardCharsets.UTF_8));
            }
        } else {
            table.put(entry(PACKED, object), expected.get());
            table.delete(entry(EXPECTED, object));
            Should should = new Should(ByteBuffer.wrap(expected.get()));
            if (!Hash.of(version.body()).equals(should.hash())) {
                findings.accept(new Finding(object, false, "its bytes differ from the log, pack=" + pack, false, () -> {
                    takeOut(pack, version.name());
                    mend(object, should, events);
                }));
            }
        }
    }

    /** Writes a pack anew without a version. */
    private void takeOut(ObjectKey pack, PackedVersion.Name name) {
        PackWriter rest = new PackWriter();
        await(archive.get(pack), pack).map(PackIndex::readAll).orElse(List.of()).stream()
                .filter(version -> !version.name().equals(name))
                .forEach(rest::add);
        remove(pack);
        boolean unused = await(archive.putIfAbsent(pack, rest.bytes(), Archive.PACK), pack);
    }

    private long compare(
            String kind,
            Function<Position, Optional<Event>> events,
            Consumer<Finding> findings,
            LongConsumer progress) {
        long done = 0;
        Deque<Get> underWay = new ArrayDeque<>();
        try (SortedTable.Scan scan = table.scan(kind.getBytes(StandardCharsets.UTF_8))) {
            while (scan.hasNext() || !underWay.isEmpty()) {
                if (scan.hasNext() && underWay.size() < GETS_MAX) {
                    Map.Entry<byte[], byte[]> entry = scan.next();
                    ObjectKey key = key(kind, entry.getKey());
                    underWay.add(new Get(key, new Should(ByteBuffer.wrap(entry.getValue())), archive.get(key)));
                } else {
                    underWay.remove().check(events, findings);
                    done++;
                    progress.accept(done);
                }
            }
        }
        return done;
    }

    /** What an object should be: its hash, and its event. */
    private record Should(Hash hash, int partition, long offset) {
        private Should(ByteBuffer expected) {
            this(hash(expected), expected.getInt(), expected.getLong());
        }

        private static Hash hash(ByteBuffer expected) {
            byte[] bytes = new byte[Hash.BYTES];
            expected.get(bytes);
            return Hash.fromBytes(bytes);
        }

        Position position(Database database) {
            return new Position(database, partition, offset);
        }
    }

    /** One that is being fetched. */
    private final class Get {
        private final ObjectKey key;
        private final Should should;
        private final CompletableFuture<Optional<byte[]>> answer;

        private Get(ObjectKey key, Should should, CompletableFuture<Optional<byte[]>> answer) {
            this.key = key;
            this.should = should;
            this.answer = answer;
        }

        private void check(Function<Position, Optional<Event>> events, Consumer<Finding> findings) {
            Optional<String> problem;
            try {
                problem = await(answer, key)
                        .or(this::packedMeanwhile)
                        .map(body -> Hash.of(body).equals(should.hash())
                                ? Optional.<String>empty()
                                : Optional.of("its bytes differ from the log"))
                        .orElse(Optional.of("the archive does not have it"));
            } catch (Invalid e) {
                problem = Optional.of("it cannot be read");
            }
            problem.ifPresent(
                    text -> findings.accept(new Finding(key, false, text, false, () -> mend(key, should, events))));
        }

        /** A pack that is not finished has another name with every batch, and may have been missed. */
        private Optional<byte[]> packedMeanwhile() {
            return wasOver()
                    ? Optional.empty()
                    : name(key)
                            .flatMap(version ->
                                    await(reader.bytes(version.item(), version.ov(), should.position(database)), key));
        }

        /** Whether its range was over before the packs were listed: what they have of it is known then. */
        private boolean wasOver() {
            StoredProgress before = archived.get(should.partition());
            return before != null
                    && PackRange.of(should.position(database)).end()
                            <= before.progress().next();
        }
    }

    private void mend(ObjectKey key, Should should, Function<Position, Optional<Event>> events) {
        Position position = should.position(database);
        Event event = events.apply(position)
                .orElseThrow(() -> new Unavailable("kafka", "the log has dropped an event: " + position, null));
        VersionObjects objects = new VersionObjects(location);
        VersionObjects.Stored storing = (other, body, contentType) -> {
            if (other.equals(key) && !await(archive.putIfAbsent(key, body, contentType), key)) {
                remove(key);
                boolean unused = await(archive.putIfAbsent(key, body, contentType), key);
            }
        };
        event.fact().versions().forEach(version -> objects.put(version, storing));
    }

    /**
     * Looks through what the archive has for versions that are not expected, and compares the objects of those that are in packs: URLs lead
     * to them.
     *
     * @return how many there are that are not expected, as far as is known: {@link #expectLater} may know of some
     */
    public long search(Function<Position, Optional<Event>> events, Consumer<Finding> findings) {
        String prefix = location.prefix()
                + only.collection().map(name -> name + "/").orElse("")
                + only.item().map(id -> id + "/").orElse("");
        archive.list(location.bucket(), prefix, key -> {
            if (versions.matcher(key.key()).matches()
                    && table.get(entry(EXPECTED, key)).isEmpty()) {
                table.get(entry(PACKED, key))
                        .ifPresentOrElse(
                                should -> table.put(entry(EXTRA, key), should), () -> addUnknown(key, NOTHING));
            }
        });
        long unused = compare(EXTRA, events, findings, done -> {});
        return unknown;
    }

    /** @param pack the key of the pack that it is in; nothing where it is an object */
    private void addUnknown(ObjectKey object, byte[] pack) {
        table.put(entry(UNKNOWN, object), pack);
        unknown++;
    }

    /** A batch of the log that came after what was compared: it may be what was found already. */
    public void expectLater(List<LoggedEvent> events) {
        VersionObjects objects = new VersionObjects(location);
        VersionObjects.Stored known = (key, body, contentType) -> table.delete(entry(UNKNOWN, key));
        events.stream()
                .flatMap(event -> event.event().fact().versions().stream())
                .forEach(version -> objects.put(version, known));
    }

    /** What was found and never expected. */
    public void unknown(Consumer<Finding> findings) {
        try (SortedTable.Scan scan = table.scan(UNKNOWN.getBytes(StandardCharsets.UTF_8))) {
            scan.forEachRemaining(entry -> {
                ObjectKey key = key(UNKNOWN, entry.getKey());
                String pack = new String(entry.getValue(), StandardCharsets.UTF_8);
                findings.accept(new Finding(
                        key,
                        false,
                        "the log does not have it" + (pack.isEmpty() ? "" : ", pack=" + pack),
                        true,
                        pack.isEmpty()
                                ? () -> remove(key)
                                : () -> takeOut(
                                        new ObjectKey(location.bucket(), pack),
                                        name(key).orElseThrow())));
            });
        }
    }

    /** Which version's document it is; nothing where it is something else, such as bytes beside one. */
    private Optional<PackedVersion.Name> name(ObjectKey object) {
        Matcher parts = versions.matcher(object.key());
        return parts.matches() && parts.group(4).equals("item.json")
                ? Optional.of(new PackedVersion.Name(
                        new ItemKey(parts.group(1), parts.group(2)), new Ov(Long.parseLong(parts.group(3)))))
                : Optional.empty();
    }

    private void remove(ObjectKey key) {
        boolean unused = await(archive.delete(key), key);
    }

    private <T> T await(CompletableFuture<T> answer, ObjectKey key) {
        return Futures.await(answer, reader.deadline(), "comparing, object=" + key);
    }

    private static byte[] entry(String kind, ObjectKey key) {
        return (kind + key.key()).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectKey key(String kind, byte[] entry) {
        return new ObjectKey(location.bucket(), new String(entry, StandardCharsets.UTF_8).substring(kind.length()));
    }
}
