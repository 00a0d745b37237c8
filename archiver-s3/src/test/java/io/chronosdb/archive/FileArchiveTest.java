package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to files; the rest is in the contract. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class FileArchiveTest {
    private static final byte[] BODY = {1, 2, 3};

    @TempDir
    private Path base;

    private FileArchive archive;

    @BeforeEach
    void open() {
        archive = new FileArchive(FileSettings.at(base));
    }

    @AfterEach
    void close() {
        archive.close();
    }

    @Test
    void an_object_is_a_file_where_its_key_says() {
        archive.put(new ObjectKey("bucket", "users/a:b@c/v0/item.json"), BODY).join();

        assertThat(base.resolve("bucket/users/a:b@c/v0/item.json")).hasBinaryContent(BODY);
    }

    @Test
    void a_bucket_that_is_deleted_while_the_archive_is_open_is_made_again() throws IOException {
        ObjectKey key = new ObjectKey("bucket", "users/u1/v0/item.json");
        archive.put(key, BODY).join();
        deleteTree(base.resolve("bucket"));

        assertThat(archive.get(key).join()).isEmpty();
        assertThat(archive.putIfAbsent(key, BODY).join()).isTrue();
        deleteTree(base.resolve("bucket"));
        archive.put(key, BODY).join();

        assertThat(archive.get(key).join()).hasValue(BODY);
    }

    @Test
    void a_deleted_object_leaves_no_folder_behind_that_tells_of_it() {
        archive.put(new ObjectKey("bucket", "users/ann/v0/item.json"), BODY).join();
        archive.put(new ObjectKey("bucket", "users/ann/v1/item.json"), BODY).join();
        archive.put(new ObjectKey("bucket", "users/ben/v0/item.json"), BODY).join();

        archive.delete(new ObjectKey("bucket", "users/ann/v0/item.json")).join();
        assertThat(base.resolve("bucket/users/ann/v0")).doesNotExist();
        assertThat(base.resolve("bucket/users/ann/v1/item.json")).exists();

        archive.delete(new ObjectKey("bucket", "users/ann/v1/item.json")).join();
        assertThat(base.resolve("bucket/users/ann")).doesNotExist();
        assertThat(base.resolve("bucket/users/ben/v0/item.json")).exists();
    }

    @Test
    void objects_are_stored_while_their_neighbours_are_deleted() {
        List<ObjectKey> kept = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ObjectKey gone = new ObjectKey("bucket", "users/" + i + "/v0/item.json");
            ObjectKey stays = new ObjectKey("bucket", "users/" + i + "/v1/item.json");
            archive.put(gone, BODY).join();
            CompletableFuture<Boolean> deleted = archive.delete(gone);
            CompletableFuture<Boolean> stored = archive.putIfAbsent(stays, BODY);

            assertThat(deleted.join()).isTrue();
            assertThat(stored.join()).isTrue();
            kept.add(stays);
        }

        assertThat(kept).allSatisfy(key -> assertThat(archive.get(key).join()).hasValue(BODY));
    }

    @Test
    void two_archives_over_one_folder_store_an_object_once() {
        try (FileArchive other = new FileArchive(FileSettings.at(base))) {
            for (int i = 0; i < 100; i++) {
                ObjectKey key = new ObjectKey("bucket", "race/" + i);
                CompletableFuture<Boolean> here = archive.putIfAbsent(key, new byte[] {1});
                CompletableFuture<Boolean> there = other.putIfAbsent(key, new byte[] {2});

                assertThat(List.of(here.join(), there.join())).containsExactlyInAnyOrder(true, false);
                assertThat(archive.get(key).join()).hasValue(new byte[] {(byte) (here.join() ? 1 : 2)});
            }
        }
    }

    @Test
    void what_a_crash_left_unfinished_is_removed_when_it_is_old() throws IOException {
        Path old = Files.createFile(base.resolve(".unfinished/old"));
        Path young = Files.createFile(base.resolve(".unfinished/young"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        new FileArchive(FileSettings.at(base)).close();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void more_calls_than_may_wait_are_refused_and_the_others_are_carried_out() {
        FileSettings narrow = new FileSettings(base, 1, 1, Duration.ofSeconds(30));
        try (FileArchive busy = new FileArchive(narrow)) {
            byte[] large = new byte[1 << 20];

            List<CompletableFuture<Boolean>> puts = IntStream.range(0, 200)
                    .mapToObj(i -> busy.putIfAbsent(new ObjectKey("bucket", "many/" + i), large))
                    .toList();

            int refused = 0;
            for (int i = 0; i < puts.size(); i++) {
                boolean stored =
                        puts.get(i).handle((yes, failure) -> failure == null).join();
                assertThat(Files.exists(base.resolve("bucket/many/" + i))).isEqualTo(stored);
                refused += stored ? 0 : 1;
            }
            assertThat(refused).isPositive();
            assertThatThrownBy(() -> CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0]))
                            .join())
                    .hasCauseInstanceOf(Unavailable.class)
                    .hasMessageContaining("too many wait");
        }
    }

    @Test
    void a_closed_archive_is_unavailable() {
        archive.close();

        assertThatThrownBy(() -> archive.get(new ObjectKey("bucket", "key")).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(Unavailable.class)
                .hasMessageContaining("closed");
    }

    @Test
    void an_object_in_the_place_of_a_folder_is_unavailable_and_not_taken_for_one_that_is_there() {
        archive.put(new ObjectKey("bucket", "a/b"), BODY).join();

        assertThatThrownBy(() ->
                        archive.putIfAbsent(new ObjectKey("bucket", "a"), BODY).join())
                .hasCauseInstanceOf(Unavailable.class);
    }

    @Test
    void a_base_that_cannot_be_a_folder_is_refused_at_once() throws IOException {
        Path file = Files.createFile(base.resolve("file"));

        assertThatThrownBy(() -> new FileArchive(FileSettings.at(file))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void settings_without_threads_or_time_are_refused() {
        Duration second = Duration.ofSeconds(1);

        assertThatThrownBy(() -> new FileSettings(base, 0, 1, second)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new FileSettings(base, 1, 0, second)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new FileSettings(base, 1, 1, Duration.ZERO)).isInstanceOf(Invalid.class);
    }

    private static void deleteTree(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
