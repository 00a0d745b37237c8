package io.chronosdb.changes;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Position;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.event.Version;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Hands over changes one by one: every accepted event once, each partition's in the log's order. It buffers no more than
 * what one poll of the log gives (2,000 events or 32 MiB, or one larger event), and reads on when that is used up.
 *
 * <p>For one thread, except {@link #close()}.
 */
public final class ChangeIterator implements Iterator<Change>, AutoCloseable {
    /** So long a close waits at most for a poll that is under way. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private static final long NO_END = Long.MAX_VALUE;

    private final Log log;
    private final Database database;
    private final Function<Event, List<Version>> versions;
    private final Optional<String> collection;
    private final ResumeToken begin;
    private final Point[] points;
    private final long[] examined;
    private final long[] ends;
    private final Log.Reader reader;
    private final Deque<Change> ready = new ArrayDeque<>();
    private Iterator<LogRecord> records = Collections.emptyIterator();
    private ResumeToken given;
    private volatile boolean closed;

    /**
     * @param versions what an event brings
     * @param collection only this one's changes, if given
     * @param untilNow whether to end at what is the end of the log now
     */
    ChangeIterator(
            ChangeSource source,
            Function<Event, List<Version>> versions,
            Database database,
            Optional<String> collection,
            From from,
            boolean untilNow) {
        this.log = source.log();
        this.database = database;
        this.versions = versions;
        this.collection = collection;
        this.begin = new Opening(source, database).begin(from);
        this.given = begin;
        this.points = begin.points().toArray(Point[]::new);
        this.examined = begin.points().stream().mapToLong(Point::next).toArray();
        this.ends = new long[points.length];
        Map<LogPartition, Long> starts = new HashMap<>();
        for (int p = 0; p < points.length; p++) {
            ends[p] = untilNow ? log.end(partition(p)) : NO_END;
            starts.put(partition(p), examined[p]);
        }
        this.reader = log.read(starts);
    }

    private LogPartition partition(int number) {
        return Opening.events(log, database, number);
    }

    /**
     * The next change.
     *
     * @param max how long to wait for it
     * @return nothing if none came in time, or none will come any more: {@link #ended()}
     * @throws Unavailable if the log cannot be read; calling again goes on
     * @throws Invalid if the log has dropped what comes next
     */
    public Optional<Change> poll(Duration max) {
        long giveUp = System.nanoTime() + max.toNanos();
        while (true) {
            long left = Math.max(0, giveUp - System.nanoTime());
            Optional<Change> next = step(Duration.ofNanos(Math.min(left, SLICE.toNanos())));
            if (next.isPresent() || left == 0 || ended()) {
                return next;
            }
        }
    }

    private synchronized Optional<Change> step(Duration max) {
        if (fill(max)) {
            Change next = ready.remove();
            given = next.resume();
            return Optional.of(next);
        }
        return Optional.empty();
    }

    /** Sees to it that there is a change to hand over, if one comes in time. */
    private synchronized boolean fill(Duration max) {
        if (ready.isEmpty() && !records.hasNext() && !ended()) {
            records = reader.poll(max).iterator();
        }
        while (!closed && ready.isEmpty() && records.hasNext()) {
            take(records.next());
        }
        return !closed && !ready.isEmpty();
    }

    private void take(LogRecord record) {
        int p = record.partition().number();
        if (record.offset() >= ends[p]) {
            return;
        }
        if (record.offset() > examined[p]) {
            Opening.requireKept(log, record.partition(), examined[p]);
        }
        examined[p] = record.offset() + 1;
        decode(record).filter(points[p].chain()::accepts).ifPresent(event -> take(p, record, event));
    }

    private void take(int p, LogRecord record, Event event) {
        Point before = points[p];
        Point behind = before.behind(record.offset(), Hash.of(record.value()));
        List<Version> made = versions.apply(event);
        given = now();
        for (int i = before.taken(); i < made.size(); i++) {
            points[p] = i == made.size() - 1 ? behind : before.within(i + 1);
            if (wanted(made.get(i))) {
                ready.add(Change.of(made.get(i), new Position(database, p, record.offset()), now()));
            }
        }
        points[p] = behind;
    }

    private boolean wanted(Version version) {
        return !version.at().isBefore(begin.since())
                && (collection.isEmpty()
                        || collection.get().equals(version.item().collection()));
    }

    private static Optional<Event> decode(LogRecord record) {
        try {
            return Optional.of(EventCodec.decode(record.value()));
        } catch (MalformedRecord e) {
            return Optional.empty(); // It continues no chain.
        }
    }

    private ResumeToken now() {
        return new ResumeToken(database, List.of(points), begin.since());
    }

    /** Goes on behind everything that was handed over so far, and what lay between and was not wanted. */
    public synchronized ResumeToken token() {
        return ready.isEmpty() ? now() : given;
    }

    /** Whether no change will come any more: closed, or everything read that was there when it was opened. */
    public synchronized boolean ended() {
        if (closed) {
            return true;
        }
        if (!ready.isEmpty() || records.hasNext()) {
            return false;
        }
        for (int p = 0; p < points.length; p++) {
            if (ends[p] == NO_END || reader.position(partition(p)) < ends[p]) {
                return false;
            }
        }
        return true;
    }

    /** Waits until there is a change, or none will come any more. Without an end to read to, that may be for ever. */
    @Override
    public boolean hasNext() {
        while (!fill(SLICE)) {
            if (ended()) {
                return false;
            }
        }
        return true;
    }

    /** @throws NoSuchElementException if none will come any more */
    @Override
    public Change next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the feed has ended");
        }
        return step(Duration.ZERO).orElseThrow(() -> new NoSuchElementException("the feed was closed"));
    }

    /** Ends what is waiting for a change. Doing it again changes nothing. Thread-safe. */
    @Override
    public void close() {
        boolean first = !closed;
        closed = true;
        synchronized (this) {
            if (first) {
                reader.close();
            }
        }
    }
}
