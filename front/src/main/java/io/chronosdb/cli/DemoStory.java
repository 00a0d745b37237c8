package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.HistoryEntry;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult;
import io.chronosdb.node.Rebuilder;
import io.chronosdb.node.Stores;
import io.chronosdb.port.Totals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The steps of the demo: each says what it does, does it, and checks the outcome against the data itself. */
final class DemoStory implements AutoCloseable {
    private static final Database DATABASE = Route.domain(DatabaseType.KNOWLEDGE, "demo");
    private static final String LISBON = "Europe:Lisbon";
    private static final String MOSCOW = "Europe:Moscow";
    private static final Duration CONVERGES_WITHIN = Duration.ofSeconds(60);

    private final ChronosConfig config;
    private final Path dir;
    private final Chronos chronos;
    private final ItemCollection zones;
    private final Clocks clocks;
    private int step;
    private int failed;

    /** @param dir where the data set is unpacked */
    DemoStory(ChronosConfig config, Path dir) throws IOException {
        this.dir = dir;
        this.config = config;
        this.chronos = Chronos.open(config);
        this.zones = chronos.with(DATABASE.collection("timezones"));
        this.clocks = new Clocks();
    }

    /** Tells it. */
    boolean tell() throws Exception {
        Output.line("Chronos demo: the history of the world's clocks, from the tz database (public domain).");
        importEverything();
        conflict();
        timeTravel();
        query();
        totals();
        archive();
        rebuild();
        return failed == 0;
    }

