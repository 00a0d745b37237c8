package io.chronosdb.faults;

import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.Op;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What clients did and saw. Times are {@link System#nanoTime()}. */
final class History {
    final Collection<Call> calls = new ConcurrentLinkedQueue<>();
    final Collection<Saw> reads = new ConcurrentLinkedQueue<>();
    /** What must never happen and shows at once. */
    final Collection<String> problems = new ConcurrentLinkedQueue<>();
    /** Attempts that ended as outcome unknown, before the command was sent again. */
    final AtomicLong unknown = new AtomicLong();
    /** Reads and attempts that ended as unavailable or not yet visible. */
    final AtomicLong unavailable = new AtomicLong();

    record ItemId(String tenant, String collection, String id) {
        String scope() {
            return tenant + "/" + collection;
        }

        @Override
        public String toString() {
            return scope() + "/" + id;
        }
    }

    /** @param expected the version that the item must have before; absent where any will do */
    record Part(ItemId item, Op op, OptionalLong expected) {}

    /** A version, by its receipt. */
    record Made(long ov, long cv, Instant at) {}

    /**
     * A command, from its first attempt to the last answer.
     *
     * @param made one per part if it was acknowledged
     * @param rejected the answer if it was refused
     * @param actual the version that a conflict named
     */
    record Call(
            String command,
            int session,
            List<Part> parts,
            long invoked,
            long returned,
            List<Made> made,
            List<Code> rejected,
            OptionalLong actual) {
        static Call ok(String command, int session, List<Part> parts, long invoked, long returned, List<Made> made) {
            return new Call(command, session, parts, invoked, returned, made, List.of(), OptionalLong.empty());
        }

        static Call rejected(
                String command, int session, List<Part> parts, long invoked, long returned, Code code, long actual) {
            OptionalLong version = actual < 0 ? OptionalLong.empty() : OptionalLong.of(actual);
            return new Call(command, session, parts, invoked, returned, List.of(), List.of(code), version);
        }

        /** Never answered: it may have happened at any time. */
        static Call unknown(String command, int session, List<Part> parts, long invoked) {
            return new Call(
                    command, session, parts, invoked, Long.MAX_VALUE, List.of(), List.of(), OptionalLong.empty());
        }

        boolean ok() {
            return !made.isEmpty();
        }
    }

    /**
     * What a read showed.
     *
     * @param latest whether it had to show everything that was acknowledged before it began; else only what its session knew
     * @param ov -1 where there was nothing
     * @param command the one that made the version, by its actor
     */
    record Saw(
            int session, ItemId item, boolean latest, long invoked, long returned, long ov, long cv, String command) {}

    /** A version in the log, in the log's order. */
    record Logged(ItemId item, long ov, long cv, Instant at, Op op, String command) {}

    List<Call> calls() {
        return new ArrayList<>(calls);
    }

    List<Saw> reads() {
        return new ArrayList<>(reads);
    }
}
