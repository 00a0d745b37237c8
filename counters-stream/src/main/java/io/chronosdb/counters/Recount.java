package io.chronosdb.counters;

import io.chronosdb.address.Database;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Period;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore.Part;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Counts a log again, by the rule of the counters and without their state, to hold stored totals to it. Memory is that of the
 * totals, not of the log. For one thread.
 */
public final class Recount {
    private final Database database;
    private final Tally tally;
    private final CountersSettings.Maps maps;
    private final CounterRetention retention;
    private final Map<Key, Part> parts = new HashMap<>();
    private final Map<Key, Part> stored = new HashMap<>();
    private final Set<Key> compared = new HashSet<>();
    private final Map<Integer, Day> days = new HashMap<>();
    private final Consumer<Finding> findings;

    private record Key(String collection, int partition, Optional<Period> period) {
        static Key of(Part part) {
            return new Key(part.collection(), part.partition(), part.period());
        }

        Part nothing() {
            return new Part(collection, partition, period, 0, Counts.NONE, Map.of());
        }
    }

    /**
     * A part of the totals that is not what was counted again.
     *
     * @param has what is stored; absent: nothing is
     * @param should what was counted, up to the same place in the log
     */
    public record Finding(Optional<Part> has, Part should) {}

    /**
     * @param settings the rules and maps; nothing is asked of its servers
     * @param stored the totals to compare with, of events that are all counted again
     * @param findings told of every difference
     */
    public Recount(
            Database database,
            List<CounterRule> rules,
            CountersSettings.Maps maps,
            CounterRetention retention,
            List<Part> stored,
            Consumer<Finding> findings) {
        this.database = database;
        this.tally = new Tally(rules);
        this.maps = maps;
        this.retention = retention;
        this.findings = findings;
        stored.forEach(part -> this.stored.put(Key.of(part), part));
    }

    /** A batch of the log, in its partition's order. */
    public void add(List<LoggedEvent> events) {
        for (LoggedEvent event : events) {
            for (Version version : event.event().fact().versions()) {
                add(event, version);
            }
        }
    }

    private void add(LoggedEvent event, Version version) {
        String collection = version.item().collection();
        int partition = event.position().partition();
        long next = event.position().offset() + 1;
        Day day = day(partition, LocalDate.ofInstant(version.at(), ZoneOffset.UTC));
        Counts one = tally.of(version, maps.map(database, collection));
        Key allTime = new Key(collection, partition, Optional.empty());
        put(allTime, Part.allTime(collection, partition, next, sum(allTime, one, next), day.oldest()));
        for (Period period : day.periods()) {
            Key key = new Key(collection, partition, Optional.of(period));
            put(key, Part.in(period, collection, partition, next, sum(key, one, next)));
        }
    }

    /** Compares what there is before anything is added that the stored one does not reflect. */
    private Counts sum(Key key, Counts one, long next) {
        Part before = parts.get(key);
        Part has = stored.get(key);
        if (has != null && has.next() < next) {
            compare(key, before == null ? key.nothing() : before);
        }
        return Tally.plus(before == null ? Counts.NONE : before.counts(), one);
    }

    private void put(Key key, Part part) {
        parts.put(key, part);
    }

    private Day day(int partition, LocalDate date) {
        Day known = days.get(partition);
        if (known == null || !known.date().equals(date)) {
            known = Day.of(date, retention);
            days.put(partition, known);
        }
        return known;
    }

    private void compare(Key key, Part should) {
        Part has = stored.remove(key);
        compared.add(key);
        if (has != null && !same(has.counts(), should.counts())) {
            findings.accept(new Finding(Optional.of(has), should));
        }
    }

    private static boolean same(Counts a, Counts b) {
        return a.created() == b.created()
                && a.updated() == b.updated()
                && a.deleted() == b.deleted()
                && contains(a.totals(), b.totals())
                && contains(b.totals(), a.totals());
    }

    /** A rule that has measured nothing may be there or not. */
    private static boolean contains(Totals a, Totals b) {
        return b.rules().entrySet().stream()
                .allMatch(rule -> a.rule(rule.getKey()).compareTo(rule.getValue()) == 0);
    }

    /**
     * Compares what was not compared on the way.
     *
     * @return how many parts there are
     */
    public long end() {
        List.copyOf(stored.keySet()).forEach(key -> compare(key, parts.getOrDefault(key, key.nothing())));
        parts.forEach((key, should) -> {
            if (!compared.contains(key) && isKept(should)) {
                findings.accept(new Finding(Optional.empty(), should));
            }
        });
        return parts.size();
    }

    /** Whether a window is one that is still kept. */
    private boolean isKept(Part part) {
        if (part.period().isEmpty()) {
            return true;
        }
        Period period = part.period().get();
        LocalDate oldest =
                Objects.requireNonNull(days.get(part.partition())).oldest().get(period.window());
        return oldest == null || !period.start().isBefore(oldest);
    }
}
