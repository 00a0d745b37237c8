/**
 * The one JSON file, read and checked: every problem at once, each with its path and what was expected. Nobody else
 * knows the file; each role gets a small settings record made from it.
 *
 * <p>Start reading at {@link io.chronosdb.config.ChronosConfig}; {@code ConfigReader} has every key.
 */
@NullMarked
package io.chronosdb.config;

import org.jspecify.annotations.NullMarked;
