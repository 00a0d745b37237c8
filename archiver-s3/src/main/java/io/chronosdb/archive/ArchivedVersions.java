package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Blob;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.Kept;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.SortedTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An archive read back as the versions that it was written from, in the order in which they were made: what a log can be made of again.
 * The objects are listed once, and sorted on disk, so that memory does not grow with them. For one thread.
 */
public final class ArchivedVersions {
    private static final String FOUND = "found\0";
    private static final String BLOBS = "blobs\0";
    private static final String SORTED = "sorted\0";
    private static final byte[] NOTHING = {};
    private static final int GETS_MAX = 32;
    private static final String BLOB = "/blob.bin";

    private final Archive archive;
    private final ArchiveLocation location;
    private final Duration patience;
    private final ArchiveReader reader;
    private final SortedTable table;
    private final ToIntFunction<ItemKey> partition;
    private final Pattern object;

    /**
     * @param patience how long to wait for an object; longer than the archive's own deadline
     * @param partition where the item's events belong
     */
    public ArchivedVersions(
            Archive archive,
            ArchiveLocation location,
            Duration patience,
            SortedTable table,
            ToIntFunction<ItemKey> partition) {
        this.archive = archive;
        this.location = location;
        this.patience = patience;
        this.reader = new ArchiveReader(archive, location, patience);
        this.table = table;
        this.partition = partition;
        this.object = Pattern.compile(Pattern.quote(location.prefix())
                + "([A-Za-z0-9_-]{1,100})/([A-Za-z0-9_.:@-]{1,200})/v([0-9]{1,18})/(item\\.json|.+/blob\\.bin)");
    }

    /** One version's place in the archive. */
    private record Place(ItemKey item, Ov ov) {
        byte[] key(String kind) {
            byte[] start = (kind + item.collection() + "\0" + item.id() + "\0").getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(start.length + Long.BYTES)
                    .put(start)
                    .putLong(ov.value())
                    .array();
        }

        static Place parse(ByteBuffer key) {
            String collection = text(key);
            String id = text(key);
            return new Place(new ItemKey(collection, id), new Ov(key.getLong()));
        }

        private static String text(ByteBuffer key) {
            int start = key.position();
            while (key.get() != 0) {
                // On to the end of the name.
            }
            byte[] name = new byte[key.position() - 1 - start];
            key.get(start, name);
            return new String(name, StandardCharsets.UTF_8);
        }
    }

    /**
     * Lists the archive.
     *
     * @param progress told how many versions were found
     * @return how many there are
     * @throws Unavailable if the archive cannot be reached
     */
    public long find(LongConsumer progress) {
        long[] found = {0};
        archive.list(location.bucket(), location.prefix(), key -> {
            Matcher parts = object.matcher(key.key());
            if (parts.matches()) {
                Place place =
                        new Place(new ItemKey(parts.group(1), parts.group(2)), new Ov(Long.parseLong(parts.group(3))));
                if (parts.group(4).equals("item.json")) {
                    table.put(place.key(FOUND), NOTHING);
                    found[0]++;
                    progress.accept(found[0]);
                } else {
                    byte[] property = parts.group(4)
                            .substring(0, parts.group(4).length() - BLOB.length())
                            .getBytes(StandardCharsets.UTF_8);
                    table.put(join(place.key(BLOBS), property), NOTHING);
                }
            }
        });
        return found[0];
    }

    /**
     * Sorts what was found by when it was made. Call {@link #find} first.
     *
     * @param progress told how many were read
     * @param missing told of versions that are not there or cannot be read, though a later one of the item is
     */
    public void sort(LongConsumer progress, BiConsumer<ItemKey, Ov> missing) {
        Deque<Reading> underWay = new ArrayDeque<>();
        Runs runs = new Runs(missing);
        long read = 0;
        try (SortedTable.Scan found = table.scan(FOUND.getBytes(StandardCharsets.UTF_8))) {
            while (found.hasNext() || !underWay.isEmpty()) {
                if (found.hasNext() && underWay.size() < GETS_MAX) {
                    underWay.add(begin(place(FOUND, found.next().getKey())));
                    continue;
                }
                Reading reading = underWay.remove();
                try {
                    sort(reading.place(), document(reading), runs);
                } catch (Invalid e) {
                    missing.accept(reading.place().item(), reading.place().ov());
                }
                read++;
                progress.accept(read);
            }
        }
    }

    private void sort(Place place, ItemDocument document, Runs runs) {
        Version version = document.version(place.item(), Kept.ALL, Map.of());
        byte[] rest = place.key("");
        byte[] key = ByteBuffer.allocate(SORTED.length() + Integer.BYTES + 2 * Long.BYTES + rest.length)
                .put(partitionPrefix(partition.applyAsInt(place.item())))
                .putLong(Times.toMicros(version.at()))
                .putLong(version.cv().value())
                .put(rest)
                .array();
        long first = runs.firstOf(place);
        table.put(key, ByteBuffer.allocate(Long.BYTES).putLong(first).array());
    }

