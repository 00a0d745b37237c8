package io.chronosdb.testkit.index;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The seeds of a random test: always the same, and printed. With {@code -Dchronos.test.seed=17} another one, to repeat a
 * failure, and with {@code -Dchronos.test.seed=100-200} many, to search for one.
 */
final class Seeds {
    private Seeds() {}

    static List<Long> of(String test, int count) {
        String[] range = System.getProperty("chronos.test.seed", "1-" + count).split("-");
        List<Long> seeds = LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]))
                .boxed()
                .toList();
        System.out.println("test=" + test + " seeds=" + seeds);
        return seeds;
    }
}
