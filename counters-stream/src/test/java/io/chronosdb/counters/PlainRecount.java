package io.chronosdb.counters;

import io.chronosdb.address.Database;
import io.chronosdb.event.Op;
import io.chronosdb.port.Totals;
import io.chronosdb.port.Window;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Totals as a child would count them: all events in a list, looked through for every question. */
final class PlainRecount {
    private final CounterRetention retention;
    private final List<Counted> events = new ArrayList<>();

    private record Counted(Database database, int partition, String collection, Op op, int n, LocalDate day) {}

    PlainRecount(CounterRetention retention) {
        this.retention = retention;
    }

    void add(Database database, int partition, String collection, Op op, int n, Instant at) {
        events.add(new Counted(database, partition, collection, op, n, LocalDate.ofInstant(at, ZoneOffset.UTC)));
    }

    /** In all time, then by day, week and month. */
    List<String> totals(Database database, String collection) {
        Predicate<Counted> ours =
                e -> e.database().equals(database) && e.collection().equals(collection);
        List<String> lines = new ArrayList<>();
        lines.add("all " + totals(events.stream().filter(ours).toList()));
        for (Window window : Window.values()) {
            LocalDate oldest = oldest(database, collection, window);
            Map<LocalDate, List<Counted>> byStart = new TreeMap<>();
            events.stream()
                    .filter(ours)
                    .filter(e -> !window.startOf(e.day()).isBefore(oldest))
                    .forEach(e -> byStart.computeIfAbsent(window.startOf(e.day()), s -> new ArrayList<>())
                            .add(e));
            byStart.forEach((start, counted) -> lines.add(window + " " + start + " " + totals(counted)));
        }
        return lines;
    }

    /** By the latest day of the partitions in which the collection has anything. */
    private LocalDate oldest(Database database, String collection, Window window) {
        Set<Integer> partitions = new HashSet<>();
        events.stream()
                .filter(e -> e.database().equals(database) && e.collection().equals(collection))
                .forEach(e -> partitions.add(e.partition()));
        LocalDate last = events.stream()
                .filter(e -> e.database().equals(database) && partitions.contains(e.partition()))
                .map(Counted::day)
                .max(LocalDate::compareTo)
                .orElse(LocalDate.EPOCH);
        LocalDate start = window.startOf(last);
        return switch (window) {
            case DAY -> start.minusDays(retention.days() - 1L);
            case WEEK -> start.minusWeeks(retention.weeks() - 1L);
            case MONTH -> start.minusMonths(retention.months() - 1L);
        };
    }

    private static Totals totals(List<Counted> events) {
        if (events.isEmpty()) {
            return Totals.NONE;
        }
        BigDecimal sum = events.stream()
                .filter(e -> e.op() == Op.CREATE)
                .map(e -> new BigDecimal(e.n() + ".25"))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        Map<String, BigDecimal> rules = Map.of(
                "big", count(events, e -> e.op() != Op.DELETE && e.n() >= 50),
                "hidden", BigDecimal.ZERO,
                "even", count(events, e -> updates(e.op()) && e.n() % 2 == 0),
                "sum", sum,
                "unique",
                        BigDecimal.valueOf(events.stream()
                                .filter(e -> e.op() != Op.DELETE)
                                .map(Counted::n)
                                .distinct()
                                .count()));
        return new Totals(
                count(events, e -> e.op() == Op.CREATE).longValue(),
                count(events, e -> updates(e.op())).longValue(),
                count(events, e -> e.op() == Op.DELETE).longValue(),
                rules);
    }

    private static boolean updates(Op op) {
        return op != Op.CREATE && op != Op.DELETE;
    }

    private static BigDecimal count(List<Counted> events, Predicate<Counted> which) {
        return BigDecimal.valueOf(events.stream().filter(which).count());
    }
}
