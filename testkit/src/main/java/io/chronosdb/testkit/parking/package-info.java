/** Parking in memory, and the contract that every {@link io.chronosdb.port.Parking} keeps. */
@NullMarked
package io.chronosdb.testkit.parking;

import org.jspecify.annotations.NullMarked;
