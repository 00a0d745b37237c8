package io.chronosdb.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Position;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AddressTest {
    private static final List<Database> ALL = List.of(
            Route.logs(),
            Route.generic(DatabaseType.METADATA),
            Route.domain(DatabaseType.KNOWLEDGE, "health-care"),
            Route.tenant(DatabaseType.KNOWLEDGE, "t_1"),
            Route.runtime("tenant-a"));

    @Test
    void a_database_and_its_topics_have_names_that_lead_back() {
        Topics topics = new Topics("chronos");
        for (Database database : ALL) {
            assertThat(Database.parse(database.value())).isEqualTo(database);
            assertThat(topics.database(topics.events(database), Topics.Kind.EVENTS))
                    .contains(database);
            assertThat(topics.database(topics.events(database), Topics.Kind.COMMANDS))
                    .isEmpty();
            assertThat(topics.all(Topics.Kind.EVENTS)
                            .matcher(topics.events(database))
                            .matches())
                    .isTrue();
        }
        assertThat(topics.database("chronos.x.events", Topics.Kind.EVENTS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä", "a\n", "../x", "a\0"})
    void ids_and_names_that_could_lead_elsewhere_are_refused(String name) {
        assertThatThrownBy(() -> new ItemKey("c", name)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new ItemKey(name, "i")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Route.runtime(name)).isInstanceOf(Invalid.class);
    }

    @Test
    void lengths_are_bounded_and_a_refusal_quotes_little() {
        assertThat(new ItemKey("c".repeat(100), "i".repeat(200))).isNotNull();
        assertThatThrownBy(() -> new ItemKey("c", "i".repeat(201)))
                .hasMessageContaining("…")
                .message()
                .hasSizeLessThan(200);
        assertThatThrownBy(() -> new ItemKey("c".repeat(101), "i")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Route.runtime("t".repeat(65))).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Route.runtime("generic")).isInstanceOf(Invalid.class);
    }

    @Test
    void a_token_leads_back_to_its_position_and_to_no_other_database() {
        Position position = new Position(Route.runtime("a"), 3, 17);

        assertThat(Position.parse(Route.runtime("a"), position.token())).isEqualTo(position);
        assertThatThrownBy(() -> Position.parse(Route.runtime("b"), position.token()))
                .isInstanceOf(Invalid.class);
        for (String garbage : List.of("", "x", "!!", position.token() + "=", "YS8xLzI")) {
            assertThatThrownBy(() -> Position.parse(Route.runtime("a"), garbage))
                    .as(garbage)
                    .isInstanceOf(Invalid.class);
        }
    }

    @Test
    void the_first_alternative_of_a_routing_key_that_is_wholly_present_counts() {
        Routing routing = new Routing(Routing.Hash.RENDEZVOUS, "tenantId:objectId|domain|collection");

        assertThat(routing.key(Route.runtime("t"), "db", "c", "i")).isEqualTo("t:i");
        assertThat(routing.key(Route.domain(DatabaseType.METADATA, "d"), "db", "c", "i"))
                .isEqualTo("d");
        assertThat(routing.key(Route.runtime("t"), "db", "c", "")).isEqualTo("c");
        assertThat(routing.byItem()).isTrue();
        assertThat(Routing.DEFAULT.byItem()).isFalse();
        assertThatThrownBy(() -> new Routing(Routing.Hash.JUMP, "collection:oops"))
                .isInstanceOf(Invalid.class);
    }

    @Test
    void both_hashes_spread_keys_evenly() {
        for (Routing.Hash hash : Routing.Hash.values()) {
            int[] counts = new int[8];
            for (int i = 0; i < 8_000; i++) {
                counts[hash.partition("key" + i, 8)]++;
            }
            assertThat(java.util.Arrays.stream(counts))
                    .as(hash.label())
                    .allMatch(count -> count > 850 && count < 1_150);
        }
    }

    @Test
    void an_items_text_is_read_back_and_no_other() {
        ItemKey item = new ItemKey("users", "a:b@c");

        assertThat(ItemKey.parse(item.toString())).isEqualTo(item);
        for (String none : List.of("", "users", "/a", "users/", "users/a/b")) {
            assertThatThrownBy(() -> ItemKey.parse(none)).as(none).isInstanceOf(Invalid.class);
        }
    }
}
