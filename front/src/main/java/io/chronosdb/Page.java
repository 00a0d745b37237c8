package io.chronosdb;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list.
 *
 * @param next the cursor of the next page, opaque; absent on the last one
 */
public record Page<T>(List<T> items, Optional<String> next) {}
