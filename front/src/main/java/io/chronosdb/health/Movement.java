package io.chronosdb.health;

import io.chronosdb.port.LogPartition;
import io.chronosdb.port.PartitionStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Remembers from look to look who has moved, and when which end was seen. For one thread. */
final class Movement {
    /** Ends that are remembered for each partition: with one look a second, half a minute of steady writing. */
    private static final int ENDS_MAX = 32;

    private final Map<Key, Trace> traces = new HashMap<>();
    private final Set<Key> seen = new HashSet<>();

    private record Key(String role, LogPartition source) {}

    private record End(long offset, Instant seen) {}

    private static final class Trace {
        private final Deque<End> ends = new ArrayDeque<>();
        private boolean behind;
        private long position = -1;
        private long steps = -1;
        private Instant since = Instant.MIN;
    }

    /** @param end of what it reads, if that could be asked */
    PartitionLook see(String role, PartitionStatus status, OptionalLong end, Instant now) {
        Key key = new Key(role, status.source());
        seen.add(key);
        Trace trace = traces.computeIfAbsent(key, k -> new Trace());
        long position = status.position().orElse(-1);
        boolean behind = position >= 0 && end.isPresent() && position < end.getAsLong();
        if (!trace.behind || position != trace.position || status.steps() != trace.steps) {
            trace.since = now;
        }
        trace.behind = behind;
        trace.position = position;
        trace.steps = status.steps();
        end.ifPresent(offset -> remember(trace, position, offset, now));
        return new PartitionLook(
                role,
                status,
                end,
                behind ? oldest(trace, status.oldest()) : Optional.empty(),
                behind ? Optional.of(trace.since) : Optional.empty());
    }

    private static void remember(Trace trace, long position, long end, Instant now) {
        while (!trace.ends.isEmpty() && trace.ends.getFirst().offset() <= position) {
            trace.ends.removeFirst();
        }
        boolean grown = trace.ends.isEmpty() || trace.ends.getLast().offset() < end;
        if (position >= 0 && position < end && grown && trace.ends.size() < ENDS_MAX) {
            trace.ends.addLast(new End(end, now));
        }
    }

    /** The record's own time if it is known, or when an end behind it was seen first. */
    private static Optional<Instant> oldest(Trace trace, Optional<Instant> known) {
        Optional<Instant> seen = Optional.ofNullable(trace.ends.peekFirst()).map(End::seen);
        return known.isPresent() && seen.isPresent() && seen.get().isBefore(known.get()) ? seen : known.or(() -> seen);
    }

    /** Forgets the partitions that were not seen since the last call: they are others' now. */
    void endOfLook() {
        traces.keySet().retainAll(seen);
        seen.clear();
    }
}
