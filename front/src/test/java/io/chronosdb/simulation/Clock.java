package io.chronosdb.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Virtual time: that of the brokers, which may be set back, and that of pauses, which may not. */
final class Clock implements InstantSource {
    private long nanos;
    private long brokerMicros = 1_700_000_000_000_000L;

    void pass(long micros) {
        nanos += micros * 1_000;
        brokerMicros += micros;
    }

    void setBack(Duration by) {
        brokerMicros -= by.toNanos() / 1_000;
    }

    long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(brokerMicros * 1_000);
    }
}
