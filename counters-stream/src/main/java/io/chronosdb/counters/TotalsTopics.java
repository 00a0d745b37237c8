package io.chronosdb.counters;

/** Which totals topics there are: totals of a database without one have to wait, and must hold up nobody else's. */
interface TotalsTopics {
    /** @param nowMs the time, for asking again after a while */
    boolean exists(String topic, long nowMs);

    /** Called when a task starts, or starts again after a failure: which may be that a topic was deleted. */
    void forget();
}
