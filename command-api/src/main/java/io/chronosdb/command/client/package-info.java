/**
 * Where a write starts: submits commands, waits for their receipts, and repeats what got no answer under the same
 * command id.
 */
@NullMarked
package io.chronosdb.command.client;

import org.jspecify.annotations.NullMarked;
