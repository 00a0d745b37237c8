/**
 * Chronos beside the bare parts doing the same work, in one run, alternating. Not part of the release.
 *
 * <p>Start reading at {@link io.chronosdb.bench.Bench}.
 */
@NullMarked
package io.chronosdb.bench;

import org.jspecify.annotations.NullMarked;
