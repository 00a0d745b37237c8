package io.chronosdb.command.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.document.Base64Property;
import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.Kept;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DeciderTest {
    private static final DecisionSettings SETTINGS = settings(1, 100);

    private final HeapState state = new HeapState();
    private final Map<String, Payload> documents = new java.util.HashMap<>();
    private Instant brokerTime = Instant.parse("2026-11-23T03:00:00Z");
    private long offset;

    @BeforeEach
    void configure() {
        accept(new Decision.Accept(Instant.EPOCH, new Configured(SETTINGS.toJson()), List.of()));
    }

    @Test
    void versions_are_counted_per_item_and_per_collection_without_gaps() {
        assertThat(version(create("c", "a"))).isEqualTo("c/a@0 cv=0");
        assertThat(version(create("c", "b"))).isEqualTo("c/b@0 cv=1");
        assertThat(version(update("c", "a", ExpectedOv.ANY))).isEqualTo("c/a@1 cv=2");
        assertThat(version(create("d", "a"))).isEqualTo("d/a@0 cv=0");
        assertThat(version(delete("c", "b", new Ov(0)))).isEqualTo("c/b@1 cv=3");
    }

    @Test
    void time_is_the_brokers_and_never_stands_still_or_goes_back() {
        Instant first = at(create("c", "a"));
        Instant sameInstant = at(create("c", "b"));
        brokerTime = brokerTime.minusSeconds(60);
        Instant clockSetBack = at(create("c", "c"));
        brokerTime = brokerTime.plusSeconds(120);
        Instant later = at(create("c", "d"));

        assertThat(first).isEqualTo("2026-11-23T03:00:00Z");
        assertThat(sameInstant).isEqualTo(first.plusNanos(1_000));
        assertThat(clockSetBack).isEqualTo(first.plusNanos(2_000));
        assertThat(later).isEqualTo("2026-11-23T03:01:00Z");
    }

    @Test
    void refusals_say_why_and_what_is() {
        accept(decide(create("c", "a")));

        assertThat(refused(create("c", "a"))).isEqualTo(Code.AlreadyExists);
        assertThat(refused(update("c", "x", ExpectedOv.ANY))).isEqualTo(Code.NotFound);
        assertThat(refused(update("c", "a", new Ov(1)))).isEqualTo(Code.VersionConflict);
        accept(decide(delete("c", "a", ExpectedOv.ANY)));
        assertThat(refused(update("c", "a", new Ov(1)))).isEqualTo(Code.Deleted);
        assertThat(refused(create("c", "a"))).isEqualTo(Code.AlreadyExists);
        assertThat(refused(create("c", "../x"))).isEqualTo(Code.Invalid);
        assertThat(refused(create("strict", "a"))).isEqualTo(Code.Invalid);
        assertThat(refused(Command.of(
                        "c", Optional.of("big"), new Action.Create(payload("{\"x\":\"" + "y".repeat(100) + "\"}")))))
                .isEqualTo(Code.PayloadTooLarge);
    }

    @Test
    void a_known_command_id_is_answered_again_until_it_is_forgotten() {
        Command once = create("c", "a").withCommandId("k");
        accept(decide(once));

        assertThat(decide(once)).isInstanceOf(Decision.Repeat.class);
        brokerTime = brokerTime.plus(Duration.ofHours(2));
        assertThat(refused(once)).isEqualTo(Code.AlreadyExists);
    }

    @Test
    void a_transaction_asked_for_again_is_answered_for_each_of_its_operations_as_the_first_time() {
        state.settings(settings(1, 10_000));
        accept(decide(create("c", "checked")));
        Command once = Command.of(
                        "",
                        Optional.empty(),
                        new Action.Transact(List.of(
                                new Action.Operation("c", "checked", new Action.Check(ExpectedOv.ANY)),
                                new Action.Operation("c", "made", new Action.Create(payload("{}"))))))
                .withCommandId("k");
        Decision.Accept first = (Decision.Accept) decide(once);
        accept(first);
        accept(decide(update("c", "checked", ExpectedOv.ANY)));

        Decision.Repeat again = (Decision.Repeat) decide(once);

        assertThat(again.first().made()).isEqualTo(first.answer()).hasSize(2);
    }

    @Test
    void a_generated_id_comes_from_the_place_in_the_log_and_grows() {
        Command anonymous = Command.of("c", Optional.empty(), new Action.Create(payload("{}")));

        String first =
                ((Version) ((Decision.Accept) decide(anonymous)).fact()).item().id();
        String again =
                ((Version) ((Decision.Accept) decide(anonymous)).fact()).item().id();
        offset++;
        String next =
                ((Version) ((Decision.Accept) decide(anonymous)).fact()).item().id();

        assertThat(first).matches("[0-9a-f]{24}").isEqualTo(again).isLessThan(next);
    }

    @Test
    void a_command_of_another_partition_is_forwarded_under_an_id_of_its_own() {
        DecisionSettings two = settings(2, 100);
        state.settings(two);
        String elsewhere = Routing.DEFAULT.partition(Route.runtime("t"), "db", "c", "a", 2) == 0 ? "not-here" : "c";
        while (Routing.DEFAULT.partition(Route.runtime("t"), "db", elsewhere, "a", 2) == 0) {
            elsewhere += "x";
        }

        Decision decision = decide(create(elsewhere, "a"));

        assertThat(decision).isInstanceOfSatisfying(Decision.Forward.class, forward -> {
            assertThat(forward.partition()).isEqualTo(1);
            assertThat(forward.command().commandId()).contains("forwarded:g:0:" + offset);
        });
    }

    @Test
    void routing_that_is_recorded_cannot_be_configured_away() {
        DecisionSettings other = settings(8, 100);
        DecisionSettings larger = settings(1, 1_000);

        assertThat(refused(Command.of("", Optional.empty(), new Action.Configure(other.toJson()))))
                .isEqualTo(Code.Invalid);
        accept(decide(Command.of("", Optional.empty(), new Action.Configure(larger.toJson()))));
        assertThat(state.settings()).contains(larger);
        assertThat(DecisionSettings.parse(SETTINGS.toJson())).isEqualTo(SETTINGS);
    }

    @Test
    void an_enrichment_asks_for_the_document_and_is_then_decided_against_it() {
        accept(decide(Command.of("c", Optional.of("a"), new Action.Create(payload("{\"n\":1}")))));
        Command enrich = Command.of(
                "c", Optional.of("a"), new Action.Enrich(List.of(payload("{\"m\":2}")), "f", ExpectedOv.ANY));

        assertThat(decide(enrich)).isInstanceOfSatisfying(Decision.Fetch.class, fetch -> {
            assertThat(fetch.item()).isEqualTo(new ItemKey("c", "a"));
            assertThat(fetch.version().ov()).isEqualTo(new Ov(0));
        });
        documents.put("c/a@0", payload("{\"n\":1}"));

        Version version = (Version) ((Decision.Accept) decide(enrich)).fact();
        assertThat(version.op()).isEqualTo(Op.ENRICH);
        assertThat(version.payload()).contains(payload("{\"n\":1,\"m\":2}"));
        assertThat(version.provenance().functionIds()).containsExactly("f");
    }

    @Test
    void a_transaction_has_one_time_and_the_next_event_a_later_one() {
        state.settings(settings(1, 10_000));
        accept(decide(create("c", "a")));
        Decision.Accept decision = (Decision.Accept) decide(Command.of(
                "",
                Optional.empty(),
                new Action.Transact(List.of(
                        new Action.Operation("c", "a", new Action.Delete(ExpectedOv.ANY)),
                        new Action.Operation("c", "b", new Action.Create(payload("{}"))),
                        new Action.Operation("d", "a", new Action.Create(payload("{}")))))));
        List<Version> versions = decision.fact().versions();

        assertThat(versions).extracting(Version::at).containsOnly(decision.at());
        assertThat(versions).extracting(version -> version.cv().value()).containsExactly(1L, 2L, 0L);
        accept(decision);
        assertThat(at(create("c", "e"))).isEqualTo(decision.at().plusNanos(3_000));
    }

    @Test
    void a_transaction_that_would_not_fit_into_one_record_is_too_large() {
        List<Action.Operation> operations = new java.util.ArrayList<>();
        for (int i = 0; i < 50; i++) {
            operations.add(new Action.Operation("c", "i" + i, new Action.Create(payload("{}"))));
        }

        assertThat(refused(Command.of("", Optional.empty(), new Action.Transact(operations))))
                .isEqualTo(Code.PayloadTooLarge);
    }

    @Test
    void a_stamp_is_unique_and_grows_along_a_transaction_and_behind_it() {
        DecisionSettings byItem = new DecisionSettings(
                new Routing(Routing.Hash.RENDEZVOUS, "collection:objectId"),
                1,
                "db",
                10_000,
                Duration.ofHours(1),
                new ArchiveLocation("bucket", ""),
                Keeping.ALL,
                Map.of());
        state.settings(byItem);
        Decision.Accept two = (Decision.Accept) decide(Command.of(
                "",
                Optional.empty(),
                new Action.Transact(List.of(
                        new Action.Operation("c", "a", new Action.Create(payload("{}"))),
                        new Action.Operation("c", "b", new Action.Create(payload("{}")))))));
        accept(two);
        Version next = (Version) ((Decision.Accept) decide(create("c", "d"))).fact();

        long first = two.fact().versions().get(0).cv().value();
        long second = two.fact().versions().get(1).cv().value();
        assertThat(List.of(first, second, next.cv().value())).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void what_an_item_keeps_is_said_by_its_versions() {
        accept(decide(create("photos", "a")));
        accept(decide(update("photos", "a", ExpectedOv.ANY)));
        Version deleted = (Version) ((Decision.Accept) decide(delete("photos", "a", ExpectedOv.ANY))).fact();

        assertThat(state.version(new ItemKey("photos", "a"), new Ov(0))).isEmpty();
        assertThat(deleted.kept()).isEqualTo(new Kept(Keeps.NOTHING, new Ov(1), List.of("photo")));
        assertThat(deleted.kept().forgotten(deleted.ov())).containsExactly(new Ov(1), new Ov(2));
        assertThat(refused(Command.of(
                        "photos", Optional.empty(), new Action.RestoreCollection(RestorePoint.cv(0), false, false))))
                .isEqualTo(Code.Invalid);
    }

    private static DecisionSettings settings(int partitions, long payloadBytesMax) {
        CollectionRules strict =
                new CollectionRules(Optional.empty(), List.of("email", "name"), List.of(), Optional.empty());
        CollectionRules photos = new CollectionRules(
                Optional.empty(),
                List.of(),
                List.of(new Base64Property("photo", "image/png", false, "UTF-8")),
                Optional.of(new Keeping(false, false)));
        return new DecisionSettings(
                Routing.DEFAULT,
                partitions,
                "db",
                payloadBytesMax,
                Duration.ofHours(1),
                new ArchiveLocation("bucket", ""),
                Keeping.ALL,
                Map.of("strict", strict, "photos", photos));
    }

    private Decision decide(Command command) {
        return Decider.decide(
                withDocuments(), command, new Decider.Source(Route.runtime("t"), 0, offset, "g", brokerTime));
    }

    private State withDocuments() {
        return new State() {
            @Override
            public Optional<ItemState> item(ItemKey item) {
                return state.item(item);
            }

            @Override
            public Optional<VersionState> version(ItemKey item, Ov ov) {
                return state.version(item, ov);
            }

            @Override
            public Optional<Payload> payload(ItemKey item, Ov ov) {
                return Optional.ofNullable(documents.get(item + "@" + ov));
            }

            @Override
            public Optional<Cv> lastCv(String collection) {
                return state.lastCv(collection);
            }

            @Override
            public Optional<Remembered> remembered(String scope, String commandId) {
                return state.remembered(scope, commandId);
            }

            @Override
            public Head head() {
                return state.head();
            }

            @Override
            public Optional<DecisionSettings> settings() {
                return state.settings();
            }
        };
    }

    private void accept(Decision decision) {
        Decision.Accept accept = (Decision.Accept) decision;
        Fact fact = accept.fact();
        Chain chain = state.head().progress().chain();
        Event event = new Event(new Link(chain.next(), chain.last(), "g", offset++, 0, true), accept.at(), fact);
        Hash hash = Hash.of(EventCodec.encode(event));
        state.commit(List.of(new LoggedEvent(event, hash, new Position(Route.runtime("t"), 0, chain.next()))));
    }

    private String version(Command command) {
        Decision decision = decide(command);
        accept(decision);
        Version version = (Version) ((Decision.Accept) decision).fact();
        return version.item() + "@" + version.ov() + " cv=" + version.cv();
    }

    private Instant at(Command command) {
        Decision decision = decide(command);
        accept(decision);
        return ((Decision.Accept) decision).at();
    }

    private Code refused(Command command) {
        return ((Decision.Reject) decide(command)).rejection().code();
    }

    private static Command create(String collection, String id) {
        return Command.of(collection, Optional.of(id), new Action.Create(payload("{}")));
    }

    private static Command update(String collection, String id, ExpectedOv expected) {
        return Command.of(collection, Optional.of(id), new Action.Update(payload("{}"), expected));
    }

    private static Command delete(String collection, String id, ExpectedOv expected) {
        return Command.of(collection, Optional.of(id), new Action.Delete(expected));
    }

    private static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
