/**
 * Whether the copies are what the log says: index, archive and totals are held to the events at one position, document by
 * document and byte by byte, and mended where they differ. The log is the truth, and checks itself by its chain; a copy is never
 * used to change it.
 *
 * <p>Start reading at {@link io.chronosdb.verify.Verification}.
 */
@NullMarked
package io.chronosdb.verify;

import org.jspecify.annotations.NullMarked;
