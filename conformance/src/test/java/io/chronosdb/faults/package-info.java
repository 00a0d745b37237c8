/**
 * What Chronos promises, under faults: real brokers, mongods, S3 and processes of Chronos on loopback, behind proxies that delay, cut and hold
 * connections; a seeded nemesis kills, suspends and disconnects them while clients write and read, and a checker holds what the clients
 * saw to what the log has in the end.
 *
 * <p>Start reading at {@code FaultsTest}, then {@code Checker}.
 */
@NullMarked
package io.chronosdb.faults;

import org.jspecify.annotations.NullMarked;
