/**
 * What the core asks of the outside, and adapters implement: the log, the index, the archive, projections.
 * Every port has one contract suite in the testkit, which every adapter runs.
 */
@NullMarked
package io.chronosdb.port;

import org.jspecify.annotations.NullMarked;
