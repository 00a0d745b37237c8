package io.chronosdb.event;

import java.time.Instant;

/**
 * What the log holds: a fact, when it became one, and its link to the event before it. Immutable, and the same bytes
 * whoever encodes it.
 *
 * @param at microseconds, increasing along a partition's chain
 */
public record Event(Link link, Instant at, Fact fact) {}
