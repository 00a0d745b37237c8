package io.chronosdb.changes;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Times;
import java.time.Instant;

/** Where a feed begins. */
public sealed interface From {
    /** One answer per kind of beginning. */
    <R> R match(Cases<R> cases);

    /** The first event of all. */
    static From beginning() {
        return new Beginning();
    }

    /** What is appended after the feed was opened, and nothing else. */
    static From end() {
        return new End();
    }

    /**
     * The first event at or after a time, in each partition. The log is read from its beginning for that: the chain
     * starts there, so this costs as much as {@link #beginning()}, less what is handed over.
     */
    static From time(Instant time) {
        return new AtTime(time);
    }

    /** Behind the change that the token came with. */
    static From token(String token) {
        return new BehindToken(token);
    }

    /**
     * {@code beginning}, {@code end}, an ISO-8601 time, or a token.
     *
     * @throws Invalid if it begins like a time and is none; what is wrong with a token shows when it is used
     */
    static From parse(String text) {
        return switch (text) {
            case "beginning" -> beginning();
            case "end" -> end();
            // No token begins like that: its first byte is a small number.
            default -> text.matches("[+-]?\\d{4,}-.*") ? time(Times.parse(text)) : token(text);
        };
    }

    /**
     * The kinds.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R beginning();

        R end();

        R time(Instant time);

        R token(String token);
    }

    /** See {@link From#beginning()}. */
    record Beginning() implements From {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.beginning();
        }
    }

    /** See {@link From#end()}. */
    record End() implements From {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.end();
        }
    }

    /** See {@link From#time}. */
    record AtTime(Instant time) implements From {
        /** A token cannot say a later one, and nothing happens then. */
        private static final Instant LAST = Instant.parse("+290000-01-01T00:00:00Z");

        public AtTime {
            time = time.isAfter(LAST) ? LAST : time;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.time(time);
        }
    }

    /** See {@link From#token}. */
    record BehindToken(String token) implements From {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.token(token);
        }
    }
}
