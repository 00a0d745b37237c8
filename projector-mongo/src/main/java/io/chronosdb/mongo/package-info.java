/**
 * The read index in MongoDB: the projector that writes it from events, the queries over it, the totals, and the rebuild.
 *
 * <p>Per collection of ours there are {@code <c>_head} (the latest version of every item), {@code <c>_ver} (every version)
 * and {@code <c>_counter} (the highest cv seen); {@code chronos_progress} says how far the projection is. Everything in
 * them comes from the log and can be dropped and rebuilt.
 *
 * <p>Writes are joins: versions are inserted once, a head is replaced by a later one only, progress moves by
 * compare-and-set. Whatever is repeated, replayed from earlier or written late by a process that was replaced changes
 * nothing. They are acknowledged by a majority's journals, and the progress is written behind its effects.
 *
 * <p>May not: decide anything, read documents from anywhere but the events, know Kafka or the archive's technology, or
 * pass anything of a caller's filter through to the server.
 *
 * <p>Start reading at {@link io.chronosdb.mongo.MongoProjector}, then {@code BatchWriter} for what is written and in which
 * order, and {@link io.chronosdb.mongo.MongoIndex} for the reads.
 */
@NullMarked
package io.chronosdb.mongo;

import org.jspecify.annotations.NullMarked;
