package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.PendingWrite;
import io.chronosdb.Write;
import io.chronosdb.WriteResult;
import io.chronosdb.error.ChronosException.Invalid;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Streams of writes. */
final class ManyWrites {
    private static final int STREAM = 3_000;

    /** How many may be under way at once: what bounds the memory. */
    private static final int AHEAD_MAX = 2_001;

    private ManyWrites() {}

    static List<Promise> all() {
        return List.of(
                promise("of many creates each has a result of its own, in order", "W8", ManyWrites::results),
                promise("a stream of writes is taken no faster than it is answered", "W8", ManyWrites::stream));
    }

    private static void results(Installation at) {
        ItemCollection items = at.items();

        List<WriteResult> results = items.createMany(
                List.of(Map.of("n", 0), List.of("no object"), Map.of("n", 2)), Write.by("ann", "import"));

        assertThat(results).extracting(WriteResult::number).containsExactly(0L, 1L, 2L);
        assertThat(results.get(1).error()).containsInstanceOf(Invalid.class);
        refused(Invalid.class, () -> results.get(1).orThrow());
        assertThat(n(items.getLatest(results.get(0).orThrow().id()))).isEqualTo(0);
        assertThat(n(items.getLatest(results.get(2).orThrow().id()))).isEqualTo(2);
        assertThat(results.get(0).orThrow().cv())
                .isLessThan(results.get(2).orThrow().cv());
    }

    private static void stream(Installation at) {
        ItemCollection items = at.ordered();
        int[] taken = {0};
        int[] answered = {0};
        int[] mostAhead = {0};
        Iterator<PendingWrite> source = IntStream.range(0, STREAM)
                .mapToObj(i -> {
                    taken[0]++;
                    mostAhead[0] = Math.max(mostAhead[0], taken[0] - answered[0]);
                    return i % 2 == 0
                            ? PendingWrite.create(Map.of("n", i), Write.PLAIN.withId("i" + i))
                            : PendingWrite.update("i" + (i - 1), Map.of("n", i), FIRST, Write.PLAIN);
                })
                .iterator();
        List<Long> cvs = new ArrayList<>();

        long count = items.submitAll(source, result -> {
            answered[0]++;
            cvs.add(result.orThrow().cv().value());
        });

        assertThat(count).isEqualTo(STREAM);
        assertThat(cvs).isSorted().doesNotHaveDuplicates().hasSize(STREAM);
        assertThat(mostAhead[0]).isLessThanOrEqualTo(AHEAD_MAX);
        assertThat(n(items.getLatest("i" + (STREAM - 2)))).isEqualTo(STREAM - 1);
    }
}
