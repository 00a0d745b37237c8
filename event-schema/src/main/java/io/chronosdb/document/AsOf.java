package io.chronosdb.document;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Times;
import java.time.Instant;

/**
 * A moment of a collection: every item is as it was then. One that has not come yet is the present.
 */
public sealed interface AsOf {
    /** What has happened up to a time, that time included. */
    record Time(Instant at) implements AsOf {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.time(this);
        }

        @Override
        public String toString() {
            return at.toString();
        }
    }

    /** What has happened up to a collection version, that one included. */
    record Change(Cv cv) implements AsOf {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.change(this);
        }

        @Override
        public String toString() {
            return CV + cv;
        }
    }

    /** What the text of a {@link Change} starts with. */
    String CV = "cv:";

    static AsOf time(Instant at) {
        return new Time(at);
    }

    static AsOf cv(Cv cv) {
        return new Change(cv);
    }

    /**
     * Reads {@code cv:17}, or an ISO-8601 time.
     *
     * @throws Invalid if it is neither
     */
    static AsOf parse(String text) {
        if (!text.startsWith(CV)) {
            return new Time(Times.parse(text));
        }
        try {
            return new Change(new Cv(Long.parseLong(text.substring(CV.length()))));
        } catch (NumberFormatException e) {
            throw new Invalid("a collection version is written such as cv:17: asOf=" + text);
        }
    }

    /**
     * One answer per kind.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R time(Time time);

        R change(Change change);
    }

    <R> R match(Cases<R> cases);
}
