package io.chronosdb.command.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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
            Map.of("c", "collection:objectId"),
            3,
            "db",
            99,
            Duration.ofHours(1),
            Map.of("c", List.of("a", "b")));

    /** The state of a partition, as it was last committed. */
    protected abstract PartitionState open(DatabasePartition partition);

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
        assertThat(state.item(new ItemKey("c", "i")))
                .contains(new ItemState(new Ov(1), new Cv(8), AT.plusSeconds(1), AT, false));
        assertThat(state.lastCv("c")).contains(new Cv(8));
        assertThat(state.remembered("c", "k1"))
                .contains(new Remembered("i", new Ov(1), new Cv(8), Op.UPDATE, AT.plusSeconds(1), 1));
        assertThat(state.remembered("d", "k1")).isEmpty();
        assertThat(state.head().progress().next()).isEqualTo(2);
        assertThat(state.head().progress().chain().last()).isEqualTo(last.hash());
        assertThat(state.head().commandOffset()).isEqualTo(11);
        assertThat(state.head().generation()).isEqualTo("g");
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
        Provenance provenance = new Provenance(Optional.of("a"), Optional.empty(), Optional.of("k" + offset), Map.of());
        Payload payload = Payload.of("{}".getBytes(StandardCharsets.UTF_8));
        return event(
                offset,
                new Version(
                        new ItemKey("c", id),
                        new Ov(ov),
                        new Cv(cv),
                        op,
                        AT.plusSeconds(offset),
                        AT,
                        provenance,
                        op == Op.DELETE ? Optional.empty() : Optional.of(payload)));
    }

    private static LoggedEvent event(long offset, Fact fact) {
        Link link = new Link(offset, Hash.ZERO, "g", 10 + offset, 0, true);
        return new LoggedEvent(
                new Event(link, AT.plusSeconds(offset), fact),
                Hash.of(new byte[] {(byte) offset}),
                new Position(DATABASE, 1, offset));
    }
}
