package io.chronosdb.event;

/**
 * An event that continues its chain, and where it is.
 *
 * @param hash of its encoded bytes: what the next event's {@code prev} is
 */
public record LoggedEvent(Event event, Hash hash, Position position) {}
