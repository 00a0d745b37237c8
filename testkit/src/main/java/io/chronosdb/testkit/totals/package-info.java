/** What every store of totals keeps, and one in memory. */
@NullMarked
package io.chronosdb.testkit.totals;

import org.jspecify.annotations.NullMarked;
