/**
 * For tests of what reads or writes the index: an {@link io.chronosdb.testkit.index.InMemoryIndex}, the contract that every
 * index keeps, generators of events, documents and filters, and a real MongoDB.
 *
 * <p>Start reading at {@link io.chronosdb.testkit.index.IndexContract}.
 */
@NullMarked
package io.chronosdb.testkit.index;

import org.jspecify.annotations.NullMarked;
