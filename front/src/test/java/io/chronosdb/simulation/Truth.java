package io.chronosdb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.ItemKey;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.Reply;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.document.Json;
import io.chronosdb.event.Configured;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Version;
import io.chronosdb.log.ChainReader;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import io.chronosdb.testkit.index.InMemoryIndex;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must be true of an installation at rest, whatever happened to it before. */
final class Truth {
    private final World world;
    private final Map<DatabasePartition, List<LoggedEvent>> accepted = new HashMap<>();
    private final List<Version> versions;

    Truth(World world) {
        this.world = world;
        for (DatabasePartition partition : world.partitions) {
            accepted.put(
                    partition,
                    ChainReader.read(partition, world.log.all(world.events(partition.number())), Progress.START)
                            .events());
        }
        versions = world.partitions.stream()
                .flatMap(partition -> accepted.get(partition).stream())
                .flatMap(event -> event.event().fact().versions().stream())
                .toList();
    }

    void check() {
        List<Model> models = world.partitions.stream()
                .map(partition -> Model.of(world, partition.number(), givenUp(partition)))
                .toList();
        theChainIsWhatTheModelDecides(models);
        everyAnswerIsTrue(models);
        versionsAreNumberedWithoutGaps();
        noCommandIsDoubled();
        theIndexHasEveryVersionOnce();
        theArchiveHasEveryVersionOnce();
        totalsAreWhatARecountGives();
    }

    /** The commands that an event says of that they were given up: nobody changes settings here. */
    private Set<Long> givenUp(DatabasePartition partition) {
        return accepted.get(partition).stream()
                .map(LoggedEvent::event)
                .filter(event -> event.fact() instanceof Configured)
                .map(event -> event.link().commandOffset())
                .filter(offset -> offset >= 0)
                .collect(Collectors.toSet());
    }

    long givenUp() {
        return world.partitions.stream()
                .mapToLong(partition -> givenUp(partition).size())
                .sum();
    }

    /** How many records readers have skipped. */
    long skipped() {
        return world.partitions.stream()
                .mapToLong(partition -> world.log.end(world.events(partition.number()))
                        - accepted.get(partition).size())
                .sum();
    }

    int versionCount() {
        return versions.size();
    }

    private void theChainIsWhatTheModelDecides(List<Model> models) {
        for (DatabasePartition partition : world.partitions) {
            List<String> lines = new ArrayList<>();
            for (LoggedEvent event : accepted.get(partition)) {
                for (Version version : event.event().fact().versions()) {
                    lines.add(Model.line(
                            event.event().link().commandOffset(),
                            version.item(),
                            version.ov().value(),
                            version.cv().value(),
                            version.op(),
                            version.at(),
                            version.payload().map(Model::text).orElse(null)));
                }
            }
            assertThat(lines)
                    .as("versions in the log of %s", partition)
                    .isEqualTo(models.get(partition.number()).versions());
        }
    }

    private void everyAnswerIsTrue(List<Model> models) {
        Map<String, Long> places = new HashMap<>();
        accepted.values()
                .forEach(events -> events.forEach(event -> event.event()
                        .fact()
                        .versions()
                        .forEach(version -> places.put(
                                version.item().id() + "@" + version.ov() + " " + version.cv(),
                                event.position().offset()))));
        for (Client.Answered answer : world.client.answers()) {
            Set<String> truths = models.stream()
                    .flatMap(model -> model.answers(answer.correlation()).stream())
                    .collect(Collectors.toSet());
            assertThat(truths).as("answers to %s", answer.correlation()).contains(text(answer.reply()));
            for (Receipt receipt : receipts(answer.reply())) {
                assertThat(places.get(receipt.id() + "@" + receipt.ov() + " " + receipt.cv()))
                        .as("where %s lies", receipt)
                        .isNotNull()
                        .isLessThanOrEqualTo(receipt.position().offset());
            }
        }
    }

    private static List<Receipt> receipts(Reply reply) {
        if (reply instanceof Reply.AcceptedAll all) {
            return all.receipts();
        }
        return reply instanceof Reply.Accepted yes ? List.of(yes.receipt()) : List.of();
    }

    private static String text(Reply reply) {
        if (reply instanceof Reply.Rejected no) {
            return Model.refusal(no.rejection().code());
        }
        if (reply instanceof Reply.Restored restored) {
            return Model.restoration(
                    restored.report().dryRun(),
                    restored.report().planned(),
                    restored.report().done());
        }
        return receipts(reply).stream()
                .map(one -> Model.receipt(one.id(), one.ov().value(), one.cv().value(), one.op(), one.at()))
                .collect(Collectors.joining(" "));
    }

    private void versionsAreNumberedWithoutGaps() {
        Map<ItemKey, Version> last = new HashMap<>();
        long cv = 0;
        for (Version version : versions) {
            Version before = last.put(version.item(), version);
            assertThat(version.ov().value())
                    .as("ov of %s", version.item())
                    .isEqualTo(before == null ? 0 : before.ov().value() + 1);
            if (before != null) {
                assertThat(version.at()).as("time of %s", version.item()).isAfter(before.at());
                assertThat(version.cv()).as("cv of %s", version.item()).isGreaterThan(before.cv());
            }
            if (version.item().collection().equals(World.WHOLE)) {
                assertThat(version.cv().value()).as("cv of %s", version.item()).isEqualTo(cv++);
            }
        }
    }

