package io.chronosdb.changes;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.log.EventReader;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds out where a feed begins, and that the log has what follows. */
final class Opening {
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);

    private final ChangeSource source;
    private final Log log;
    private final Database database;
    private final int partitions;

    Opening(ChangeSource source, Database database) {
        this.source = source;
        this.log = source.log();
        this.database = database;
        this.partitions = log.open(database);
    }

    static LogPartition events(Log log, Database database, int partition) {
        return new LogPartition(log.topics().events(database), partition);
    }

    /** @throws Invalid if the token is none of this log, or the log has dropped what follows */
    ResumeToken begin(From from) {
        ResumeToken begin = from.match(new From.Cases<>() {
            @Override
            public ResumeToken beginning() {
                return token(starts(), ResumeToken.ALWAYS);
            }

            @Override
            public ResumeToken end() {
                return token(ends(), ResumeToken.ALWAYS);
            }

            @Override
            public ResumeToken time(Instant time) {
                return token(starts(), time.isBefore(ResumeToken.ALWAYS) ? ResumeToken.ALWAYS : time);
            }

            @Override
            public ResumeToken token(String text) {
                return checked(ResumeToken.parse(database, partitions, text));
            }

            private ResumeToken token(List<Point> points, Instant since) {
                return new ResumeToken(database, points, since);
            }
        });
        for (int p = 0; p < partitions; p++) {
            requireKept(log, events(p), begin.points().get(p).next());
        }
        return begin;
    }

    /** @throws Invalid if records from an offset on are not in the log any more */
    static void requireKept(Log log, LogPartition partition, long next) {
        long begin = log.begin(partition);
        if (begin > next) {
            throw new Invalid("the log has dropped events that this feed has not seen: partition=" + partition
                    + " wanted=" + next + " first=" + begin
                    + "; nothing but a read of the whole database brings a reader up to date");
        }
    }

    private List<Point> starts() {
        return Collections.nCopies(partitions, Point.START);
    }

    private LogPartition events(int partition) {
        return events(log, database, partition);
    }

    private ResumeToken checked(ResumeToken token) {
        List<Integer> elsewhere = notInLog(token.points());
        if (!elsewhere.isEmpty()) {
            throw new Invalid("the token does not fit this log, which may have been deleted and made again: partitions="
                    + elsewhere);
        }
        return token;
    }

    private List<Point> ends() {
        List<Long> ends = new ArrayList<>();
        List<Point> near = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            ends.add(log.end(events(p)));
            Progress indexed = source.indexed().apply(new DatabasePartition(database, p));
            Point hint = new Point(indexed.next(), indexed.chain(), 0);
            near.add(hint.possible() && log.begin(events(p)) < hint.next() ? hint : Point.START);
        }
        notInLog(near).forEach(p -> near.set(p, Point.START));
        List<Point> points = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            points.add(follow(p, near.get(p), ends.get(p)));
        }
        return Collections.unmodifiableList(points);
    }

    /** Behind the last accepted event before an offset. */
    private Point follow(int partition, Point near, long end) {
        requireKept(log, events(partition), near.next());
        Point[] last = {near};
        new EventReader(log, DEADLINE)
                .replay(
                        new DatabasePartition(database, partition),
                        new Progress(near.next(), near.chain()),
                        end,
                        batch -> {
                            for (LoggedEvent event : batch) {
                                last[0] = last[0].behind(event.position().offset(), event.hash());
                            }
                        });
        return last[0];
    }

    /**
     * The partitions whose point is not right behind the event whose hash it has. A point whose event is dropped, with
     * everything that follows still there, counts as right: the chain will show.
     */
    private List<Integer> notInLog(List<Point> points) {
        Map<LogPartition, Long> wanted = new HashMap<>();
        List<Integer> wrong = new ArrayList<>();
        for (int p = 0; p < points.size(); p++) {
            long next = points.get(p).next();
            if (next > log.end(events(p))) {
                wrong.add(p);
            } else if (next > 0 && log.begin(events(p)) < next) {
                wanted.put(events(p), next - 1);
            }
        }
        firstOfEach(wanted).forEach((partition, record) -> {
            if (!isBehind(points.get(partition.number()), record)) {
                wrong.add(partition.number());
            }
        });
        return wrong;
    }

    private static boolean isBehind(Point point, LogRecord record) {
        try {
            return record.offset() == point.next() - 1
                    && Hash.of(record.value()).equals(point.chain().last())
                    && EventCodec.decode(record.value()).link().seq()
                            == point.chain().next() - 1;
        } catch (MalformedRecord e) {
            return false;
        }
    }

    private Map<LogPartition, LogRecord> firstOfEach(Map<LogPartition, Long> wanted) {
        Map<LogPartition, LogRecord> first = new HashMap<>();
        if (wanted.isEmpty()) {
            return first;
        }
        long giveUp = System.nanoTime() + DEADLINE.toNanos();
        try (Log.Reader reader = log.read(wanted)) {
            while (first.size() < wanted.size()) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new Unavailable("kafka", "no events came in time", null);
                }
                reader.poll(POLL).forEach(record -> first.putIfAbsent(record.partition(), record));
            }
        }
        return first;
    }
}
