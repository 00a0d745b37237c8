/**
 * Totals and rule counters: a Kafka Streams topology that follows the chain of every events topic, counts the accepted
 * events, in all time and by day, week and month, and announces absolute totals on each database's totals topic. It
 * decides nothing and writes nowhere else.
 *
 * <p>Start reading at {@link io.chronosdb.counters.CountersStream}; what is counted is in {@link
 * io.chronosdb.counters.Tally}, which records count in {@link io.chronosdb.counters.Step}.
 */
@NullMarked
package io.chronosdb.counters;

import org.jspecify.annotations.NullMarked;
