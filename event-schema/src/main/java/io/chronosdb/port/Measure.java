package io.chronosdb.port;

import java.math.BigDecimal;

/**
 * What a counter rule has measured so far: events, a sum, or different values. Measures of one rule over parts of a log
 * add up to the measure over the whole, in whatever order.
 */
public sealed interface Measure permits Measure.Count, Measure.Sum, Uniques {
    /** As a reader sees it. */
    BigDecimal number();

    <R> R match(Cases<R> cases);

    /**
     * Both together. Measures of different kinds do not add up: a rule was given another meaning between them. Then
     * different values win over a sum, and a sum over a number of events, whichever is the older one.
     */
    default Measure plus(Measure other) {
        return match(new Cases<>() {
            @Override
            public Measure count(Count mine) {
                return other instanceof Count theirs ? new Count(Math.addExact(mine.events, theirs.events)) : other;
            }

            @Override
            public Measure sum(Sum mine) {
                return other instanceof Sum theirs
                        ? new Sum(mine.number.add(theirs.number))
                        : other instanceof Uniques ? other : mine;
            }

            @Override
            public Measure uniques(Uniques mine) {
                return other instanceof Uniques theirs ? mine.union(theirs) : mine;
            }
        });
    }

    /** How many events there were. */
    record Count(long events) implements Measure {
        @Override
        public BigDecimal number() {
            return BigDecimal.valueOf(events);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.count(this);
        }
    }

    /**
     * The exact sum of decimal numbers. It has as many digits behind the point as the one of them that has most, so that
     * prices add up to a price.
     */
    record Sum(BigDecimal number) implements Measure {
        public static final Sum ZERO = new Sum(BigDecimal.ZERO);

        /**
         * How many digits a number may have before the decimal point, and how many behind it, to be added. A document may
         * hold 1E+999999999, and a sum with that in it would fill the memory.
         */
        public static final int DIGITS_MAX = 50;

        /** The sum of one number; of nothing if it has too many digits. */
        public static Sum of(BigDecimal number) {
            BigDecimal n = number.scale() > DIGITS_MAX ? number.stripTrailingZeros() : number;
            boolean fits = n.scale() <= DIGITS_MAX && (long) n.precision() - n.scale() <= DIGITS_MAX;
            return fits ? new Sum(n.setScale(Math.max(0, n.scale()))) : ZERO;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.sum(this);
        }
    }

    /**
     * The kinds.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R count(Count count);

        R sum(Sum sum);

        R uniques(Uniques uniques);
    }
}
