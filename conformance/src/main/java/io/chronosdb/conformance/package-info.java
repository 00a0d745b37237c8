/**
 * What Chronos promises, as a program that holds an installation to it through the public API alone. Each
 * {@link io.chronosdb.conformance.Promise} is a sentence, the rules that it holds, and code that throws where it is broken;
 * {@code docs/conformance.md} has the rules.
 *
 * <p>Not part of the release: nothing depends on it. Start reading at {@link io.chronosdb.conformance.Promises}.
 */
@NullMarked
package io.chronosdb.conformance;

import org.jspecify.annotations.NullMarked;
