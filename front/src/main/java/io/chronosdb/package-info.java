/**
 * The front door: {@link io.chronosdb.Chronos} opens a configuration, {@link io.chronosdb.ItemCollection} reads and
 * writes the items of one collection of one database. Everything a user of the library calls is here.
 */
@NullMarked
package io.chronosdb;

import org.jspecify.annotations.NullMarked;
