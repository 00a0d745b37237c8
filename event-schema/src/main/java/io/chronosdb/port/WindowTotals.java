package io.chronosdb.port;

import java.time.LocalDate;

/**
 * What was counted in a collection in one day, week or month.
 *
 * @param start the window's first day
 */
public record WindowTotals(Window window, LocalDate start, Totals totals) {}
