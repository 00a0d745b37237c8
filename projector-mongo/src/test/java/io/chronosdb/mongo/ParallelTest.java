package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Unavailable;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ParallelTest {
    private final AtomicInteger underWay = new AtomicInteger();

    @Test
    void the_results_have_the_order_of_what_they_are_of_and_four_are_at_work_at_once() {
        CyclicBarrier four = new CyclicBarrier(4);

        List<Integer> squares = Parallel.map(IntStream.range(0, 12).boxed().toList(), n -> {
            int now = underWay.incrementAndGet();
            waitFor(four);
            underWay.decrementAndGet();
            return now > 4 ? -1 : n * n;
        });

        assertThat(squares)
                .isEqualTo(IntStream.range(0, 12).mapToObj(n -> n * n).toList());
    }

    @Test
    void the_first_that_fails_ends_the_others_and_is_thrown_when_nothing_goes_on() {
        CyclicBarrier both = new CyclicBarrier(2);
        Unavailable failure = new Unavailable("test", "fails", null);

        assertThatThrownBy(() -> Parallel.map(List.of(0, 1), n -> {
                    underWay.incrementAndGet();
                    waitFor(both);
                    if (n == 0) {
                        underWay.decrementAndGet();
                        throw failure;
                    }
                    return waitForInterrupt();
                }))
                .isSameAs(failure);

        assertThat(underWay).hasValue(0);
    }

    @Test
    void an_interrupt_of_the_caller_ends_all_of_them_and_stays() {
        Thread caller = Thread.currentThread();
        CyclicBarrier both = new CyclicBarrier(2, caller::interrupt);

        assertThatThrownBy(() -> Parallel.map(List.of(0, 1), n -> {
                    underWay.incrementAndGet();
                    waitFor(both);
                    return waitForInterrupt();
                }))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("interrupted");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(underWay).hasValue(0);
    }

    private boolean waitForInterrupt() {
        try {
            return new CountDownLatch(1).await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            underWay.decrementAndGet();
            return true;
        }
    }

    private static void waitFor(CyclicBarrier barrier) {
        try {
            int unused = barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
