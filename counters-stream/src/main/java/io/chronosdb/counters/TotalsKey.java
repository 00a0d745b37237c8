package io.chronosdb.counters;

import io.chronosdb.address.Database;

/**
 * Where totals are announced.
 *
 * @param database its totals topic gets the record
 * @param text the record's key, {@link TotalsRecord#key}
 */
record TotalsKey(Database database, String text) {}
