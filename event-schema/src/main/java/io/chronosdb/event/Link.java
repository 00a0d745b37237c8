package io.chronosdb.event;

/**
 * An event's place in the chain of its partition, and the command that it answers.
 *
 * @param seq dense along a partition's chain, from 0
 * @param prev the hash of the event before it; {@link Hash#ZERO} for the first
 * @param generation the identity of the commands topic that the offset below is an offset of; a topic deleted and
 *     created again has another
 * @param commandOffset where the command is in its partition of the commands topic; -1 for the first event of a
 *     partition, which answers none
 * @param index which of its command's events it is, from 0
 * @param last whether its command has no further event
 */
public record Link(long seq, Hash prev, String generation, long commandOffset, int index, boolean last) {}
