/**
 * Chronos beside the bare parts doing the same work, in one run, alternating. Not part of the release.
 *
 * <p>A {@link io.chronosdb.bench.Scenario} names what is measured and its goal; its {@link io.chronosdb.bench.Contest} has two
 * sides, Chronos and the floor: the least code that does the same useful work on the bare client library. Start reading at
 * {@link io.chronosdb.bench.Bench}, go on with {@link io.chronosdb.bench.Scenarios}.
 */
@NullMarked
package io.chronosdb.bench;

import org.jspecify.annotations.NullMarked;
