package io.chronosdb.testkit.index;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the accepted events of one partition, as a log would hold them: linked, with increasing times, offsets and cvs.
 * Deterministic. For one thread.
 */
public final class EventChain {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    /** Several partitions of a collection never give the same cv, as a log under item ordering doesn't. */
    private static final int PARTITIONS_MAX = 64;

    private final DatabasePartition partition;
    private final List<LoggedEvent> events = new ArrayList<>();
    private final Map<ItemKey, Version> heads = new HashMap<>();
    private final Map<String, Long> changes = new HashMap<>();
    private Progress end = Progress.START;
    private Instant now = EPOCH;

    public EventChain(DatabasePartition partition) {
        this.partition = partition;
    }

    public DatabasePartition partition() {
        return partition;
    }

    /** Everything so far. */
    public List<LoggedEvent> events() {
        return List.copyOf(events);
    }

    /** Behind everything so far. */
    public Progress end() {
        return end;
    }

    /** The progress behind an event that follows a progress. */
    public static Progress behind(Progress before, LoggedEvent event) {
        return new Progress(event.position().offset() + 1, before.chain().advance(event.hash()));
    }

    /** Lets time pass; an event takes a microsecond at least. */
    public EventChain pause(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** Leaves room for records that a reader skips. */
    public EventChain skip(int records) {
        end = new Progress(end.next() + records, end.chain());
        return this;
    }

    public LoggedEvent create(ItemKey item, String json) {
        return write(item, Op.CREATE, Optional.of(json), Provenance.NONE);
    }

    public LoggedEvent update(ItemKey item, String json) {
        return write(item, Op.UPDATE, Optional.of(json), Provenance.NONE);
    }

    public LoggedEvent delete(ItemKey item) {
        return write(item, Op.DELETE, Optional.empty(), Provenance.NONE);
    }

    /** The item's next version, its first with any {@code op}. */
    public LoggedEvent write(ItemKey item, Op op, Optional<String> json, Provenance provenance) {
        now = now.plusNanos(1_000);
        Version head = heads.get(item);
        long change = changes.merge(item.collection(), 1L, Long::sum) - 1;
        Version version = new Version(
                item,
                head == null ? Ov.FIRST : head.ov().next(),
                new Cv(change * PARTITIONS_MAX + partition.number()),
                op,
                now,
                head == null ? now : head.insertedAt(),
                provenance,
                json.map(text -> Payload.of(text.getBytes(StandardCharsets.UTF_8))));
        heads.put(item, version);
        return append(version);
    }

    public LoggedEvent configure(String settings) {
        now = now.plusNanos(1_000);
        return append(new Configured(settings));
    }

    /** The item's latest version, if it has one. */
    public Optional<Version> head(ItemKey item) {
        return Optional.ofNullable(heads.get(item));
    }

    private LoggedEvent append(Fact fact) {
        Chain chain = end.chain();
        Event event = new Event(new Link(chain.next(), chain.last(), "test", end.next(), 0, true), now, fact);
        LoggedEvent logged = new LoggedEvent(
                event,
                Hash.of(EventCodec.encode(event)),
                new Position(partition.database(), partition.number(), end.next()));
        events.add(logged);
        end = behind(end, logged);
        return logged;
    }
}
