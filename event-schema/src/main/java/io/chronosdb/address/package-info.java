/**
 * Where things are: databases, routes, items, topic names, and the routing hash that gives every item its partition.
 * Pure values and functions, part of the public contract: a producer in another language computes the same.
 *
 * <p>Start reading at {@link io.chronosdb.address.Route}.
 */
@NullMarked
package io.chronosdb.address;

import org.jspecify.annotations.NullMarked;
