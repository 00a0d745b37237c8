package io.chronosdb.changes;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.EventCodec;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.log.InMemoryLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The publisher keeps the rules of Reactive Streams, whose numbers stand beside the tests. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangePublisherTest {
    private static final Database DATABASE = Route.runtime("tenant-a");

    private final InMemoryLog log = new InMemoryLog(new Topics("t"), 1);
    private final EventChain chain = new EventChain(new DatabasePartition(DATABASE, 0));
    private final ChangeRequest request =
            new ChangeRequest(new ChangeSource(log, partition -> Progress.START), DATABASE);

    ChangePublisherTest() {
        log.open(DATABASE);
    }

    @Test
    void nothing_comes_before_it_is_asked_for_and_never_more_than_that() { // 1.1
        create(10);
        Recorder subscriber = subscribe(request);
        eventually(() -> subscriber.signals.equals(List.of("subscribed")));

        subscriber.subscription().request(3);
        eventually(() -> subscriber.signals.contains("i2"));
        subscriber.subscription().request(2);
        eventually(() -> subscriber.signals.contains("i4"));
        subscriber.subscription().request(Long.MAX_VALUE);
        subscriber.subscription().request(Long.MAX_VALUE); // 3.17: it does not overflow.
        eventually(() -> subscriber.signals.contains("i9"));

        assertThat(subscriber.signals)
                .containsExactly("subscribed", "i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9");
        subscriber.subscription().cancel();
    }

    @Test
    void a_feed_with_an_end_completes_once_also_where_nobody_asked_for_more() { // 1.5, 1.7
        create(2);
        Recorder all = subscribe(request.untilNow());
        Recorder none = subscribe(request.from(From.end()).untilNow());

        eventually(() -> none.signals.contains("completed"));
        all.subscription().request(2);

        eventually(() -> all.signals.contains("completed"));
        assertThat(all.signals).containsExactly("subscribed", "i0", "i1", "completed");
        assertThat(none.signals).containsExactly("subscribed", "completed");
    }

    @Test
    void what_cannot_be_opened_is_an_error_after_the_subscription() { // 1.4, 1.9
        Recorder subscriber = subscribe(request.from(From.token("none")));

        eventually(subscriber.error::isDone);

        assertThat(subscriber.signals).containsExactly("subscribed", "failed");
        assertThat(subscriber.error.join()).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> request.publisher().subscribe(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void asking_for_less_than_one_is_an_error() { // 3.9
        create(1);
        Recorder subscriber = subscribe(request);

        subscriber.subscription().request(0);

        assertThat(subscriber.error.orTimeout(20, TimeUnit.SECONDS).join())
                .isInstanceOf(IllegalArgumentException.class);
        subscriber.subscription().request(1); // 3.6: too late, and harmless.
        assertThat(subscriber.signals).containsExactly("subscribed", "failed");
    }

    @Test
    void a_cancelled_one_gets_nothing_more_and_its_thread_ends() { // 1.8, 3.5, 3.7
        create(5);
        Recorder subscriber = new Recorder() {
            @Override
            public void onNext(Change change) {
                super.onNext(change);
                if (change.id().equals("i1")) {
                    subscription().cancel();
                    subscription().cancel();
                }
            }
        };
        request.publisher().subscribe(subscriber);

        subscriber.subscription().request(100);

        eventually(subscriber::ended);
        assertThat(subscriber.signals).containsExactly("subscribed", "i0", "i1");
    }

    @Test
    void a_subscriber_may_ask_from_within_and_one_that_fails_is_cancelled() { // 3.2, 2.13
        create(200);
        Recorder oneByOne = new Recorder() {
            @Override
            public void onNext(Change change) {
                super.onNext(change);
                subscription().request(1);
            }
        };
        Recorder failing = new Recorder() {
            @Override
            public void onNext(Change change) {
                super.onNext(change);
                throw new IllegalStateException("the subscriber's own");
            }
        };
        request.publisher().subscribe(oneByOne);
        request.publisher().subscribe(failing);

        oneByOne.subscription().request(1);
        failing.subscription().request(10);

        eventually(() -> oneByOne.signals.contains("i199"));
        eventually(failing::ended);
        assertThat(oneByOne.signals).hasSize(201);
        assertThat(failing.signals).containsExactly("subscribed", "i0");
        oneByOne.subscription().cancel();
    }

    private void create(int items) {
        try (Log.Appender appender = log.appender()) {
            IntStream.range(0, items).forEach(i -> {
                byte[] event = EventCodec.encode(
                        chain.create(new ItemKey("users", "i" + i), "{}").event());
                appender.append(new LogPartition(log.topics().events(DATABASE), 0), new NewRecord("", event, Map.of()))
                        .join();
            });
        }
    }

    private static Recorder subscribe(ChangeRequest request) {
        Recorder recorder = new Recorder();
        request.publisher().subscribe(recorder);
        return recorder;
    }

    /** Writes down what it is told. */
    private static class Recorder implements Flow.Subscriber<Change> {
        final List<String> signals = new CopyOnWriteArrayList<>();
        final AtomicInteger owed = new AtomicInteger();
        final CompletableFuture<Throwable> error = new CompletableFuture<>();
        final CompletableFuture<Thread> thread = new CompletableFuture<>();
        private final CompletableFuture<Flow.Subscription> given = new CompletableFuture<>();

        Flow.Subscription subscription() {
            return given.orTimeout(20, TimeUnit.SECONDS).join();
        }

        boolean ended() {
            return thread.isDone() && !thread.join().isAlive();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            signals.add("subscribed");
            thread.complete(Thread.currentThread());
            given.complete(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    owed.addAndGet((int) Math.min(n, 1_000_000)); // Before any of it can come.
                    subscription.request(n);
                }

                @Override
                public void cancel() {
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(Change change) {
            if (thread.join() != Thread.currentThread()) { // 1.3
                signals.add("another thread");
            }
            if (owed.decrementAndGet() < 0) {
                signals.add("not asked for");
            }
            signals.add(change.id());
        }

        @Override
        public void onError(Throwable failure) {
            signals.add("failed");
            error.complete(failure);
        }

        @Override
        public void onComplete() {
            signals.add("completed");
        }
    }
}
