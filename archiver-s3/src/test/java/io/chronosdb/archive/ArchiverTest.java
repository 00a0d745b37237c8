package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.archive.FaultyArchive;
import io.chronosdb.testkit.archive.FaultyArchive.Fault;
import io.chronosdb.testkit.archive.InMemoryArchive;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchiverTest {
    private static final ArchiveLocation LOCATION = new ArchiveLocation("bucket", "acme/");
    private static final ObjectKey PROGRESS = LOCATION.progress(History.PARTITION);
    private static final int ITEMS = 30;

    private final History history = History.of(ITEMS, 4);
    private final InMemoryArchive store = new InMemoryArchive();

    @Test
    void every_version_is_archived_deletions_too_and_the_progress_behind_them() {
        Progress stored = project(archiver(store), 0, history.size());

        assertThat(stored).isEqualTo(history.before(history.size()));
        assertThat(archiver(store).progress(History.PARTITION)).isEqualTo(stored);
        for (Version version : history.versions()) {
            assertThat(content(store))
                    .containsEntry(
                            "bucket/acme/users/" + version.item().id() + "/v" + version.ov() + "/item.json",
                            text(ItemDocument.encode(version)));
        }
        assertThat(store.keys()).hasSize(history.versions().size() + 1).contains(PROGRESS.toString());
    }

    @Test
    void the_progress_is_readable_json() {
        project(archiver(store), 0, 2);

        assertThat(content(store))
                .containsEntry(
                        "bucket/acme/.chronos/progress/runtime.acme/0.json",
                        "{\"next\":2,\"seq\":2,\"hash\":\""
                                + history.before(2).chain().last() + "\"}");
    }

    @Test
    void in_an_empty_store_the_archiver_is_at_the_start() {
        assertThat(archiver(store).progress(History.PARTITION)).isEqualTo(Progress.START);
    }

    @Test
    void two_runs_over_the_same_events_store_the_same_bytes_whatever_the_batches() {
        InMemoryArchive other = new InMemoryArchive();

        project(archiver(store), 0, history.size());
        Archiver inSmallBatches = archiver(other);
        for (int i = 0; i < history.size(); i++) {
            project(inSmallBatches, i, i + 1);
        }

        assertThat(content(other)).isEqualTo(content(store));
    }

    @Test
    void settings_have_no_object_and_move_the_progress() {
        History settings = new History().configure().configure();

        archiver(store).project(History.PARTITION, settings.events(0, 2), settings.before(0), settings.before(2));

        assertThat(store.keys()).containsExactly(PROGRESS.toString());
        assertThat(archiver(store).progress(History.PARTITION)).isEqualTo(settings.before(2));
    }

    @Test
    void skipped_records_move_the_progress_without_an_event() {
        Progress behindThem = new Progress(7, Progress.START.chain());

        Archiver archiver = archiver(store);
        archiver.project(History.PARTITION, history.events(0, 0), Progress.START, behindThem);

        assertThat(archiver.progress(History.PARTITION)).isEqualTo(behindThem);
    }

    @Test
    void a_replay_from_the_start_changes_nothing_and_is_told_where_to_go_on() {
        Archiver archiver = archiver(store);
        project(archiver, 0, history.size());
        Map<String, String> before = content(store);

        Progress stored = project(archiver, 0, 50);

        assertThat(stored).isEqualTo(history.before(history.size()));
        assertThat(content(store)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_version_that_cannot_be_stored_keeps_the_progress_before_its_batch_until_a_repetition_stores_it(Fault fault) {
        FaultyArchive faulty = new FaultyArchive(store);
        Archiver archiver = archiver(faulty);
        project(archiver, 0, 10);
        faulty.failNextPut(items().and(key -> key.key().contains("item-17")), fault);

        assertThatThrownBy(() -> project(archiver, 10, 60)).isInstanceOf(Unavailable.class);
        Progress afterFailure = archiver.progress(History.PARTITION);
        Progress afterRepetition = project(archiver, 10, 60);

        assertThat(afterFailure).isEqualTo(history.before(10));
        assertThat(afterRepetition).isEqualTo(history.before(60));
        assertThat(content(store)).isEqualTo(contentOf(60));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_progress_that_cannot_be_stored_is_mended_by_a_repetition(Fault fault) {
        FaultyArchive faulty = new FaultyArchive(store);
        Archiver archiver = archiver(faulty);
        faulty.failNextPut(PROGRESS::equals, fault);

        assertThatThrownBy(() -> project(archiver, 0, 40)).isInstanceOf(Unavailable.class);
        Progress stored = project(archiver, 0, 40);

        assertThat(stored).isEqualTo(history.before(40));
        assertThat(content(store)).isEqualTo(contentOf(40));
    }

    @Test
    void without_its_store_the_archiver_is_unavailable_and_goes_on_when_it_is_back() {
        Archiver archiver = archiver(store);
        project(archiver, 0, 10);
        store.goDown();

        assertThatThrownBy(() -> project(archiver, 10, 20)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> archiver.progress(History.PARTITION)).isInstanceOf(Unavailable.class);
        store.comeBack();

        assertThat(project(archiver, 10, 20)).isEqualTo(history.before(20));
    }

    @Test
    void an_archiver_that_was_replaced_leaves_the_further_progress_alone() {
        Archiver replaced = archiver(store);
        project(replaced, 0, 10);
        project(archiver(store), 10, 60);

        Progress stored = project(replaced, 10, 30);

        assertThat(stored).isEqualTo(history.before(60));
        assertThat(archiver(store).progress(History.PARTITION)).isEqualTo(stored);
    }

    @Test
    void progress_that_a_late_writer_moved_back_only_costs_a_repetition() {
        Archiver owner = archiver(store);
        project(owner, 0, 60);
        store.put(PROGRESS, StoredProgress.withoutPack(history.before(20)).encode())
                .join();

        Progress told = project(owner, 60, 80);
        Progress stored = owner.project(History.PARTITION, history.events(20, 80), told, history.before(80));

        assertThat(told).isEqualTo(history.before(20));
        assertThat(stored).isEqualTo(history.before(80));
        assertThat(content(store)).isEqualTo(contentOf(80));
    }

    @Test
    void a_bucket_that_was_deleted_is_noticed_with_the_next_batch_and_filled_again() {
        Archiver archiver = archiver(store);
        project(archiver, 0, 60);
        store.clear();

        Progress told = project(archiver, 60, 80);
        project(archiver, 0, 80);

        assertThat(told).isEqualTo(Progress.START);
        assertThat(content(store)).isEqualTo(contentOf(80));
    }

    @Test
    void damaged_progress_stops_the_partition_and_names_the_object() {
        for (String damaged : new String[] {
            "",
            "{",
            "{}",
            "[]",
            "{\"next\":-1,\"seq\":0,\"hash\":\"" + "0".repeat(64) + "\"}",
            "{\"next\":1,\"seq\":0,\"hash\":\"short\"}",
            "{\"next\":1.5,\"seq\":0,\"hash\":\"" + "0".repeat(64) + "\"}"
        }) {
            store.put(PROGRESS, damaged.getBytes(StandardCharsets.UTF_8)).join();

            assertThatThrownBy(() -> archiver(store).progress(History.PARTITION))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(PROGRESS.toString());
        }
    }

    private static Archiver archiver(Archive archive) {
        return new Archiver(database -> archive, database -> LOCATION, new Window(8, 1 << 20, Duration.ofSeconds(30)));
    }

    private Progress project(Archiver archiver, int from, int to) {
        return archiver.project(History.PARTITION, history.events(from, to), history.before(from), history.before(to));
    }

    private static Predicate<ObjectKey> items() {
        return key -> key.key().endsWith("item.json");
    }

    /** What an archive has in it that never saw a fault. */
    private Map<String, String> contentOf(int events) {
        InMemoryArchive undisturbed = new InMemoryArchive();
        project(archiver(undisturbed), 0, events);
        return content(undisturbed);
    }

    private static Map<String, String> content(InMemoryArchive archive) {
        Map<String, String> content = new TreeMap<>();
        for (String key : archive.keys()) {
            int slash = key.indexOf('/');
            ObjectKey object = new ObjectKey(key.substring(0, slash), key.substring(slash + 1));
            content.put(key, text(archive.get(object).join().orElseThrow()));
        }
        return content;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
