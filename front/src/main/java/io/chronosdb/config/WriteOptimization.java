package io.chronosdb.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How projections gather what they write.
 *
 * @param batchEventsMax events per batch of projector and archiver
 * @param gather how long events are gathered for a batch, and counts for a commit; absent: each role's own default
 * @param compress whether the archive stores payloads as gzip
 */
public record WriteOptimization(int batchEventsMax, Optional<Duration> gather, boolean compress) {
    static final int BATCH_MAX = 10_000;

    /** Readers wait for the projector: a third of their patience. */
    static final Duration GATHER_MAX = Duration.ofSeconds(5);

    static final WriteOptimization DEFAULT = new WriteOptimization(1_000, Optional.empty(), false);
}
