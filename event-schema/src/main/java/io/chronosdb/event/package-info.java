/**
 * What happened: the immutable, versioned events of the log, the chain that links them, and their Avro codec.
 * No I/O. Start reading at {@link io.chronosdb.event.Event}, then {@link io.chronosdb.event.Chain}.
 */
@NullMarked
package io.chronosdb.event;

import org.jspecify.annotations.NullMarked;
