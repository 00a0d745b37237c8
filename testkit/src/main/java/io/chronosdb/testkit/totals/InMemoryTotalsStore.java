package io.chronosdb.testkit.totals;

import io.chronosdb.port.Counts;
import io.chronosdb.port.Period;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Totals in memory. Thread-safe. */
public final class InMemoryTotalsStore implements TotalsStore {
    private final Map<Key, Part> parts = new HashMap<>();

    private record Key(String collection, int partition, Optional<Period> period) {}

    @Override
    public synchronized void store(List<Part> added) {
        for (Part part : added) {
            parts.merge(
                    new Key(part.collection(), part.partition(), part.period()),
                    part,
                    (old, late) -> late.next() > old.next() ? late : old);
        }
    }

    @Override
    public synchronized void replace(Part part) {
        parts.put(new Key(part.collection(), part.partition(), part.period()), part);
    }

    @Override
    public synchronized void parts(Consumer<Part> found) {
        parts.values().forEach(found);
    }

    @Override
    public synchronized void clear() {
        parts.clear();
    }

    @Override
    public synchronized Totals read(String collection) {
        return parts.values().stream()
                .filter(part ->
                        part.collection().equals(collection) && part.period().isEmpty())
                .map(Part::counts)
                .reduce(Counts.NONE, Counts::plus)
                .totals();
    }

    @Override
    public synchronized List<WindowTotals> read(String collection, Window window, LocalDate from, LocalDate to) {
        Map<LocalDate, Counts> sums = new TreeMap<>();
        for (Part part : parts.values()) {
            part.period()
                    .filter(period -> part.collection().equals(collection) && period.window() == window)
                    .map(Period::start)
                    .filter(start -> !start.isBefore(oldest(collection, window))
                            && !start.isBefore(window.startOf(from))
                            && !start.isAfter(to))
                    .ifPresent(start -> sums.merge(start, part.counts(), Counts::plus));
        }
        List<WindowTotals> totals = new ArrayList<>();
        sums.forEach((start, counts) -> totals.add(new WindowTotals(window, start, counts.totals())));
        return totals;
    }

    private LocalDate oldest(String collection, Window window) {
        return parts.values().stream()
                .filter(part -> part.collection().equals(collection))
                .map(part -> part.oldest().getOrDefault(window, FIRST_DAY))
                .max(LocalDate::compareTo)
                .orElse(FIRST_DAY);
    }
}
