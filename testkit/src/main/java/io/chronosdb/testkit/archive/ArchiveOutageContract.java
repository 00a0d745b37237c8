package io.chronosdb.testkit.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Archive} promises while its store is away, and after it came back. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
public abstract class ArchiveOutageContract {
    private static final long ANSWER_SECONDS_MAX = 60;
    private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);

    private final String bucket = "outage-" + UUID.randomUUID();

    /** The archive under test. Whoever made it closes it. */
    protected abstract Archive archive();

    /** Takes the store away from the archive, with everything in it. */
    protected abstract void takeAway();

    /** Undoes {@link #takeAway()}; does nothing if the store is there. */
    protected abstract void bringBack();

    /** How long the archive may take to say that it cannot reach its store. */
    protected abstract Duration deadline();

    /** What must never be seen in a message or a {@code toString}: passwords, secret keys. */
    protected List<String> secrets() {
        return List.of();
    }

    @AfterEach
    void the_store_is_back_for_the_next_test() {
        bringBack();
    }

    @Test
    void without_its_store_every_call_fails_as_unavailable_within_the_deadline() throws Exception {
        ObjectKey key = new ObjectKey(bucket, "before");
        Answers.of(archive().put(key, BODY), ANSWER_SECONDS_MAX);

        takeAway();

        assertUnavailable(archive -> archive.get(key));
        assertUnavailable(archive -> archive.get(new ObjectKey(bucket, "absent")));
        assertUnavailable(archive -> archive.put(key, BODY));
        assertUnavailable(archive -> archive.putIfAbsent(new ObjectKey(bucket, "during"), BODY));
        assertUnavailable(archive -> archive.delete(key));
    }

    @Test
    void when_the_store_is_back_everything_is_there_and_calls_succeed_again() throws Exception {
        ObjectKey before = new ObjectKey(bucket, "before");
        Answers.of(archive().put(before, BODY), ANSWER_SECONDS_MAX);
        takeAway();
        assertUnavailable(archive -> archive.put(new ObjectKey(bucket, "during"), BODY));

        bringBack();

        // The first call may still be refused: a client may remember for a moment that the store was away.
        await().atMost(Duration.ofSeconds(ANSWER_SECONDS_MAX))
                .ignoreExceptionsInstanceOf(Unavailable.class)
                .untilAsserted(() -> assertThat(Answers.of(archive().get(before), ANSWER_SECONDS_MAX))
                        .isPresent());
        assertThat(Answers.of(archive().putIfAbsent(before, new byte[0]), ANSWER_SECONDS_MAX))
                .isFalse();
        assertThat(Answers.of(archive().putIfAbsent(new ObjectKey(bucket, "after"), BODY), ANSWER_SECONDS_MAX))
                .isTrue();
        Optional<byte[]> after = Answers.of(archive().get(before), ANSWER_SECONDS_MAX);
        assertThat(after).hasValue(BODY);
    }

    private void assertUnavailable(Function<Archive, CompletableFuture<?>> call) {
        long started = System.nanoTime();

        Unavailable failure =
                catchThrowableOfType(Unavailable.class, () -> Answers.of(call.apply(archive()), ANSWER_SECONDS_MAX));

        assertThat(failure).as("the call failed as unavailable").isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(deadline());
        assertThat(failure.details()).containsEntry("of", "archive");
        StringWriter everything = new StringWriter();
        failure.printStackTrace(new PrintWriter(everything, true));
        everything.write(archive().toString());
        for (String secret : secrets()) {
            assertThat(everything.toString()).doesNotContain(secret);
        }
    }
}
