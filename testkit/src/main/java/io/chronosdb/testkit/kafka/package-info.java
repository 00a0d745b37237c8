/** A real Kafka for tests: one broker per test JVM, shared, since a start costs seconds. */
@NullMarked
package io.chronosdb.testkit.kafka;

import org.jspecify.annotations.NullMarked;
