package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.Kept;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.archive.ForwardingArchive;
import io.chronosdb.testkit.archive.InMemoryArchive;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class ArchiverPackingTest {
    private static final ArchiveLocation LOCATION = new ArchiveLocation("bucket", "acme/");
    private static final Window WINDOW = new Window(8, 1 << 20, Duration.ofSeconds(30));
    private static final int CHAOS_SEEDS = 40;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Two ranges that are over and one that is not. */
    private final History history = History.of(600, 4);

    private final InMemoryArchive store = new InMemoryArchive();

    @Test
    void versions_are_in_a_pack_for_each_range_and_are_read_back_by_their_positions() {
        run(store, history, new Random(1), 700);

        assertThat(store.keys())
                .containsExactlyInAnyOrder(
                        "bucket/acme/.chronos/progress/runtime.acme/0.json",
                        "bucket/acme/.chronos/packs/runtime.acme/0/0/1024.pack",
                        "bucket/acme/.chronos/packs/runtime.acme/0/1024/2048.pack",
                        "bucket/acme/.chronos/packs/runtime.acme/0/2048/2401.pack");
        requireReadable(store, LOCATION, history);
    }

    @Test
    void finished_packs_are_the_same_bytes_whatever_the_batches() {
        InMemoryArchive other = new InMemoryArchive();

        run(store, history, new Random(1), 700);
        run(other, history, new Random(2), 90);

        assertThat(content(other)).isEqualTo(content(store));
    }

    @Test
    void versions_are_read_back_from_s3() {
        ArchiveLocation location = new ArchiveLocation("packing-" + UUID.randomUUID(), "acme/");
        try (S3Archive archive = SharedS3.archive()) {
            run(archive, location, history, new Random(3), 400);

            requireReadable(archive, location, some());
        }
    }

    @Test
    void every_version_is_read_back_from_files(@TempDir Path base) {
        try (FileArchive archive =
                new FileArchive(FileSettings.at(base), new Compression(true, Compression.PLAIN_BYTES_MAX))) {
            run(archive, LOCATION, history, new Random(4), 400);

            requireReadable(archive, LOCATION, history);
        }
    }

    @Test
    void after_a_crash_at_any_step_a_repetition_ends_with_the_same_objects() {
        run(store, history, new Random(5), 700);
        Map<String, Integer> undisturbed = content(store);
        for (boolean done : new boolean[] {false, true}) {
            for (int step = 1; ; step++) {
                Crashing crashing = new Crashing(step, done);

                run(crashing, LOCATION, history, new Random(5), 700);

                if (!crashing.crashed) {
                    assertThat(step).isGreaterThan(10);
                    break;
                }
                Map<String, Integer> left = content(crashing.under);
                assertThat(left).as("step=" + step + " done=" + done).containsAllEntriesOf(undisturbed);
                // At most a pack that was not finished, which nobody names.
                assertThat(left.size() - undisturbed.size()).isBetween(0, 1);
                requireReadable(crashing.under, LOCATION, some());
            }
        }
    }

    @Test
    void whatever_fails_or_comes_late_and_however_many_archivers_there_are_everything_is_found_in_the_end() {
        long first = Long.getLong("seed", 1);
        for (long seed = first; seed < first + CHAOS_SEEDS; seed++) {
            Chaos chaos = new Chaos(seed, history);

            chaos.run();

            requireReadable(chaos.store, "-Dseed=" + seed);
        }
    }

    private void requireReadable(Archive archive, String as) {
        try {
            requireReadable(archive, LOCATION, some());
        } catch (AssertionError e) {
            throw new AssertionError(as, e);
        }
    }

    /** Two archivers that believe to own the same partition, each of them held up in the midst of what it does, on a bad line. */
    private static final class Chaos {
        private final InMemoryArchive store = new InMemoryArchive();
        private final List<Runnable> late = new ArrayList<>();
        private final Random random;
        private final History history;
        private final Archiver[] archivers = new Archiver[2];
        private final Progress[] at = {Progress.START, Progress.START};
        private final boolean[] busy = new boolean[2];

        private Chaos(long seed, History history) {
            this.random = new Random(seed);
            this.history = history;
            for (int i = 0; i < archivers.length; i++) {
                archivers[i] = archiver(new Line(i), LOCATION);
            }
        }

        private void run() {
            for (int step = 0; step < 60; step++) {
                step(random.nextInt(2));
            }
            late.forEach(Runnable::run);
            Archiver calm = archiver(store, LOCATION);
            Progress now = calm.progress(History.PARTITION);
            // One more batch shows what has become of what is there.
            for (int more = 0; more < 2 || now.next() < history.size(); more++) {
                int from = (int) now.next();
                int to = Math.max(from, history.size() - (more == 0 ? 1 : 0));
                now = calm.project(
                        History.PARTITION, history.events(from, to), history.before(from), history.before(to));
            }
        }

        private void step(int which) {
            if (busy[which]) {
                return;
            }
            busy[which] = true;
            try {
                int from = (int) at[which].next();
                // The last event is for the end.
                int to = Math.min(from + 1 + random.nextInt(400), history.size() - 2);
                at[which] = to <= from
                        ? archivers[which].progress(History.PARTITION)
                        : archivers[which].project(
                                History.PARTITION, history.events(from, to), at[which], history.before(to));
            } catch (Unavailable e) {
                at[which] = history.before((int) progress().next());
            } finally {
                busy[which] = false;
            }
        }

        private Progress progress() {
            return archiver(store, LOCATION).progress(History.PARTITION);
        }

        /** How an archiver reaches the store. */
        private final class Line extends ForwardingArchive {
            private final int which;

            private Line(int which) {
                super(store);
                this.which = which;
            }

            @Override
            public CompletableFuture<Optional<byte[]>> get(ObjectKey key) {
                heldUp();
                return super.get(key);
            }

            @Override
            public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
                return sent(() -> store.putIfAbsent(key, body, contentType));
            }

            @Override
            public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
                return sent(() -> store.put(key, body));
            }

            @Override
            public CompletableFuture<Boolean> delete(ObjectKey key) {
                return sent(() -> store.delete(key));
            }

            /** The other one goes on meanwhile. */
            private void heldUp() {
                while (random.nextInt(4) == 0) {
                    step(1 - which);
                }
            }

            private <T> CompletableFuture<T> sent(Supplier<CompletableFuture<T>> change) {
                heldUp();
                int fate = random.nextInt(20);
                if (fate == 0) {
                    late.add(() -> {
                        CompletableFuture<T> unused = change.get();
                    });
                } else if (fate > 1) {
                    CompletableFuture<T> answer = change.get();
                    heldUp();
                    if (fate > 2) {
                        if (!late.isEmpty() && random.nextInt(3) == 0) {
                            late.remove(0).run();
                        }
                        return answer;
                    }
                }
                return CompletableFuture.failedFuture(new Unavailable("archive", "the test wants it so", null));
            }
        }
    }

    @Test
    void a_pack_that_is_lost_or_damaged_before_its_range_is_over_is_made_again_from_the_log() {
        for (boolean lost : new boolean[] {true, false}) {
            store.clear();
            Archiver archiver = archiver(store, LOCATION);
            project(archiver, 0, 1_500);
            ObjectKey pack = LOCATION.pack(History.PARTITION, 1_024, 1_500);
            if (lost) {
                store.delete(pack).join();
            } else {
                store.put(pack, new byte[100]).join();
            }

            Progress told = project(archiver, 1_500, 1_600);
            project(archiver, 1_024, 2_401);

            assertThat(told).isEqualTo(history.before(1_024));
            requireReadable(store, LOCATION, history);
        }
    }

    @Test
    void progress_that_a_late_writer_moved_back_only_costs_a_repetition() {
        Archiver archiver = archiver(store, LOCATION);
        project(archiver, 0, 1_500);
        byte[] late = store.get(LOCATION.progress(History.PARTITION)).join().orElseThrow();
        project(archiver, 1_500, 2_300);
        store.put(LOCATION.progress(History.PARTITION), late).join();

        Progress told = project(archiver, 2_300, 2_401);
        Progress toldAgain = project(archiver, 1_500, 2_401);
        project(archiver, 1_024, 2_401);

        assertThat(told).isEqualTo(history.before(1_500));
        assertThat(toldAgain).isEqualTo(history.before(1_024));
        requireReadable(store, LOCATION, history);
    }

    @Test
    void what_a_pack_does_not_take_becomes_an_object() {
        String large = "{\"text\":\"" + "x".repeat(PackIndex.VERSION_BYTES_MAX) + "\"}";
        History mixed = new History().version("small", 0, "{}").version("large", 0, large);

        run(store, mixed, new Random(7), 10);

        assertThat(objects()).containsExactly("bucket/acme/users/large/v0/item.json");
        requireReadable(store, LOCATION, mixed);
    }

    @Test
    void what_may_have_to_be_removed_again_is_not_packed() {
        History removed = new History();
        removed.add(keeping(History.version("ann", 0, 0, "{}"), Keeps.LATEST, 0));
        removed.add(keeping(History.version("ann", 1, 1, "{}"), Keeps.LATEST, 0));

        run(store, removed, new Random(8), 10);

        assertThat(objects()).containsExactly("bucket/acme/users/ann/v1/item.json");
    }

    @Test
    void an_event_that_was_parked_and_is_taken_later_becomes_an_object() {
        Archiver archiver = archiver(store, LOCATION);
        Progress at = archiver.project(History.PARTITION, history.events(0, 10), Progress.START, history.before(11));

        archiver.project(History.PARTITION, history.events(10, 11), at, at);

        assertThat(objects()).hasSize(1);
        requireReadable(store, LOCATION, history.events(0, 11));
    }

    @Test
    void the_layout_can_be_changed_at_any_time_and_both_are_read() {
        Archiver packing = archiver(store, LOCATION);
        Archiver plain = new Archiver(database -> store, database -> LOCATION, WINDOW);
        project(packing, 0, 500);
        project(plain, 500, 1_500);
        project(packing, 1_500, 2_401);

        assertThat(objects()).hasSize(1_000);
        assertThat(packs()).containsExactly("0/1024.pack", "1024/2048.pack", "2048/2401.pack");
        requireReadable(store, LOCATION, history);
    }

    @Test
    void a_pack_that_a_crash_left_with_less_in_it_is_completed_by_objects() {
        Archiver packing = archiver(store, LOCATION);
        packing.project(History.PARTITION, history.events(0, 90), Progress.START, history.before(100));
        packing.restart(History.PARTITION, Progress.START);

        project(packing, 0, 100);
        project(packing, 100, 200);

        assertThat(objects()).hasSize(10);
        requireReadable(store, LOCATION, history.events(0, 200));
    }

    @Test
    void a_url_of_a_packed_version_gives_the_object_that_it_would_have_had() {
        run(store, history, new Random(9), 700);
        LoggedEvent event = history.events(1, 2).get(0);
        Version version = event.event().fact().versions().get(0);

        URI url = reader(store, LOCATION)
                .presign(version.item(), version.ov(), event.position(), Duration.ofMinutes(1), Duration.ZERO)
                .orElseThrow();

        assertThat(store.fetch(url)).hasValue(ItemDocument.encode(version));
    }

    @Test
    void a_damaged_pack_is_said_to_be_damaged_unless_the_version_is_an_object_too() {
        run(store, history, new Random(10), 700);
        ObjectKey pack = LOCATION.pack(History.PARTITION, 0, 1_024);
        byte[] damaged = store.get(pack).join().orElseThrow();
        Arrays.fill(damaged, 0, 1_000, (byte) 0);
        store.put(pack, damaged).join();
        LoggedEvent event = history.events(1, 2).get(0);
        Version version = event.event().fact().versions().get(0);
        ArchiveReader reader = reader(store, LOCATION);

        assertThatThrownBy(() -> reader.read(version.item(), version.ov(), event.position()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("the pack is damaged");

        store.put(LOCATION.item(version.item(), version.ov()), ItemDocument.encode(version))
                .join();
        assertThat(reader.read(version.item(), version.ov(), event.position())).isPresent();
    }

    private static Version keeping(Version version, Keeps keeps, long from) {
        return new Version(
                version.item(),
                version.ov(),
                version.cv(),
                version.op(),
                version.at(),
                version.insertedAt(),
                version.provenance(),
                version.lineage(),
                version.restoredFrom(),
                new Kept(keeps, new Ov(from), List.of()),
                version.payload(),
                version.blobs());
    }

    private static Archiver archiver(Archive archive, ArchiveLocation location) {
        return new Archiver(database -> archive, database -> location, collection -> true, WINDOW);
    }

    private static ArchiveReader reader(Archive archive, ArchiveLocation location) {
        return new ArchiveReader(
                archive, location, collection -> true, new PackIndexes(PackIndexes.BYTES_MAX_DEFAULT), DEADLINE);
    }

    private Progress project(Archiver archiver, int from, int to) {
        return archiver.project(History.PARTITION, history.events(from, to), history.before(from), history.before(to));
    }

    private static void run(Archive archive, History history, Random random, int batchMax) {
        run(archive, LOCATION, history, random, batchMax);
    }

    /** As the loop does it: in batches, again after failures, and from where the archiver says. */
    private static void run(Archive archive, ArchiveLocation location, History history, Random random, int batchMax) {
        Archiver archiver = archiver(archive, location);
        Progress at = Progress.START;
        while (at.next() < history.size()) {
            int from = (int) at.next();
            int to = Math.min(from + 1 + random.nextInt(batchMax), history.size());
            try {
                at = archiver.project(History.PARTITION, history.events(from, to), at, history.before(to));
            } catch (Unavailable e) {
                at = archiver.progress(History.PARTITION);
            }
        }
    }

    private static void requireReadable(Archive archive, ArchiveLocation location, History history) {
        requireReadable(archive, location, history.events(0, history.size()));
    }

    private static void requireReadable(Archive archive, ArchiveLocation location, List<LoggedEvent> events) {
        ArchiveReader packedFirst = reader(archive, location);
        ArchiveReader objectsFirst = new ArchiveReader(archive, location, DEADLINE);
        for (LoggedEvent event : events) {
            for (Version version : event.event().fact().versions()) {
                for (ArchiveReader reader : List.of(packedFirst, objectsFirst)) {
                    assertThat(reader.bytes(version.item(), version.ov(), event.position())
                                    .join())
                            .as(event.position().toString())
                            .hasValue(ItemDocument.encode(version));
                }
            }
        }
    }

    private List<LoggedEvent> some() {
        return history.events(0, history.size()).stream()
                .filter(event -> event.position().offset() % 50 == 1)
                .toList();
    }

    private Set<String> objects() {
        Set<String> objects = new TreeSet<>(store.keys());
        objects.removeIf(key -> key.contains("/.chronos/"));
        return objects;
    }

    private List<String> packs() {
        return store.keys().stream()
                .filter(key -> key.endsWith(".pack"))
                .map(key -> key.substring("bucket/acme/.chronos/packs/runtime.acme/0/".length()))
                .toList();
    }

    private static Map<String, Integer> content(InMemoryArchive archive) {
        Map<String, Integer> content = new TreeMap<>();
        for (String key : archive.keys()) {
            ObjectKey object = new ObjectKey("bucket", key.substring("bucket/".length()));
            content.put(key, Arrays.hashCode(archive.get(object).join().orElseThrow()));
        }
        return content;
    }

    /** Fails with one of its changes: before it, or after it. */
    private static final class Crashing extends ForwardingArchive {
        private final InMemoryArchive under;
        private final boolean done;
        private int left;
        private boolean crashed;

        private Crashing(int step, boolean done) {
            this(new InMemoryArchive(), step, done);
        }

        private Crashing(InMemoryArchive under, int step, boolean done) {
            super(under);
            this.under = under;
            this.left = step;
            this.done = done;
        }

        @Override
        public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
            return step(() -> super.putIfAbsent(key, body, contentType));
        }

        @Override
        public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
            return step(() -> super.put(key, body));
        }

        @Override
        public CompletableFuture<Boolean> delete(ObjectKey key) {
            return step(() -> super.delete(key));
        }

        private <T> CompletableFuture<T> step(Supplier<CompletableFuture<T>> change) {
            left--;
            if (left != 0) {
                return change.get();
            }
            crashed = true;
            if (done) {
                CompletableFuture<T> unused = change.get();
            }
            return CompletableFuture.failedFuture(new Unavailable("archive", "the test wants it so", null));
        }
    }
}
