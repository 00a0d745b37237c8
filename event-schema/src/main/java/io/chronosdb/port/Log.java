package io.chronosdb.port;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Partitioned, append-only topics of records: what the core asks of Kafka. Bytes in, bytes out; what they mean, and
 * which of them count, is decided elsewhere.
 */
public interface Log extends AutoCloseable {
    /** The names of the topics in this log. */
    Topics topics();

    /**
     * Makes the topics of a database if they are not there.
     *
     * @return how many partitions its commands and events have
     * @throws Unavailable if the log cannot be reached within the deadline
     */
    int open(Database database);

    /**
     * The identity of a topic: another one after it was deleted and created again.
     *
     * @throws Unavailable if the log cannot be reached or there is no such topic
     */
    String generation(String topic);

    /** Whether there is such a topic. */
    boolean exists(String topic);

    /** A way to append, with a pipeline of its own. */
    Appender appender();

    /**
     * The offset behind the last record, at the time of the call.
     *
     * @throws Unavailable if the log cannot be reached within the deadline
     */
    long end(LogPartition partition);

    /**
     * The same of many partitions at once. One that cannot be asked, because it is gone for instance, is left out.
     *
     * @throws Unavailable if none of them could be asked within the time
     */
    Map<LogPartition, Long> ends(Collection<LogPartition> partitions, Duration max);

    /**
     * The offset of the first record that is kept, at the time of the call.
     *
     * @throws Unavailable if the log cannot be reached within the deadline
     */
    long begin(LogPartition partition);

    /** A reader of one partition, from an offset on; an offset before the first kept record means that record. */
    default Reader read(LogPartition partition, long from) {
        return read(Map.of(partition, from));
    }

    /**
     * As {@link #read(LogPartition, long)}, for records here and there, with a seek before each: fetches little ahead, and does not have to wait for what comes
     * next in the log before it goes elsewhere.
     */
    default Reader readScattered(LogPartition partition, long from) {
        return read(partition, from);
    }

    /**
     * Looks at one record.
     *
     * @param max how long to wait for it
     * @return nothing if it is not kept, or nothing is delivered there in time
     * @throws Unavailable if the log cannot be reached within the deadline
     */
    default Optional<LogRecord> at(LogPartition partition, long offset, Duration max) {
        try (Reader reader = readScattered(partition, offset)) {
            return reader.poll(max).stream()
                    .filter(record -> record.offset() == offset)
                    .findFirst();
        }
    }

    /** As {@link #read(LogPartition, long)}, of several partitions; their records may come interleaved. */
    Reader read(Map<LogPartition, Long> from);

    /** A reader of the partitions of a group's topics that are this member's at the time. */
    GroupReader join(String group, Topics.Kind kind, Ownership ownership);

    /** A reader of what is appended from now on, to partitions that are added one by one. */
    Tail tail();

    @Override
    void close();

    /** Appends records. Thread-safe. */
    interface Appender extends AutoCloseable {
        /**
         * Appends a record. Records of one partition are appended in the order of the calls, except that one may fail
         * and a later one succeed.
         *
         * @return its offset once it is durable. Completes exceptionally if it failed or if that is not known; within
         *     the log's delivery deadline in any case. Continuations run on the log's own thread and must not block
         */
        CompletableFuture<Long> append(LogPartition partition, NewRecord record);

        /** Gives up what is in flight after a short deadline. */
        @Override
        void close();
    }

    /** Reads some partitions. For one thread. */
    interface Reader extends AutoCloseable {
        /**
         * The next records, each partition's in order of offset, at most a bounded number; none if none came in time.
         *
         * @throws Unavailable if the log cannot be reached; the reader may be used again
         */
        List<LogRecord> poll(Duration max);

        /** Goes on from another offset of one of its partitions; one before the first kept record means that record. */
        void seek(LogPartition partition, long offset);

        /** The offset behind everything that was polled of a partition, and behind what is never delivered there. */
        long position(LogPartition partition);

        @Override
        void close();
    }

    /** Reads the ends of partitions. {@link #poll} is for one thread, the rest thread-safe. */
    interface Tail extends AutoCloseable {
        /** Completes once every record that is appended from then on will be seen. Doing it again changes nothing. */
        CompletableFuture<Void> follow(LogPartition partition);

        /** The next records; none if none came in time. */
        List<LogRecord> poll(Duration max);

        /** Ends a poll that is under way; the next one throws {@link IllegalStateException}. */
        @Override
        void close();
    }

    /** What the owner of a partition leaves to whoever has it next. Outlives the process; one note for each partition of a group. */
    interface Notes {
        /**
         * What was noted last, by whichever member; partitions of which nothing was noted are left out.
         *
         * @throws Unavailable if it is not known within a few seconds
         */
        Map<LogPartition, String> noted(Collection<LogPartition> partitions);

        /**
         * Notes something of an owned partition, in the place of what was noted before. Notes of one member arrive in the order of the
         * calls. A member that does not own the partition any more cannot.
         *
         * @param offset the record that it is about, as others see it who look at the group
         * @param text at most a thousand characters
         * @param max how long to wait until it is noted for good. Zero: it is sent off, which mostly outlives this process, and
         *     whether it arrived is never known
         * @throws Unavailable if it is not known in time whether it is noted; not if the time is zero
         */
        void note(LogPartition partition, long offset, String text, Duration max);
    }

    /** Reads as one member of a group. For one thread, except {@link #wakeup}. */
    interface GroupReader extends Notes, AutoCloseable {
        /** The next records of owned partitions that are not paused. Calls {@link Ownership} from within. */
        List<LogRecord> poll(Duration max);

        /** Ends a poll that is under way, or the next one. Thread-safe. */
        void wakeup();

        void seek(LogPartition partition, long offset);

        void pause(Collection<LogPartition> partitions);

        void resume(Collection<LogPartition> partitions);

        /**
         * The offset behind everything that was polled of an owned partition, and behind what is never delivered there; empty
         * as long as it is not known. Never waits.
         */
        OptionalLong position(LogPartition partition);

        /** Leaves the group, so that others take over at once. */
        @Override
        void close();
    }

    /** Learns which partitions are this member's. Called on the thread that polls. */
    interface Ownership {
        /**
         * They are this member's from now on; where to read on is for it to say, by a seek. None: it has joined its group and
         * has nothing more than before.
         */
        void assigned(Set<LogPartition> partitions);

        /** They are not any more; another member has them or will. */
        void revoked(Set<LogPartition> partitions);
    }
}
