package io.chronosdb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.Read;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** The words that promises are written in. */
final class Given {
    /** Sees everything that anybody has written before. */
    static final Read NOW = Read.PLAIN.with(Consistency.LATEST);

    /** Sees deletions, too. */
    static final Read ALL = NOW.includingDeleted();

    static final Ov FIRST = Ov.FIRST;

    /** So long whatever follows the writes may take. */
    private static final Duration CONVERGES_WITHIN = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Given() {}

    /** A document; apostrophes stand for quotation marks. */
    static Payload json(String text) {
        return Payload.of(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode data(Optional<Item> item) {
        return item.orElseThrow(() -> new AssertionError("there is no such item"))
                .data()
                .orElseThrow(() -> new AssertionError("the item is deleted"));
    }

    static int n(Optional<Item> item) {
        return data(item).path("n").intValue();
    }

    static JsonNode system(Optional<Item> item) {
        return item.orElseThrow(() -> new AssertionError("there is no such item"))
                .system();
    }

    /** The refusal that the call ends with; anything else breaks the promise. */
    static <E extends ChronosException> E refused(Class<E> as, Callable<?> call) {
        Object answer;
        try {
            answer = call.call();
        } catch (Exception e) {
            Throwable error = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            assertThat(error).isInstanceOf(as);
            return as.cast(error);
        }
        throw new AssertionError("not refused as " + as.getSimpleName() + ": " + answer);
    }

    /** The same of a call without an answer. */
    static <E extends ChronosException> E refused(Class<E> as, Runnable call) {
        return refused(as, () -> {
            call.run();
            return "done";
        });
    }

    /** Waits until it is true, which it has to be soon. */
    static void eventually(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + CONVERGES_WITHIN.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + CONVERGES_WITHIN.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** All pages of a list, of which the first one waits. */
    static List<Item> pages(ItemCollection items, ItemCollection.QueryBuilder query, Read read) {
        List<Item> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        Consistency consistency = read.consistency();
        do {
            Page<Item> page =
                    items.listByMeta(cursor.map(query::after).orElse(query).query(), read.with(consistency));
            all.addAll(page.items());
            cursor = page.next();
            consistency = Consistency.EVENTUAL;
        } while (cursor.isPresent());
        return all;
    }

    static List<String> ids(List<Item> items) {
        return items.stream().map(Item::id).toList();
    }
}
