package io.chronosdb.event;

import io.chronosdb.error.ChronosException.Invalid;

/**
 * A collection version: names one exact cut through a collection's history. Dense from 0 where a collection is ordered
 * as a whole; where items are ordered by themselves, unique and increasing along every item.
 */
public record Cv(long value) implements Comparable<Cv> {
    public Cv {
        if (value < 0) {
            throw new Invalid("a collection version is 0 or more: cv=" + value);
        }
    }

    @Override
    public int compareTo(Cv other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
