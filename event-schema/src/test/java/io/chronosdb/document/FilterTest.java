package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FilterTest {
    private static final CollectionMap MAP =
            new CollectionMap(List.of("s", "n", "o.p", "tags[]", "missing"), List.of());
    private static final String DOCUMENT =
            "{\"s\":\"abc\",\"n\":5.0,\"o\":{\"p\":null},\"tags\":[\"x\",\"y\",3],\"secret\":1}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|true",
                "{'s':'abc'}|true",
                "{'s':'ab'}|false",
                "{'n':5}|true",
                "{'n':{'$gt':4,'$lt':6}}|true",
                "{'n':{'$gt':5}}|false",
                "{'n':{'$gte':5.00}}|true",
                "{'n':{'$gt':'4'}}|false",
                "{'tags':'x'}|true",
                "{'tags':{'$in':['q',3]}}|true",
                "{'tags':{'$nin':['q']}}|true",
                "{'tags':{'$ne':'x'}}|false",
                "{'o.p':null}|true",
                "{'missing':null}|true",
                "{'missing':{'$exists':false}}|true",
                "{'o.p':{'$exists':true}}|true",
                "{'missing':{'$ne':1}}|true",
                "{'s':{'$regex':'^ab'}}|true",
                "{'s':{'$regex':'^\\.'}}|false",
                "{'$or':[{'s':'q'},{'n':5}]}|true",
                "{'$and':[{'s':'abc'},{'n':6}]}|false",
                "{'$not':{'s':'abc'}}|false",
                "{'n':{'$not':{'$gt':9}}}|true"
            })
    void a_condition_means_what_it_means_in_mongodb(String filter, boolean expected) {
        assertThat(parse(filter).matches(field -> CollectionMap.values(json(DOCUMENT), field.path())))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$where':'1'}",
                "{'s':{'$expr':1}}",
                "{'s':{'$regex':'a.*'}}",
                "{'s':{'$regex':'^a+'}}",
                "{'s':{'$gt':null}}",
                "{'s':{}}",
                "{'s':[1]}",
                "{'$or':[]}",
                "{'$or':{}}",
                "{'s':{'$in':1}}",
                "{'s':{'$exists':1}}",
                "[]",
                "{'s':{'x':1}}"
            })
    void anything_else_is_an_error(String filter) {
        assertThatThrownBy(() -> parse(filter)).isInstanceOf(Invalid.class);
    }

    @Test
    void only_indexed_fields_and_our_own_may_be_named() {
        assertThatThrownBy(() -> parse("{'secret':1}"))
                .isInstanceOf(NotIndexed.class)
                .hasMessageContaining("secret");
        assertThatThrownBy(() -> parse("{'_system.hash':1}")).isInstanceOf(NotIndexed.class);
        assertThat(parse("{'_system.ov':{'$gte':1},'updatedAt':{'$lt':'2026-01-01T00:00:00+01:00'}}"))
                .isNotNull();
    }

    @Test
    void nesting_is_bounded() {
        String filter = "{'$not':".repeat(Filter.DEPTH_MAX + 2) + "{'s':1}" + "}".repeat(Filter.DEPTH_MAX + 2);

        assertThatThrownBy(() -> parse(filter)).isInstanceOf(Invalid.class);
    }

    private static Filter parse(String filter) {
        return Filter.parse(json(filter), MAP);
    }

    private static com.fasterxml.jackson.databind.JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"').replace("\\.", "\\\\.").getBytes(StandardCharsets.UTF_8));
    }
}
