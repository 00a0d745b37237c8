/**
 * Wiring: the stores that a configuration names, the roles that a process runs, and the embedded parts of
 * {@code chronos up} with nothing configured.
 */
@NullMarked
package io.chronosdb.node;

import org.jspecify.annotations.NullMarked;
