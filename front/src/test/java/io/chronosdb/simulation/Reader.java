package io.chronosdb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.SimulatedReader;
import io.chronosdb.address.Route;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.log.ChainReader;
import io.chronosdb.log.EventReader;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process that reads the past, and asks again for what it was answered: versions, items as of a time, lists as of a
 * version of the collection. What it is answered once it must be answered for ever, or be told that there is no answer now.
 */
final class Reader extends Process {
    private static final Read READ = Read.PLAIN.with(Consistency.EVENTUAL).includingDeleted();
    private static final String ABSENT = "absent";

    private final Map<String, ItemCollection> collections;
    private final List<Asked> answered = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();

    /** A question that has an answer for ever, and what of the log the index had when it was given. */
    private record Asked(String question, Supplier<String> ask, int partition, long visible, String answer) {}

    Reader(World world) {
        super(world);
        EventReader events = new EventReader(new ProcessLog(this), Duration.ofSeconds(1));
        collections = Stream.of(World.WHOLE, World.BY_ITEM)
                .collect(Collectors.toMap(
                        collection -> collection,
                        collection -> SimulatedReader.of(
                                new Route(World.DATABASE, collection),
                                world.mongo.readable(),
                                world.totals,
                                world.s3.reader(),
                                events)));
        world.partitions.forEach(partition -> seen.add(new Seen(partition)));
    }

    @Override
    boolean isMortal() {
        return false; // It remembers what it was answered.
    }

    @Override
    void step() {
        if (!answered.isEmpty() && world.fate.below(2) == 0) {
            askAgain(world.fate.oneOf(answered));
        } else {
            ask();
        }
    }

    /** At rest everything has an answer, and the same one as before. */
    void askAllAgain() {
        for (Asked before : answered) {
            assertThat(before.ask().get()).as(before.question()).isEqualTo(before.answer());
        }
    }

    int answers() {
        return answered.size();
    }

    private void askAgain(Asked before) {
        boolean shown = world.mongo.index().visibleUpTo(before.partition()) >= before.visible();
        answer(before.ask()).ifPresent(now -> {
            if (shown || !now.equals(ABSENT) && before.question().startsWith("version")) {
                assertThat(now).as(before.question()).isEqualTo(before.answer());
            }
        });
    }

    /** Nothing where there is no answer now, or the index was deleted while it was read. */
    private Optional<String> answer(Supplier<String> ask) {
        Object index = world.mongo.index();
        try {
            String answer = ask.get();
            return world.mongo.index() == index ? Optional.of(answer) : Optional.empty();
        } catch (ChronosException e) {
            return Optional.empty();
        }
    }

    /** Asks for something that is past for good, as far as the index has come. */
    private void ask() {
        Seen there = world.fate.oneOf(seen);
        there.look();
        if (there.versions.isEmpty()) {
            return;
        }
        Version version = world.fate.oneOf(there.versions);
        String id = version.item().id();
        ItemCollection items = collections.get(version.item().collection());
        switch (world.fate.below(3)) {
            case 0 ->
                ask(
                        "version of " + version.item() + "@" + version.ov(),
                        there,
                        () -> text(items.getVersion(id, version.ov(), READ)));
            case 1 -> {
                // Perhaps between two versions, never behind the last one that the index is sure to have.
                Instant time = version.at().plusNanos(1_000L * (world.fate.below(3) - 1));
                if (!time.isAfter(there.last())) {
                    ask("as of " + time + " " + version.item(), there, () -> text(items.getAsOf(id, time, READ)));
                }
            }
            default -> {
                if (version.item().collection().equals(World.WHOLE)) {
                    Cv cv = version.cv();
                    ask(
                            "list as of cv " + cv,
                            there,
                            () ->
                                    items
                                            .listByMeta(
                                                    items.query()
                                                            .asOf(cv)
                                                            .includeDeleted()
                                                            .query(),
                                                    READ)
                                            .items()
                                            .stream()
                                            .map(Item::toJson)
                                            .map(Object::toString)
                                            .collect(Collectors.joining("\n")));
                }
            }
        }
    }

    private void ask(String question, Seen there, Supplier<String> ask) {
        long visible = there.progress.next();
        answer(ask)
                .ifPresent(answer -> answered.add(new Asked(question, ask, there.partition.number(), visible, answer)));
    }

    private static String text(Optional<Item> item) {
        return item.map(found -> found.toJson().toString()).orElse(ABSENT);
    }

    /** The versions of a partition that the index is sure to have, because it says so. */
    private final class Seen {
        private final DatabasePartition partition;
        private final List<Version> versions = new ArrayList<>();
        private Progress progress = Progress.START;
        private Instant last = Instant.EPOCH;

        Seen(DatabasePartition partition) {
            this.partition = partition;
        }

        void look() {
            long visible = world.mongo.index().visibleUpTo(partition.number());
            if (visible < progress.next()) { // It is being built anew.
                versions.clear();
                progress = Progress.START;
            }
            ChainReader.Run run = ChainReader.read(
                    partition,
                    world.records(world.events(partition.number()), progress.next(), (int) (visible - progress.next())),
                    progress);
            for (LoggedEvent event : run.events()) {
                versions.addAll(event.event().fact().versions());
                last = event.event().at();
            }
            progress = run.after();
        }

        Instant last() {
            return last;
        }
    }
}
