/**
 * The heart: what a command does, as two pure functions, {@code decide} and {@code evolve} (the Decider pattern, Jérémie
 * Chassaing). No I/O, no clock, no randomness, no logger: the same state and command give the same decision in every
 * process and every year, which is what makes the log's chain work.
 *
 * <p>Start reading at {@link io.chronosdb.command.decide.Decider}.
 */
@NullMarked
package io.chronosdb.command.decide;

import org.jspecify.annotations.NullMarked;
