package io.chronosdb.counters;

/** Which totals topics there are: totals of a database without one have to wait, and must hold up nobody else's. */
@FunctionalInterface
interface TotalsTopics {
    /** @param nowMs the time, for asking again after a while */
    boolean exists(String topic, long nowMs);
}