    private void importEverything() throws IOException, InterruptedException {
        step(String.format(
                Locale.ROOT,
                "Import %,d eras of %,d time zones in the order in which they began: a zone's first era creates its item,"
                        + " each further one is the next version.",
                clocks.eras(),
                clocks.zones()));
        Path file = Clocks.extract(dir);
        long started = System.nanoTime();
        Importer.Result result;
        try (ProgressBar bar = new ProgressBar("  import", "documents")) {
            result = new Importer(zones, Optional.of("id"), Write.by("demo", "import"), bar::update).run(file);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        check(
                String.format(
                        Locale.ROOT,
                        "%,d versions acknowledged in %.1f s, %,.0f a second, none rejected",
                        result.accepted(),
                        seconds,
                        result.accepted() / seconds),
                result.accepted() == clocks.eras() && result.rejected() == 0);
        Importer.Result again =
                new Importer(zones, Optional.of("id"), Write.by("demo", "import"), (d, t) -> {}).run(file);
        check(
                "the same file imported once more makes no version: Lisbon still has "
                        + zones.history(LISBON).size(),
                again.accepted() == clocks.eras()
                        && zones.history(LISBON).size()
                                == clocks.count(era -> era.path("id").asText().equals(LISBON)));
    }

    private void conflict() {
        step("Two editors change Lisbon; the second one still has version 3 in mind.");
        long latest = zones.getLatest(LISBON).orElseThrow().ov().value();
        try {
            zones.update(LISBON, Json.object().put("lost", true), new Ov(3), "second editor", "unaware");
            check("it should have been refused", false);
        } catch (VersionConflict refused) {
            check("refused: " + refused.getMessage(), refused.expected() == 3 && refused.actual() == latest);
        }
    }

    private void timeTravel() {
        step("Travel to the moment when Portugal went over to Central European Time, on 2 October 1966.");
        HistoryEntry switched = zones.history(LISBON).stream()
                .filter(entry -> era(LISBON, entry.ov()).path("since").asText().equals("1966-10-02"))
                .findFirst()
                .orElseThrow();
        Instant then = switched.at();
        for (String zone : List.of(LISBON, MOSCOW)) {
            ObjectNode was = zones.getAsOf(zone, then).orElseThrow().data().orElseThrow();
            ObjectNode is = zones.getLatest(zone).orElseThrow().data().orElseThrow();
            Output.line("    " + zone + " was at " + was.path("utcOffset").asText() + " ("
                    + was.path("abbreviation").asText() + ") and is at "
                    + is.path("utcOffset").asText() + " ("
                    + is.path("abbreviation").asText() + ")");
        }
        check(
                "as of version " + switched.ov() + ", written " + Times.format(then) + ", Lisbon is an hour ahead",
                offset(zones.getAsOf(LISBON, then)) == 60
                        && offset(zones.getAsOf(LISBON, then.minusNanos(1_000))) == 0
                        && offset(zones.getAsOf(MOSCOW, then)) == 180
                        && offset(zones.getLatest(LISBON)) == 0);
    }

    private void query() {
        step("Ask the index: European zones at UTC+3 or more today, eastmost first.");
        Predicate<ObjectNode> eastern = era -> era.path("continent").asText().equals("Europe")
                && era.path("offsetMinutes").asInt() >= 180;
        Page<Item> found = zones.listByMeta(zones.query()
                .filter("{\"continent\":\"Europe\",\"offsetMinutes\":{\"$gte\":180}}")
                .sort("{\"offsetMinutes\":-1}")
                .limit(1_000)
                .query());
        found.items().stream()
                .limit(3)
                .forEach(item -> Output.line("    " + item.id() + " "
                        + item.data().orElseThrow().path("utcOffset").asText()));
        long expected = clocks.countLatest(eastern);
        check(
                found.items().size() + " zones found, " + expected + " counted in the file",
                found.items().size() == expected
                        && found.items().stream()
                                .allMatch(item -> eastern.test(item.data().orElseThrow())));
    }

    private void totals() {
        step("Look at the totals that the Kafka Streams topology keeps, with a rule of the configuration.");
        long adopted = clocks.count(era -> era.path("daylightSaving").asBoolean());
        boolean arrived = eventually(() -> {
            Totals totals = zones.getTotals();
            return totals.created() + totals.updated() == clocks.eras();
        });
        Totals totals = zones.getTotals();
        check(
                String.format(
                        Locale.ROOT,
                        "created %,d, updated %,d, deleted %,d; eras with daylight saving: %,d",
                        totals.created(),
                        totals.updated(),
                        totals.deleted(),
                        totals.rule("daylightSavingAdopted").longValue()),
                arrived
                        && totals.created() == clocks.zones()
                        && totals.deleted() == 0
                        && totals.rule("daylightSavingAdopted").longValue() == adopted);
    }

    private void archive() {
        step("Read Lisbon's first version from the archive, where every version is a file that explains itself.");
        try (Stores stores = new Stores(config)) {
            var key = stores.location(DATABASE)
                    .item(DATABASE.collection("timezones").item(LISBON), new Ov(0));
            boolean there =
                    eventually(() -> stores.archive(DATABASE).get(key).join().isPresent());
            byte[] bytes = stores.archive(DATABASE).get(key).join().orElse(new byte[0]);
            ItemDocument document = ItemDocument.decode(bytes);
            check(
                    key + " has " + bytes.length + " bytes, and its hash is right",
                    there && document.system().path("op").asText().equals(Op.CREATE.label()));
        }
    }

    private void rebuild() {
        step("Throw the whole index away, and rebuild it from the topics.");
        try (Rebuilder rebuilder = new Rebuilder(config)) {
            Hash before = rebuilder.fingerprint(DATABASE).hash();
            rebuilder.drop(DATABASE);
            check("the MongoDB database is gone", !rebuilder.exists(DATABASE));
            RebuildResult outcome;
            try (ProgressBar bar = new ProgressBar("  rebuild", "events")) {
                outcome = rebuilder.rebuild(DATABASE, Optional.empty(), IfDifferent.KEEP_OLD, bar::update);
            }
            Hash after = rebuilder.fingerprint(DATABASE).hash();
            check(
                    "rebuilt and equal, document by document: sha256 "
                            + after.toString().substring(0, 16) + "…",
                    outcome.switched() && before.equals(after));
        }
        check(
                "Lisbon reads as before",
                zones.history(LISBON).size()
                        == clocks.count(era -> era.path("id").asText().equals(LISBON)));
    }

    private ObjectNode era(String zone, Ov ov) {
        return zones.getVersion(zone, ov).flatMap(Item::data).orElseThrow();
    }

    private static int offset(Optional<Item> zone) {
        return zone.orElseThrow().data().orElseThrow().path("offsetMinutes").asInt();
    }

    private void step(String text) {
        Output.line("");
        Output.line(++step + ". " + text);
    }

    private void check(String text, boolean ok) {
        Output.line("  " + (ok ? "✓ " : "✗ FAILED: ") + text);
        failed += ok ? 0 : 1;
    }

    private static boolean eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + CONVERGES_WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        return true;
    }

    @Override
    public void close() {
        chronos.close();
    }
}
