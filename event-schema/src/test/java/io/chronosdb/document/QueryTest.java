package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.Cv;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class QueryTest {
    @Test
    void a_filter_that_no_index_can_answer_is_refused() {
        for (String filter : List.of(
                "{\"actor\":\"ann\"}",
                "{\"_system.reason\":{\"$exists\":true}}",
                "{\"op\":\"create\",\"ov\":0}",
                "{\"$or\":[{\"status\":\"x\"},{\"actor\":\"ann\"}]}",
                "{\"$or\":[{},{\"actor\":\"ann\"}]}",
                "{\"$not\":{\"status\":\"x\",\"actor\":\"ann\"}}")) {
            assertThatThrownBy(() -> parse(filter)).as(filter).isInstanceOf(NotIndexed.class);
        }
    }

    @Test
    void a_field_without_an_index_may_narrow_what_an_index_finds() {
        for (String filter : List.of(
                "{}",
                "{\"status\":\"x\",\"actor\":\"ann\"}",
                "{\"$and\":[{\"_system.updatedAt\":{\"$gt\":\"2026-01-01T00:00:00Z\"}},{\"$not\":{\"actor\":\"ann\"}}]}",
                "{\"$or\":[{\"status\":\"x\",\"ov\":0},{\"id\":\"i\"}]}",
                "{\"$not\":{\"status\":\"x\"}}")) {
            assertThatCode(() -> parse(filter)).as(filter).doesNotThrowAnyException();
        }
    }

    private static Filter parse(String filter) {
        return Query.parseFilter(Json.parse(filter.getBytes(StandardCharsets.UTF_8)), CollectionMap.EVERYTHING);
    }

    @Test
    void a_moment_is_a_time_or_a_cv() {
        assertThat(AsOf.parse("cv:17")).isEqualTo(AsOf.cv(new Cv(17)));
        assertThat(AsOf.parse("2026-01-31T12:00:00+01:00")).isEqualTo(AsOf.time(Instant.parse("2026-01-31T11:00:00Z")));
        for (String text : List.of("", "17", "cv:", "cv:-1", "cv:x", "yesterday")) {
            assertThatThrownBy(() -> AsOf.parse(text)).as(text).isInstanceOf(Invalid.class);
        }
    }
}
