/**
 * JSON documents: strict parsing, indexed properties, filters, and the layout of {@code item.json}. No I/O.
 * Payload bytes are never re-serialised on their way through here.
 */
@NullMarked
package io.chronosdb.document;

import org.jspecify.annotations.NullMarked;
