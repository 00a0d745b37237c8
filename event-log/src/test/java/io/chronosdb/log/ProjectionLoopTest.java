package io.chronosdb.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import io.chronosdb.testkit.log.InMemoryLog;
import io.chronosdb.testkit.parking.InMemoryParking;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProjectionLoopTest {
    private static final Database DATABASE = Route.runtime("t");
    private static final LoopLimits LIMITS = new LoopLimits(
            2, 7, 1 << 20, Duration.ofMillis(2), new Fallback(true, 1, Duration.ofMillis(5), Duration.ofMillis(50)));

    private final InMemoryLog log = new InMemoryLog(new Topics("chronos"), 1);
    private final LogPartition events = new LogPartition(log.topics().events(DATABASE), 0);
    private final Store store = new Store();
    private final ProjectionLoop loop = new ProjectionLoop(log, store, new InMemoryParking(), DATABASE::equals, LIMITS);
    private Chain chain = Chain.START;

    ProjectionLoopTest() {
        log.open(DATABASE);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void every_accepted_event_is_projected_once_and_in_order_and_what_is_off_the_chain_never() {
        for (int i = 0; i < 100; i++) {
            byte[] value = append();
            if (i % 10 == 3) {
                write(value); // A copy by an owner that was replaced.
                write(new byte[] {1, 2, 3});
                write(EventCodec.encode(event(new Link(chain.next() + 5, Hash.ZERO, "g", 0, 0, true)))); // A leftover.
            }
        }
        loop.start();

        eventually(100);
        assertThat(store.progress.next()).isEqualTo(130);
    }

    @Test
    void a_store_that_is_down_is_tried_again_until_it_is_back_and_nothing_is_skipped() {
        loop.start();
        append();
        eventually(1);
        store.down = true;
        LongStream.range(0, 50).forEach(i -> append());
        Awaitility.await().until(() -> store.refusals > 3);
        store.down = false;

        eventually(51);
    }

    @Test
    void a_store_that_was_emptied_is_projected_again_from_the_beginning() {
        loop.start();
        LongStream.range(0, 30).forEach(i -> append());
        eventually(30);
        store.clear();
        append();

        eventually(31);
    }

    @Test
    void a_projection_goes_on_where_its_store_says() {
        LongStream.range(0, 30).forEach(i -> append());
        loop.start();
        eventually(30);
        loop.close();
        append();

        try (ProjectionLoop next = new ProjectionLoop(log, store, new InMemoryParking(), DATABASE::equals, LIMITS)) {
            next.start();
            eventually(31);
        }
        assertThat(store.projected).as("nothing twice").isEqualTo(31);
    }

    private void eventually(long count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(store.seqs())
                        .containsExactlyElementsOf(
                                LongStream.range(0, count).boxed().toList()));
    }

    private byte[] append() {
        Event event = event(new Link(chain.next(), chain.last(), "g", chain.next(), 0, true));
        byte[] value = EventCodec.encode(event);
        chain = chain.advance(Hash.of(value));
        write(value);
        return value;
    }

    private void write(byte[] value) {
        log.appender().append(events, new NewRecord("", value, Map.of())).join();
    }

    private static Event event(Link link) {
        Instant at = Instant.EPOCH.plusSeconds(link.seq());
        return new Event(
                link,
                at,
                new Version(
                        new ItemKey("c", "i"),
                        new Ov(link.seq()),
                        new Cv(link.seq()),
                        Op.DELETE,
                        at,
                        at,
                        Provenance.NONE,
                        Optional.empty()));
    }

    /** A store that can be down and can be emptied. */
    private static final class Store implements Projection {
        private final List<Long> seqs = new ArrayList<>();
        private Progress progress = Progress.START;
        private volatile boolean down;
        private volatile int refusals;
        private int projected;

        @Override
        public String name() {
            return "test";
        }

        @Override
        public synchronized Progress progress(DatabasePartition partition) {
            return progress;
        }

        @Override
        public synchronized Progress project(
                DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
            if (down) {
                refusals++;
                throw new Unavailable("store", "down", null);
            }
            if (!progress.equals(before)) {
                return progress;
            }
            events.forEach(event -> seqs.add(event.event().link().seq()));
            projected += events.size();
            progress = after;
            return after;
        }

        synchronized void clear() {
            seqs.clear();
            progress = Progress.START;
        }

        synchronized List<Long> seqs() {
            return List.copyOf(seqs);
        }
    }
}
