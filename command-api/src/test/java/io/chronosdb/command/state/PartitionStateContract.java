package io.chronosdb.command.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.command.decide.CollectionRules;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.decide.Remembered.Made;
import io.chronosdb.command.decide.State;
import io.chronosdb.command.decide.VersionState;
import io.chronosdb.document.Base64Property;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.Kept;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What every kept state does. */
@DisplayNameGeneration(ReplaceUnderscores.class)
abstract class PartitionStateContract {
    private static final Database DATABASE = Route.runtime("t");
    private static final Instant AT = Instant.parse("2026-11-23T03:00:00.000001Z");
    private static final DecisionSettings SETTINGS = new DecisionSettings(
            Routing.DEFAULT,
            3,
            "db",
            99,
            Duration.ofHours(1),
            new ArchiveLocation("bucket", "prefix/"),
            new Keeping(true, false),
            Map.of(
                    "c",
                    new CollectionRules(
                            Optional.of("collection:objectId"),
                            List.of("a", "b"),
                            List.of(new Base64Property("a.b", "text/plain", true, "ISO-8859-1")),
                            Optional.of(new Keeping(false, true)))));

    /** The state of a partition, as it was last committed. */
    protected abstract PartitionState open(DatabasePartition partition);

    private static final Payload PAYLOAD = Payload.of("{}".getBytes(StandardCharsets.UTF_8));
    private static final Lineage LINEAGE =
            new Lineage(Optional.of(new ItemKey("p", "parent")), Optional.of(new ItemKey("p", "origin")));

    private final DatabasePartition one = new DatabasePartition(DATABASE, 1);

    @Test
    void a_new_state_knows_nothing() {
        PartitionState state = open(one);

        assertThat(state.head()).isEqualTo(Head.START);
        assertThat(state.settings()).isEmpty();
        assertThat(state.item(new ItemKey("c", "i"))).isEmpty();
        assertThat(state.lastCv("c")).isEmpty();
        assertThat(state.remembered("c", "k")).isEmpty();
        assertThat(state.eventsGeneration()).isEmpty();
    }

    @Test
    void what_is_committed_is_known_with_how_far_it_goes() {
        PartitionState state = open(one);
        LoggedEvent last = version(1, "i", 1, 8, Op.UPDATE);
        state.commit(List.of(event(0, new Configured(SETTINGS.toJson())), version(0, "i", 0, 7, Op.CREATE), last));

        assertThat(state.settings()).contains(SETTINGS);
        VersionState latest = new VersionState(
                new Ov(1), new Cv(8), Op.UPDATE, AT.plusSeconds(1), 1, 2, Optional.of(PAYLOAD.sha256()));
        assertThat(state.item(new ItemKey("c", "i")))
                .contains(new ItemState(latest, AT, LINEAGE, List.of("f1", "f2"), Ov.FIRST));
        assertThat(state.version(new ItemKey("c", "i"), new Ov(1))).contains(latest);
        assertThat(state.version(new ItemKey("c", "i"), new Ov(0)).orElseThrow().cv())
                .isEqualTo(new Cv(7));
        assertThat(state.version(new ItemKey("c", "i"), new Ov(2))).isEmpty();
        assertThat(state.lastCv("c")).contains(new Cv(8));
        assertThat(state.remembered("c", "k1"))
                .contains(new Remembered(
                        List.of(new Made("i", new Ov(1), new Cv(8), Op.UPDATE, AT.plusSeconds(1))),
                        1,
                        AT.plusSeconds(1),
                        1));
        assertThat(state.remembered("d", "k1")).isEmpty();
        assertThat(state.head().progress().next()).isEqualTo(2);
        assertThat(state.head().progress().chain().last()).isEqualTo(last.hash());
        assertThat(state.head().commandOffset()).isEqualTo(11);
        assertThat(state.head().generation()).isEqualTo("g");
    }

