/**
 * The processor: owns partitions of the commands topics, decides what arrives in order, appends the outcome as the next
 * links of the chain, and answers once the log has them. Written against the ports of the log; several processes share
 * the partitions.
 *
 * <p>Start reading at {@link io.chronosdb.command.process.CommandProcessor}, then {@code PartitionOwner}.
 */
@NullMarked
package io.chronosdb.command.process;

import org.jspecify.annotations.NullMarked;
