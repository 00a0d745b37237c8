package io.chronosdb.counters;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Writes events as the owner of a partition does: each one continues the chain of those before it. */
final class ChainWriter {
    private static final long START_MICROS = Times.toMicros(Instant.parse("2026-01-01T00:00:00Z"));

    private Chain chain;
    private Duration passed;

    ChainWriter() {
        this(Chain.START, Duration.ZERO);
    }

    private ChainWriter(Chain chain, Duration passed) {
        this.chain = chain;
        this.passed = passed;
    }

    /** An owner that knows what this one knows, and goes its own way from here. */
    ChainWriter fork() {
        return new ChainWriter(chain, passed);
    }

    /** Lets time pass before the next event; by itself a microsecond does between two. */
    void passes(Duration time) {
        passed = passed.plus(time);
    }

    /** The next event's time. */
    Instant now() {
        return Times.ofMicros(START_MICROS + chain.next()).plus(passed);
    }

    byte[] create(String collection, String id, String document) {
        return version(collection, id, Op.CREATE, Optional.of(document));
    }

    byte[] update(String collection, String id, String document) {
        return version(collection, id, Op.UPDATE, Optional.of(document));
    }

    byte[] delete(String collection, String id) {
        return version(collection, id, Op.DELETE, Optional.empty());
    }

    byte[] configured() {
        return append(new Configured("{}"));
    }

    byte[] version(String collection, String id, Op op, Optional<String> document) {
        return append(version(collection, id, op, document, now()));
    }

    static Version version(String collection, String id, Op op, Optional<String> document, Instant at) {
        return new Version(
                new ItemKey(collection, id),
                Ov.FIRST,
                new Cv(0),
                op,
                at,
                at,
                new Provenance(Optional.of("ada"), Optional.empty(), Optional.empty(), Map.of()),
                document.map(text -> Payload.trusted(text.getBytes(StandardCharsets.UTF_8))));
    }

    private byte[] append(Fact fact) {
        Link link = new Link(chain.next(), chain.last(), "g", chain.next(), 0, true);
        byte[] value = EventCodec.encode(new Event(link, now(), fact));
        chain = chain.advance(Hash.of(value));
        return value;
    }
}
