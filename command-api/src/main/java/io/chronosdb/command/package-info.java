/**
 * The write side's nouns: commands, receipts, replies, and their encodings. A write walks from
 * {@link io.chronosdb.command.client} over the commands topic to {@link io.chronosdb.command.process}, which decides it
 * by {@link io.chronosdb.command.decide} against {@link io.chronosdb.command.state} and appends the outcome.
 */
@NullMarked
package io.chronosdb.command;

import org.jspecify.annotations.NullMarked;