    /** Which versions of an item follow one another without a gap. They come in their order. */
    private static final class Runs {
        private final BiConsumer<ItemKey, Ov> missing;
        private @Nullable Place last;
        private long first;

        private Runs(BiConsumer<ItemKey, Ov> missing) {
            this.missing = missing;
        }

        /** The first version of the run that a version is in. */
        private long firstOf(Place place) {
            Place before = last;
            last = place;
            if (before == null || !before.item().equals(place.item())) {
                first = place.ov().value();
            } else if (before.ov().value() + 1 < place.ov().value()) {
                for (long ov = before.ov().value() + 1; ov < place.ov().value(); ov++) {
                    missing.accept(place.item(), new Ov(ov));
                }
                first = place.ov().value();
            }
            return first;
        }
    }

    /**
     * Reads what was sorted.
     *
     * @param each gets the versions of one time, which were made together
     * @throws Invalid if an object has been damaged meanwhile
     * @throws Unavailable if the archive cannot be reached, or an object has gone meanwhile
     */
    public void forEach(int number, Consumer<List<Version>> each) {
        Deque<Reading> underWay = new ArrayDeque<>();
        Deque<Long> firsts = new ArrayDeque<>();
        List<Version> together = new ArrayList<>();
        byte[] prefix = partitionPrefix(number);
        try (SortedTable.Scan sorted = table.scan(prefix)) {
            while (sorted.hasNext() || !underWay.isEmpty()) {
                if (sorted.hasNext() && underWay.size() < GETS_MAX) {
                    Map.Entry<byte[], byte[]> entry = sorted.next();
                    ByteBuffer key = ByteBuffer.wrap(entry.getKey());
                    key.position(prefix.length + 2 * Long.BYTES);
                    underWay.add(begin(Place.parse(key)));
                    firsts.add(ByteBuffer.wrap(entry.getValue()).getLong());
                    continue;
                }
                Version version = version(underWay.remove(), firsts.remove());
                if (!together.isEmpty() && !together.get(0).at().equals(version.at())) {
                    each.accept(List.copyOf(together));
                    together.clear();
                }
                together.add(version);
            }
        }
        if (!together.isEmpty()) {
            each.accept(List.copyOf(together));
        }
    }

    private Version version(Reading reading, long first) {
        Place place = reading.place();
        Kept kept = first == 0 ? Kept.ALL : new Kept(Keeps.ALL, new Ov(first), List.of());
        return document(reading).version(place.item(), kept, blobs(place));
    }

    private Map<String, Blob> blobs(Place place) {
        Map<String, Blob> blobs = new TreeMap<>();
        byte[] prefix = place.key(BLOBS);
        try (SortedTable.Scan properties = table.scan(prefix)) {
            while (properties.hasNext()) {
                byte[] key = properties.next().getKey();
                String property = new String(key, prefix.length, key.length - prefix.length, StandardCharsets.UTF_8);
                ObjectKey blob = location.blob(place.item(), place.ov(), property);
                blobs.put(property, new Blob(await(archive.get(blob), blob)));
            }
        }
        return blobs;
    }

    /** A version that is being read. */
    private record Reading(Place place, Supplier<Optional<ItemDocument>> document) {}

    private Reading begin(Place place) {
        return new Reading(place, reader.begin(location.item(place.item(), place.ov()), place.ov()));
    }

    private static ItemDocument document(Reading reading) {
        return reading.document()
                .get()
                .orElseThrow(() -> new Unavailable(
                        "archive",
                        "an object is gone that was there, version="
                                + reading.place().item() + "@"
                                + reading.place().ov(),
                        null));
    }

    private byte[] await(CompletableFuture<Optional<byte[]>> answer, ObjectKey key) {
        return Futures.await(answer, patience, "reading a version, object=" + key)
                .orElseThrow(() -> new Unavailable("archive", "an object is gone that was there, object=" + key, null));
    }

    private static Place place(String kind, byte[] key) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        bytes.position(kind.length());
        return Place.parse(bytes);
    }

    private static byte[] partitionPrefix(int number) {
        return ByteBuffer.allocate(SORTED.length() + Integer.BYTES)
                .put(SORTED.getBytes(StandardCharsets.UTF_8))
                .putInt(number)
                .array();
    }

    private static byte[] join(byte[] start, byte[] end) {
        return ByteBuffer.allocate(start.length + end.length)
                .put(start)
                .put(end)
                .array();
    }
}
