package io.chronosdb.counters;

import io.chronosdb.address.Topics;
import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.RoleStatus;
import io.chronosdb.port.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the accepted events of all databases, also of those that are added while it runs, and announces absolute totals
 * on their totals topics: each event once, whatever crashes, within about two commit intervals. More processes share the
 * partitions.
 *
 * <p>It starts and runs while there is no database yet, and while the brokers are away. What it does not do: create the
 * totals topics. Totals of a database without one are announced once it is there.
 */
public final class CountersStream implements Watched, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CountersStream.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);
    private static final Duration ADMIN_CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final long LOOK_SECONDS_MAX = 3;

    private final CountersSettings settings;
    private final Admin admin;
    private final ChangelogPartitions changelogs;
    private final KafkaStreams streams;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable String problem;
    private volatile Optional<String> cause = Optional.empty();
    private volatile RoleStatus standing = RoleStatus.joining(Instant.now(), Optional.empty());

    /** How it is. */
    public enum State {
        /** Made but not started. */
        NEW,
        /** Taking over partitions: at the start, and whenever a process or a database comes or goes. */
        STARTING,
        /** Counting. */
        RUNNING,
        /** Given up; only a new one counts again. */
        FAILED,
        /** Closed. */
        STOPPED
    }

    /**
     * How it is, and why it was not well.
     *
     * @param problem what last failed, if anything has since the start; it may be over
     */
    public record Health(State state, Optional<String> problem) {}

    /** @throws org.apache.kafka.common.KafkaException if the settings are none that a client can be made of */
    public CountersStream(CountersSettings settings) {
        this.settings = settings;
        this.admin = Admin.create(settings.adminProperties());
        this.changelogs = new ChangelogPartitions(settings, admin);
        try {
            this.streams = new KafkaStreams(
                    CountersTopology.of(settings, new KafkaTotalsTopics(admin)), settings.streamsProperties());
        } catch (RuntimeException e) {
            admin.close(ADMIN_CLOSE_LIMIT);
            throw e;
        }
        streams.setStateListener((now, before) -> standing = now == KafkaStreams.State.RUNNING
                ? RoleStatus.joined(Instant.now())
                : RoleStatus.joining(Instant.now(), cause));
        streams.setUncaughtExceptionHandler((StreamsUncaughtExceptionHandler) this::failed);
    }

    /**
     * Begins to count and returns at once; {@link #health()} tells how it goes. Once only.
     *
     * @throws org.apache.kafka.streams.errors.StreamsException if another process uses the state directory
     */
    public void start() {
        streams.start();
    }

    public Health health() {
        State state = switch (streams.state()) {
            case CREATED -> State.NEW;
            case REBALANCING -> State.STARTING;
            case RUNNING -> State.RUNNING;
            case PENDING_ERROR, ERROR -> State.FAILED;
            case PENDING_SHUTDOWN, NOT_RUNNING -> State.STOPPED;
        };
        return new Health(state, Optional.ofNullable(problem));
    }

    @Override
    public String role() {
        return "counters";
    }

    @Override
    public boolean alive() {
        State state = health().state();
        return state != State.FAILED && state != State.STOPPED;
    }

    /** Asks the brokers how far it is, and waits for them for {@value #LOOK_SECONDS_MAX} s at most. */
    @Override
    public RoleStatus status() {
        RoleStatus now = standing;
        Condition condition = new Condition(
                now.member() ? Condition.State.FOLLOWING : Condition.State.STARTING, now.since(), now.cause());
        Set<TopicPartition> own = streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .collect(Collectors.toSet());
        if (own.isEmpty()) {
            return now;
        }
        Optional<Map<TopicPartition, OffsetAndMetadata>> committed = committed();
        List<PartitionStatus> partitions = new ArrayList<>();
        for (TopicPartition partition : own) {
            settings.topics()
                    .database(partition.topic(), Topics.Kind.EVENTS)
                    .ifPresent(database -> partitions.add(new PartitionStatus(
                            new DatabasePartition(database, partition.partition()),
                            new LogPartition(partition.topic(), partition.partition()),
                            committed
                                    .map(all -> OptionalLong.of(position(all.get(partition))))
                                    .orElse(OptionalLong.empty()),
                            0,
                            condition,
                            0,
                            Optional.empty())));
        }
        return now.with(partitions);
    }

    /** Nothing committed: nothing counted. */
    private static long position(@Nullable OffsetAndMetadata committed) {
        return committed == null ? 0 : committed.offset();
    }

    private Optional<Map<TopicPartition, OffsetAndMetadata>> committed() {
        try {
            return Optional.of(admin.listConsumerGroupOffsets(settings.applicationId())
                    .partitionsToOffsetAndMetadata()
                    .get(LOOK_SECONDS_MAX, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("how far the counters are is not known, cause={}", e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * Commits what is counted and leaves, so that another process takes over at once. Takes at most 22 s; what could not
     * be committed by then is counted by the next one.
     */
    @Override
    public void close() {
        closing.countDown();
        boolean closed = streams.close(
                CloseOptions.timeout(CLOSE_LIMIT).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        if (!closed) {
            LOG.warn("counters did not stop in time, limitMs={}", CLOSE_LIMIT.toMillis());
        }
        admin.close(ADMIN_CLOSE_LIMIT);
    }

    /** On the thread that failed: another one continues from the last commit. */
    private StreamThreadExceptionResponse failed(Throwable failure) {
        problem = failure.toString();
        cause = Optional.of(Condition.kind(failure));
        LOG.warn("counting failed, goes on from the last commit", failure);
        try {
            if (!widened()) {
                // A failure that comes again at once must not keep a processor busy.
                closing.await(RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private boolean widened() throws InterruptedException {
        try {
            return changelogs.widen() > 0;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("could not look after the changelog topics, cause={}", e.toString());
            return false;
        }
    }
}
