package io.chronosdb.event;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.Optional;

/** An item version: 0 for the first, then without gaps. */
public record Ov(long value) implements ExpectedOv, Comparable<Ov> {
    public static final Ov FIRST = new Ov(0);

    public Ov {
        if (value < 0) {
            throw new Invalid("an item version is 0 or more: ov=" + value);
        }
    }

    public Ov next() {
        return new Ov(value + 1);
    }

    @Override
    public Optional<Ov> exact() {
        return Optional.of(this);
    }

    @Override
    public int compareTo(Ov other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
