package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.event.Op;
import io.chronosdb.event.Version;
import io.chronosdb.port.Totals;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TallyTest {
    private static final CollectionMap STATUS_ONLY = new CollectionMap(List.of("status"), List.of());

    @Test
    void each_operation_has_its_number() {
        Tally tally = new Tally(List.of());

        Totals totals = Totals.NONE;
        for (Op op : List.of(Op.CREATE, Op.UPDATE, Op.UPDATE, Op.DELETE, Op.DELETE, Op.DELETE)) {
            totals = tally.plus(totals, version(op, "{}"), CollectionMap.EVERYTHING);
        }

        assertThat(totals).isEqualTo(new Totals(1, 2, 3, Map.of()));
    }

    @Test
    void a_meta_rule_sees_indexed_properties_and_a_payload_rule_sees_all() {
        Tally tally = tally("[{'name':'meta','when':{'age':7}},{'name':'payload','scope':'payload','when':{'age':7}},"
                + "{'name':'indexed','when':{'status':'on'}}]");

        Totals totals = tally.plus(Totals.NONE, version(Op.CREATE, "{\"status\":\"on\",\"age\":7}"), STATUS_ONLY);

        assertThat(totals.rules()).isEqualTo(Map.of("meta", 0L, "payload", 1L, "indexed", 1L));
    }

    @Test
    void where_everything_is_indexed_a_meta_rule_sees_all() {
        Tally tally = tally("[{'name':'deep','when':{'a.b':{'$gte':2}}}]");

        Totals totals =
                tally.plus(Totals.NONE, version(Op.CREATE, "{\"a\":[{\"b\":1},{\"b\":2}]}"), CollectionMap.EVERYTHING);

        assertThat(totals.rules()).isEqualTo(Map.of("deep", 1L));
    }

    @Test
    void a_rule_looks_only_at_its_operations() {
        Tally tally = tally("[{'name':'u','on':['UPDATE'],'when':{}},{'name':'d','on':['DELETE'],'when':{}},"
                + "{'name':'default','when':{}}]");

        Totals totals = Totals.NONE;
        for (Op op : Op.values()) {
            totals = tally.plus(totals, version(op, "{}"), CollectionMap.EVERYTHING);
        }

        assertThat(totals.rules()).isEqualTo(Map.of("u", 1L, "d", 1L, "default", 2L));
    }

    @Test
    void a_deletion_has_no_document_but_system_fields() {
        Tally tally = tally("[{'name':'status','on':['DELETE'],'when':{'status':'on'}},"
                + "{'name':'none','on':['DELETE'],'when':{'status':{'$exists':false}}},"
                + "{'name':'ada','on':['DELETE'],'when':{'_system.actor':'ada','op':'delete','id':'i'}},"
                + "{'name':'late','on':['DELETE'],'when':{'_system.deletedAt':{'$gt':'2026-06-01T00:00:00Z'}}}]");

        Totals totals = tally.plus(Totals.NONE, version(Op.DELETE, ""), CollectionMap.EVERYTHING);

        assertThat(totals.rules()).isEqualTo(Map.of("status", 0L, "none", 1L, "ada", 1L, "late", 0L));
    }

    @Test
    void a_document_that_is_none_counts_as_an_empty_one() {
        Tally tally = tally("[{'name':'all','when':{}},{'name':'some','when':{'a':{'$exists':true}}}]");

        Totals totals = tally.plus(Totals.NONE, version(Op.CREATE, "{\"a\":"), CollectionMap.EVERYTHING);

        assertThat(totals).isEqualTo(new Totals(1, 0, 0, Map.of("all", 1L, "some", 0L)));
    }

    @Test
    void a_rule_that_was_added_starts_at_nothing_and_one_that_was_taken_away_is_gone() {
        Totals before = new Totals(5, 0, 0, Map.of("old", 3L, "kept", 2L));

        Totals totals = tally("[{'name':'kept','when':{}},{'name':'new','when':{}}]")
                .plus(before, version(Op.CREATE, "{}"), CollectionMap.EVERYTHING);

        assertThat(totals).isEqualTo(new Totals(6, 0, 0, Map.of("kept", 3L, "new", 1L)));
    }

    private static Version version(Op op, String document) {
        Optional<String> payload = op == Op.DELETE ? Optional.empty() : Optional.of(document);
        return ChainWriter.version("c", "i", op, payload, Instant.parse("2026-01-31T12:00:00Z"));
    }

    private static Tally tally(String rules) {
        return new Tally(
                CounterRule.parseAll(Json.parse(rules.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), "rules"));
    }
}
