package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class WindowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY_BYTES = 1 << 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SlowArchive archive = new SlowArchive();
    private final History history = History.of(40, 1);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void as_many_puts_are_under_way_as_the_window_allows_and_no_more() throws Exception {
        Future<Progress> batch = project(new Window(5, MANY_BYTES, PATIENCE), 0);

        await().until(() -> archive.underWay() == 5);
        completeUntilDone(batch);

        assertThat(archive.mostPuts()).isEqualTo(5);
        assertThat(batch.get()).isEqualTo(history.before(history.size()));
    }

    @Test
    void no_more_bytes_are_under_way_than_the_window_allows() throws Exception {
        int one = ItemDocument.encode(history.versions().get(20)).length;
        int bytesMax = 3 * one + one / 2;

        Future<Progress> batch = project(new Window(30, bytesMax, PATIENCE), 0);
        await().until(() -> archive.underWay() == 3);
        completeUntilDone(batch);

        assertThat(archive.mostBytes()).isBetween(2 * one, bytesMax);
        assertThat(archive.mostPuts()).isBetween(3, 4);
    }

    @Test
    void an_object_larger_than_the_window_is_put_alone() throws Exception {
        Future<Progress> batch = project(new Window(30, 10, PATIENCE), 0);

        await().until(() -> archive.underWay() == 1);
        completeUntilDone(batch);

        assertThat(archive.mostPuts()).isEqualTo(1);
    }

    @Test
    void all_partitions_share_one_window() throws Exception {
        Archiver archiver = archiver(new Window(6, MANY_BYTES, PATIENCE));

        List<Future<Progress>> batches = new ArrayList<>();
        for (int partition = 0; partition < 4; partition++) {
            batches.add(project(archiver, partition));
        }
        await().until(() -> archive.underWay() == 6);
        for (Future<Progress> batch : batches) {
            completeUntilDone(batch);
        }

        assertThat(archive.mostPuts()).isEqualTo(6);
    }

    @Test
    void a_store_that_never_answers_is_unavailable_when_patience_ends() {
        Future<Progress> batch = project(new Window(5, MANY_BYTES, Duration.ofMillis(100)), 0);

        assertThatThrownBy(() -> batch.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Unavailable.class)
                .hasMessageContaining("no put completes");
    }

    @Test
    void a_batch_that_gave_up_gives_its_share_back_when_the_store_answers_late() throws Exception {
        Archiver archiver = archiver(new Window(5, MANY_BYTES, Duration.ofMillis(500)));
        Future<Progress> givesUp = project(archiver, 0);
        assertThatThrownBy(() -> givesUp.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(Unavailable.class);
        while (archive.completeOne()) {
            // The store answers at last.
        }

        Future<Progress> next = project(archiver, 0);
        completeUntilDone(next);

        assertThat(next.get()).isEqualTo(history.before(history.size()));
        assertThat(archive.mostPuts()).isEqualTo(5);
    }

    @Test
    void an_interrupted_archiver_stops_as_unavailable_and_stays_interrupted() throws Exception {
        Archiver archiver = archiver(new Window(5, MANY_BYTES, PATIENCE));
        List<Throwable> failures = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                project(archiver, History.PARTITION);
            } catch (Unavailable e) {
                failures.add(e);
            }
            if (!Thread.currentThread().isInterrupted()) {
                failures.add(new AssertionError("not interrupted any more"));
            }
        });
        thread.start();
        await().until(() -> archive.underWay() == 5);

        thread.interrupt();
        thread.join(PATIENCE.toMillis());

        assertThat(failures).singleElement().isInstanceOf(Unavailable.class);
    }

    @Test
    void a_window_of_nothing_is_refused() {
        assertThatThrownBy(() -> new Window(0, 1, PATIENCE)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Window(1, 0, PATIENCE)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Window(1, 1, Duration.ZERO)).isInstanceOf(Invalid.class);
    }

    private Future<Progress> project(Window window, int partition) {
        return project(archiver(window), partition);
    }

    private Future<Progress> project(Archiver archiver, int partition) {
        return threads.submit(() -> project(archiver, new DatabasePartition(History.DATABASE, partition)));
    }

    private Progress project(Archiver archiver, DatabasePartition partition) {
        return archiver.project(
                partition, history.events(0, history.size()), Progress.START, history.before(history.size()));
    }

    private void completeUntilDone(Future<?> batch) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            boolean unused = archive.completeOne();
            return batch.isDone();
        });
    }

    private Archiver archiver(Window window) {
        return new Archiver(database -> archive, database -> new ArchiveLocation("bucket", ""), window);
    }
}
