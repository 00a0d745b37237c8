/**
 * The change feed: what was accepted in a database, every event exactly once and in the log's order per partition, from
 * any point on, as an iterator or as a publisher with back-pressure. It reads the log alone and keeps no state anywhere:
 * where a reader stands is in the token that it gets with every change.
 *
 * <p>Start reading at {@link io.chronosdb.changes.ChangeRequest}; {@link io.chronosdb.changes.ChangeIterator} applies the
 * chain rule.
 */
@NullMarked
package io.chronosdb.changes;

import org.jspecify.annotations.NullMarked;
