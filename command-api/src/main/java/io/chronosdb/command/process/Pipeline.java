package io.chronosdb.command.process;

import io.chronosdb.command.decide.Remembered.Made;
import io.chronosdb.event.Event;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one owner has decided and not yet answered, in order. Answers leave at the front only, so that nobody hears of a
 * decision before the events that it was made against are accepted.
 *
 * <p>An append is accepted without reading back if its offset follows the last one without a gap: then nobody else wrote
 * between, and it continues the chain by construction. A gap or a failed append breaks the pipeline; its owner then
 * reads the log and learns what became of the rest. Shared by the deciding thread and the log's.
 */
final class Pipeline {
    private final DatabasePartition partition;
    private final Runnable spaceFreed;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final List<LoggedEvent> accepted = new ArrayList<>();
    private long expectedOffset;
    private boolean broken;
    private boolean roomAwaited;
    private int outstanding;
    private long bytes;
    private long acceptedBytes;

    /** @param spaceFreed called, on the log's thread, when there is room again or the pipeline broke */
    Pipeline(DatabasePartition partition, Runnable spaceFreed) {
        this.partition = partition;
        this.spaceFreed = spaceFreed;
    }

    /** One decision in order. */
    sealed interface Entry {}

    /** An event under way to the log. */
    static final class Append implements Entry {
        private final Event event;
        private final Hash hash;
        private final int bytes;
        private final List<Made> answer;
        private final Consumer<Position> onAccepted;
        private long offset = -1;

        /** @param answer what whoever asks for the same again is told */
        Append(Event event, Hash hash, int bytes, List<Made> answer, Consumer<Position> onAccepted) {
            this.event = event;
            this.hash = hash;
            this.bytes = bytes;
            this.answer = answer;
            this.onAccepted = onAccepted;
        }

        Hash hash() {
            return hash;
        }

        List<Made> answer() {
            return answer;
        }

        /** How many events of its command there are with this one. */
        int events() {
            return event.link().index() + 1;
        }

        /** Tells whoever waits for this event that it is in the log for good. */
        void accepted(Position position) {
            onAccepted.accept(position);
        }
    }

    /** An answer that must wait its turn: given with the position of the last event before it. */
    record Answer(Consumer<Position> give) implements Entry {}

    /** The answer of an event that is further ahead in this pipeline, to be given again. */
    record Again(Append of, Consumer<Position> onAccepted) implements Entry {}

    /** Begins: the next append is expected to get this offset. */
    synchronized void start(long nextOffset) {
        entries.clear();
        accepted.clear();
        acceptedBytes = 0;
        expectedOffset = nextOffset;
        broken = false;
        bytes = 0;
    }

    synchronized void add(Entry entry) {
        entries.add(entry);
        if (entry instanceof Append append) {
            outstanding++;
            bytes += append.bytes;
        }
        drain();
    }

    void appended(Append append, long offset) {
        boolean freed;
        synchronized (this) {
            append.offset = offset;
            outstanding--;
            freed = drain() && roomAwaited || broken;
            roomAwaited &= !freed;
        }
        if (freed) {
            spaceFreed.run();
        }
    }

    void failed() {
        synchronized (this) {
            outstanding--;
            broken = true;
        }
        spaceFreed.run();
    }

    synchronized boolean broken() {
        return broken;
    }

    /** The front append: the oldest decision that is not answered, whose command is the oldest too. */
    synchronized Optional<Event> oldest() {
        for (Entry entry : entries) {
            if (entry instanceof Append append) {
                return Optional.of(append.event);
            }
        }
        return Optional.empty();
    }

    /** How many appends have neither an offset nor an error yet. */
    synchronized int outstanding() {
        return outstanding;
    }

    synchronized boolean hasRoom(int entriesMax, long bytesMax) {
        roomAwaited = entries.size() >= entriesMax || bytes >= bytesMax;
        return !roomAwaited;
    }

    /** Whether so many events, or so many bytes of them, wait to be taken. */
    synchronized boolean hasAccepted(int events, long eventBytes) {
        return accepted.size() >= events || acceptedBytes >= eventBytes;
    }

    /** The events accepted since the last call, to be folded into the kept state. */
    synchronized List<LoggedEvent> takeAccepted() {
        List<LoggedEvent> taken = List.copyOf(accepted);
        accepted.clear();
        acceptedBytes = 0;
        return taken;
    }

    /** What has not left, front first. Call it once nothing is outstanding. */
    synchronized List<Entry> leftovers() {
        return List.copyOf(entries);
    }

    private boolean drain() {
        boolean freed = false;
        while (!broken && !entries.isEmpty() && leave(entries.peek())) {
            entries.poll();
            freed = true;
        }
        return freed;
    }

    private boolean leave(Entry entry) {
        if (entry instanceof Append append) {
            if (append.offset < 0) {
                return false;
            }
            if (append.offset != expectedOffset) {
                broken = true;
                return false;
            }
            expectedOffset++;
            bytes -= append.bytes;
            acceptedBytes += append.bytes;
            Position position = position(append);
            accepted.add(new LoggedEvent(append.event, append.hash, position));
            append.accepted(position);
        } else if (entry instanceof Answer answer) {
            answer.give()
                    .accept(new Position(partition.database(), partition.number(), Math.max(0, expectedOffset - 1)));
        } else if (entry instanceof Again again) {
            again.onAccepted().accept(position(again.of()));
        }
        return true;
    }

    private Position position(Append append) {
        return new Position(partition.database(), partition.number(), append.offset);
    }
}