    @Test
    void items_are_walked_through_by_id_without_those_of_other_collections_and_partitions() {
        PartitionState state = open(one);
        List<String> ids = List.of("a", "a-1", "a.1", "a:1", "b", "b0", "z");
        for (int i = 0; i < ids.size(); i++) {
            state.commit(List.of(version(i, ids.get(i), 0, i, Op.CREATE)));
        }
        open(new DatabasePartition(DATABASE, 2)).commit(List.of(version(0, "b1", 0, 0, Op.CREATE)));

        List<String> walked = new ArrayList<>();
        Optional<String> after = Optional.empty();
        for (List<State.Walkable.Entry> page = state.items("c", after, 2);
                !page.isEmpty();
                page = state.items("c", after, 2)) {
            page.forEach(entry -> walked.add(entry.id()));
            after = Optional.of(walked.get(walked.size() - 1));
        }

        assertThat(walked).isEqualTo(ids);
        assertThat(state.items("b", Optional.empty(), 10)).isEmpty();
    }

    @Test
    void versions_that_an_item_does_not_keep_are_forgotten() {
        PartitionState state = open(one);
        ItemKey item = new ItemKey("c", "i");
        state.commit(List.of(
                version(0, "i", 0, 0, Op.CREATE),
                version(1, "i", 1, 1, Op.UPDATE),
                version(2, "j", 0, 2, Op.CREATE),
                event(3, version(3, "i", 2, 3, Op.UPDATE, Keeps.LATEST))));
        assertThat(state.version(item, new Ov(1))).isEmpty();
        assertThat(state.version(item, new Ov(2))).isPresent();

        state.commit(List.of(event(4, version(4, "i", 3, 4, Op.DELETE, Keeps.NOTHING))));

        assertThat(state.version(item, new Ov(2))).isEmpty();
        assertThat(state.version(item, new Ov(3))).isEmpty();
        assertThat(state.item(item).orElseThrow().deleted()).isTrue();
        assertThat(state.version(new ItemKey("c", "j"), new Ov(0))).isPresent();
    }

    @Test
    void a_command_of_several_events_is_known_to_be_unfinished_until_its_last() {
        PartitionState state = open(one);
        state.commit(List.of(event(0, version(0, "i", 0, 0, Op.CREATE, Keeps.ALL), 2, false)));
        assertThat(state.head().unfinished()).contains(new Head.Unfinished(3, "i"));
        assertThat(state.remembered("c", "k0")).isEmpty();

        state.commit(List.of(event(1, version(1, "j", 0, 1, Op.CREATE, Keeps.ALL), 3, true)));

        assertThat(state.head().unfinished()).isEmpty();
        assertThat(state.remembered("c", "k1").orElseThrow().events()).isEqualTo(4);
    }

    @Test
    void partitions_do_not_see_each_other_and_are_forgotten_one_by_one() {
        PartitionState state = open(one);
        PartitionState other = open(new DatabasePartition(DATABASE, 10));
        state.commit(List.of(version(0, "i", 0, 0, Op.CREATE)));
        other.commit(List.of(version(0, "j", 0, 0, Op.CREATE)));
        state.belongsTo("topic-1");

        assertThat(other.item(new ItemKey("c", "i"))).isEmpty();
        assertThat(state.eventsGeneration()).isEqualTo("topic-1");
        state.reset();

        assertThat(state.item(new ItemKey("c", "i"))).isEmpty();
        assertThat(state.head()).isEqualTo(Head.START);
        assertThat(other.item(new ItemKey("c", "j"))).isPresent();
    }

    static LoggedEvent version(long offset, String id, long ov, long cv, Op op) {
        return event(offset, version(offset, id, ov, cv, op, Keeps.ALL));
    }

    private static Version version(long offset, String id, long ov, long cv, Op op, Keeps keeps) {
        Provenance provenance = new Provenance(
                Optional.of("a"), Optional.empty(), Optional.of("k" + offset), Map.of(), List.of("f1", "f2"));
        return new Version(
                new ItemKey("c", id),
                new Ov(ov),
                new Cv(cv),
                op,
                AT.plusSeconds(offset),
                AT,
                provenance,
                LINEAGE,
                Optional.empty(),
                new Kept(keeps, Ov.FIRST, List.of()),
                op == Op.DELETE ? Optional.empty() : Optional.of(PAYLOAD),
                Map.of());
    }

    private static LoggedEvent event(long offset, Fact fact) {
        return event(offset, fact, 0, true);
    }

    private static LoggedEvent event(long offset, Fact fact, int index, boolean isLast) {
        Link link = new Link(offset, Hash.ZERO, "g", 10 + offset, index, isLast);
        return new LoggedEvent(
                new Event(link, AT.plusSeconds(offset), fact),
                Hash.of(new byte[] {(byte) offset}),
                new Position(DATABASE, 1, offset));
    }
}
