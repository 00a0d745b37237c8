/**
 * The one place that knows Kafka's producers and consumers: the log on Kafka, the consume loop that every projection
 * shares with the chain rule in it, and events by position. It does not know what a projection writes where.
 *
 * <p>Start reading at {@link io.chronosdb.log.KafkaLog} and {@link io.chronosdb.log.ProjectionLoop}.
 */
@NullMarked
package io.chronosdb.log;

import org.jspecify.annotations.NullMarked;
