/**
 * The log in memory, with a network that a test can hold, lose and reorder, and the contract that every log keeps.
 */
@NullMarked
package io.chronosdb.testkit.log;

import org.jspecify.annotations.NullMarked;
