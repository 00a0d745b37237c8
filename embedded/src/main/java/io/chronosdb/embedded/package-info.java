/**
 * Real servers that live and die with this JVM: a Kafka broker ({@link io.chronosdb.embedded.EmbeddedKafka} inside the
 * JVM, {@link io.chronosdb.embedded.KafkaProcess} as a child that can be killed) and a
 * {@link io.chronosdb.embedded.Mongod}. The all-in-one node runs on them, and tests do.
 *
 * <p>Everything listens on 127.0.0.1 without authentication and is never reachable from another machine. Each server
 * has one data directory, can be killed with kill -9 at any moment and started again on the same directory. Child
 * processes run under a guard ({@code GuardedProcess}) that kills them when this JVM is gone, however it went.
 *
 * <p>May not: know anything of Chronos (topics, collections, configuration files), print, or wait without a deadline.
 * Every failure is an {@link io.chronosdb.embedded.EmbeddedServerException}.
 *
 * <p>Start reading at {@code Mongod}, then {@code GuardedProcess}; what the broker is told is in
 * {@code BrokerProperties}; where the mongod executable comes from is in {@code MongodBinary}.
 */
@NullMarked
package io.chronosdb.embedded;

import org.jspecify.annotations.NullMarked;