    /** What was sent once makes its versions once, and so does a command id, or again when it has not counted for long. */
    private void noCommandIsDoubled() {
        Map<String, LoggedEvent> first = new HashMap<>();
        for (DatabasePartition partition : world.partitions) {
            List<LogRecord> commands = world.log.all(world.commands(partition.number()));
            for (LoggedEvent event : accepted.get(partition)) {
                List<Version> made = event.event().fact().versions();
                if (!made.isEmpty()) {
                    LogRecord command = commands.get((int) event.event().link().commandOffset());
                    once("sent as " + command.headers().get(Reply.Address.CORRELATION_HEADER), event, first);
                    boolean single = event.event().fact() instanceof Version;
                    String scope =
                            partition + "/" + (single ? made.get(0).item().collection() : "");
                    made.get(0).provenance().commandId().ifPresent(id -> once(scope + "/" + id, event, first));
                }
            }
        }
    }

    private static void once(String key, LoggedEvent event, Map<String, LoggedEvent> first) {
        LoggedEvent before = first.put(key, event);
        if (before != null
                && before.event().link().commandOffset() != event.event().link().commandOffset()) {
            Instant counts = before.event().at().plus(World.IDS_KEPT);
            assertThat(event.event().at()).as("time of a second event: %s", key).isAfterOrEqualTo(counts);
        }
    }

    private void theIndexHasEveryVersionOnce() {
        InMemoryIndex expected =
                new InMemoryIndex(World.DATABASE, collection -> CollectionMap.EVERYTHING, World.LOCATION);
        accepted.forEach((partition, events) -> expected.project(partition, events, Progress.START, Progress.START));
        for (ItemKey item : items()) {
            assertThat(world.mongo.index().history(item, Optional.empty(), Integer.MAX_VALUE))
                    .as("versions of %s in the index", item)
                    .isEqualTo(expected.history(item, Optional.empty(), Integer.MAX_VALUE));
        }
    }

    private Set<ItemKey> items() {
        return versions.stream().map(Version::item).collect(Collectors.toSet());
    }

    private void theArchiveHasEveryVersionOnce() {
        Set<String> keys = new TreeSet<>();
        for (Version version : versions) {
            if (!world.packed.test(version.item().collection())) {
                String key = World.LOCATION.item(version.item(), version.ov()).key();
                keys.add(key);
                assertThat(world.s3.body(key))
                        .as(key)
                        .hasValueSatisfying(body -> assertThat(body).isEqualTo(ItemDocument.encode(version)));
            }
        }
        thePacksHaveTheOthers();
        assertThat(world.s3.keys())
                .as("objects of items")
                .filteredOn(key -> !key.startsWith(".chronos/"))
                .containsExactlyElementsOf(keys);
    }

    private void thePacksHaveTheOthers() {
        ArchiveReader reader = world.s3.reader();
        accepted.values()
                .forEach(events -> events.forEach(event -> event.event().fact().versions().stream()
                        .filter(version -> world.packed.test(version.item().collection()))
                        .forEach(version -> assertThat(reader.bytes(version.item(), version.ov(), event.position())
                                        .join())
                                .as("%s@%s in a pack", version.item(), version.ov())
                                .hasValueSatisfying(
                                        body -> assertThat(body).isEqualTo(ItemDocument.encode(version))))));
    }

    private void totalsAreWhatARecountGives() {
        for (String collection : List.of(World.WHOLE, World.BY_ITEM)) {
            List<Version> counted = versions.stream()
                    .filter(version -> version.item().collection().equals(collection))
                    .toList();
            assertThat(world.totals.read(collection))
                    .as("totals of %s", collection)
                    .isEqualTo(totals(counted));
            Map<LocalDate, List<Version>> days = counted.stream()
                    .collect(Collectors.groupingBy(version -> LocalDate.ofInstant(version.at(), ZoneOffset.UTC)));
            assertThat(world.totals.read(collection, Window.DAY, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY))
                    .as("daily totals of %s", collection)
                    .containsExactlyInAnyOrderElementsOf(days.entrySet().stream()
                            .map(day -> new WindowTotals(Window.DAY, day.getKey(), totals(day.getValue())))
                            .toList());
        }
    }

    private static Totals totals(List<Version> counted) {
        if (counted.isEmpty()) {
            return Totals.NONE;
        }
        Set<Op> others = EnumSet.complementOf(EnumSet.of(Op.CREATE, Op.DELETE));
        return new Totals(
                counted.stream().filter(version -> version.op() == Op.CREATE).count(),
                counted.stream()
                        .filter(version -> others.contains(version.op()))
                        .count(),
                counted.stream().filter(version -> version.op() == Op.DELETE).count(),
                Map.of(
                        "late",
                        BigDecimal.valueOf(counted.stream()
                                .filter(version -> version.op() != Op.DELETE && n(version) >= 15)
                                .count()),
                        "sum",
                        BigDecimal.valueOf(counted.stream()
                                .filter(version -> version.op() == Op.CREATE)
                                .mapToLong(Truth::n)
                                .sum())));
    }

    private static long n(Version version) {
        return Json.parseObject(version.payload().orElseThrow().json())
                .path("n")
                .longValue();
    }
}
